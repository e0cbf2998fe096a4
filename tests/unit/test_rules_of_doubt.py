"""The rules that hold a decision instead of sending it, by tables that people read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sample import decision
from tables import cases

from worker.decision import Decision, Outcome, fold
from worker.policy.batch import Shape, unusual
from worker.policy.contradiction import Telling
from worker.policy.doubts import doubts
from worker.policy.guards import Guards
from worker.policy.namesake import Person, Roster, agree
from worker.policy.ours import ours
from worker.policy.repeat import repeats
from worker.policy.standing import weigh
from worker.policy.stands import Standing

ACME = ours(["talent@acme.example", "hr@acme.example", "dana@gmail.com"])
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def made(new: Mapping[str, Any], **more: object) -> Decision:
    """As a file would give it, with whatever its outcome needs."""
    return decision(1, **{**new, "outcome": Outcome(new["outcome"]), **more})


def standing(number: int, each: Mapping[str, Any], told_at: datetime | None) -> Standing:
    return Standing(
        id=number, token=f"e{number}", submission="s0", row=number,
        email="c1@candidates.example", outcome=each["outcome"],
        stage=fold(each.get("stage", "")), substance="", manner="",
        status=each.get("status", "queued" if told_at is None else "sent"), why=None,
        held_by=None, taken_as="queued", waits=(), created_at=each.get("made", LONG_AGO),
        told_at=told_at,
        decision={"next_step_on": day} if (day := each.get("next_step_on")) else {},
    )  # fmt: skip


def told(note: str | None, case: Mapping[str, Any]) -> bool:
    """Whether the note is as the case has it."""
    return case["held"] in (note or "") if "held" in case else note is None


@cases("contradiction")
def test_what_contradicts_what_was_told_is_held(case: Mapping[str, Any]) -> None:
    stands = [standing(number, each, each.get("at")) for number, each in enumerate(case["told"], 1)]
    telling = Telling(came_in=case["now"], at=case.get("due", case["now"]),
                      within=timedelta(days=3), zone=ZoneInfo("Europe/Berlin"))  # fmt: skip
    verdict = weigh(made(case["new"]), stands, "s1", guard=case.get("guard", True), proved=True,
                    telling=telling)  # fmt: skip
    assert told(verdict.hold, case)


@cases("namesake")
def test_names_that_may_be_taken_for_each_other(case: Mapping[str, Any]) -> None:
    one, other = case["names"]
    assert agree(one, other) is agree(other, one) is case["near"]


@cases("batch")
def test_a_batch_of_another_shape_than_usual_is_held(case: Mapping[str, Any]) -> None:
    (good, number), (usually, lately) = case["batch"], case["usual"]
    assert told(unusual(Shape(number, good), Shape(lately, usually), 25), case)


@cases("stale")
def test_a_decision_of_another_day_is_held(case: Mapping[str, Any]) -> None:
    found = doubts(decision(decided_on=case.get("decided_on")), Guards(), ACME, case["today"])
    assert [each.why for each in found] == (["stale"] if "held" in case else [])
    assert told("; ".join(each.note for each in found) or None, case)


@cases("own_domain")
def test_a_candidate_who_is_one_of_us_is_held(case: Mapping[str, Any]) -> None:
    given = {
        name: case[name] for name in ("email", "decided_by", "recruiter_email") if name in case
    }
    found = doubts(decision(1, **given), Guards(), ACME, date(2026, 11, 23))
    assert [each.why for each in found] == (["own_domain"] if "held" in case else [])
    assert told("; ".join(each.note for each in found) or None, case)


@cases("repeat")
def test_the_same_news_again_is_held(case: Mapping[str, Any]) -> None:
    same, others = list[Standing](), list[Standing]()
    for number, each in enumerate(case["stands"], 1):
        known = same if each["application"] == "A-1" else others
        known.append(standing(number, each, each.get("told")))
    since = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(days=180)
    assert told(repeats(made(case["new"]), same, others, since), case)


def test_stale_and_own_domain_have_their_switches() -> None:
    odd = decision(email="ana@acme.example", decided_on=date(2020, 1, 1))
    today = date(2026, 11, 23)
    assert [each.why for each in doubts(odd, Guards(), ACME, today)] == ["own_domain", "stale"]
    assert doubts(odd, Guards(own_domain=False, stale=False), ACME, today) == []


@pytest.mark.parametrize("name", ["Ana Pérez", "PEREZ, Ana", "Ana Peres"])
def test_the_same_person_is_no_namesake(name: str) -> None:
    roster = Roster()
    roster.add(Person("entry a", "Ana Pérez", "ana@x.example"))
    assert list(roster.near(Person("row 2", name, "ana@x.example"))) == []


def test_of_many_of_one_name_the_first_of_another_address_is_told() -> None:
    roster = Roster()
    for number in range(2_000):
        roster.add(Person(f"entry {number}", "Ana Pérez", f"ana{number}@x.example"))
    near: Sequence[Person] = [next(roster.near(Person("row 2", "Ana Pérez", "ana0@x.example")))]
    assert [each.said for each in near] == ["entry 1"]
