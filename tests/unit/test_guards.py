"""What is held instead of sent, for what, and who may decide."""

from datetime import date

import pytest
from sample import decision

from worker.decision import Channel, Outcome
from worker.policy.deciders import Decider, find_decider, is_same_person, objection
from worker.policy.guards import Guards, holds, past_promises

DANA = Decider(address="Dana@acme.example", outcomes=frozenset({Outcome.REJECTED}), per_day=2)


def whys(**changed: object) -> list[str]:
    return [each.why for each in holds(decision(1, **changed), Guards(), [], [])]


def test_an_ordinary_rejection_is_not_held() -> None:
    assert whys() == []


def test_an_offer_waits_for_a_second_person_unless_nobody_asks_for_one() -> None:
    assert whys(outcome=Outcome.OFFER) == ["approval"]
    assert holds(decision(outcome=Outcome.OFFER), Guards(second_person=frozenset()), [], []) == []


def test_a_call_comes_before_its_letter() -> None:
    assert whys(channel=Channel.PHONE, phone="+49 30 1") == ["call"]


def test_words_that_no_letter_should_say_are_held_and_shown() -> None:
    (held,) = holds(decision(), Guards(), ['"too old": age'], [])
    assert held.why == "reason"
    assert "too old" in held.note
    assert holds(decision(), Guards(words=False), ['"too old": age'], []) == []


def test_in_shadow_everything_is_held() -> None:
    assert [each.why for each in holds(decision(), Guards(shadow=True), [], [])] == ["shadow"]


def test_the_gravest_comes_first_and_all_are_told() -> None:
    found = holds(decision(outcome=Outcome.OFFER), Guards(shadow=True), ["x"], [])
    assert [each.why for each in found] == ["reason", "approval", "shadow"]


def test_a_decider_is_found_whatever_the_case() -> None:
    known = {DANA.address.casefold(): DANA}
    assert find_decider("dana@ACME.example", known) is DANA
    assert find_decider("mallory@acme.example", known) is None


def test_a_decider_decides_what_they_may_and_as_often_as_they_may() -> None:
    assert objection(DANA, decision(), 1) is None
    assert "2 decisions in 24 hours" in str(objection(DANA, decision(), 2))
    told = str(objection(DANA, decision(outcome=Outcome.OFFER), 0))
    assert "may not decide offer, only rejected" in told
    assert "deciders.outcomes" in told


def test_a_promise_that_is_past_is_held() -> None:
    today = date(2026, 11, 23)
    made = decision(1, outcome=Outcome.ON_HOLD, update_on=date(2020, 1, 1))
    assert past_promises(made, today) == ["update_on 2020-01-01"]
    assert past_promises(decision(1, update_on=today), today) == []
    (held,) = holds(made, Guards(), [], ["update_on 2020-01-01"])
    assert held.why == "stale"


@pytest.mark.parametrize(
    ("decided_by", "by", "same"),
    [
        ("dana@acme.example", "Dana@ACME.example ", True),
        ("Dana Miller <dana@acme.example>", "dana@acme.example", True),
        ("dana@acme.example (Dana Miller)", "Dana <dana@acme.example>", True),
        ("dana+jobs@acme.example", "dana@acme.example", True),
        ("dana@acme.example", "dana+approve@acme.example", True),
        ("Dana  Miller", "dana miller", True),
        ("dana@acme.example", "boss@acme.example", False),
        ("dana@acme.example", "dana@other.example", False),
        (None, "dana@acme.example", False),
        ("Dana Miller", "Dana Millerova", False),
    ],
)
def test_nobody_is_a_second_person_by_another_spelling(
    decided_by: str | None, by: str, *, same: bool
) -> None:
    assert is_same_person(decided_by, by) is same


@pytest.mark.parametrize(
    ("decided_by", "by", "same"),
    [
        ("Dana Miller", "dana@acme.example", True),
        ("dana@acme.example", "dana  miller", True),
        ("Dana Miller", "bo@acme.example", False),
        ("Bo", "dana@acme.example", False),
        (None, "dana@acme.example", False),
    ],
)
def test_nobody_is_a_second_person_whom_the_settings_know_by_name(
    decided_by: str | None, by: str, *, same: bool
) -> None:
    known = [Decider(address="Dana@acme.example", name="Dana Miller"), Decider(address="bo@b.ex")]
    assert is_same_person(decided_by, by, known) is same
