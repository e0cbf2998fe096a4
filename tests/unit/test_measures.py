"""Hours until candidates had word; the cases are in ``tests/rules/measures.toml``."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sample import HOUR, NOW
from tables import cases

from worker.policy.measures import Figure, Sent, figures, worst

BERLIN = ZoneInfo("Europe/Berlin")


def sent(hours: float = 1, **changed: str) -> Sent:
    """A letter that went out so many hours after its decision came in."""
    made = Sent(outcome="rejected", job_title="Data Analyst", decided_by="dana@acme.example",
                came_in=NOW, sent_at=NOW + hours * HOUR)  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def of(letter: Mapping[str, str]) -> Sent:
    day = {name: date.fromisoformat(letter[name]) for name in ("decided", "met") if name in letter}
    return replace(
        sent(),
        came_in=datetime.fromisoformat(letter["came"]).replace(tzinfo=BERLIN),
        sent_at=datetime.fromisoformat(letter["sent"]).replace(tzinfo=BERLIN),
        decided_on=day.get("decided"),
        interviewed_on=day.get("met"),
    )


@cases("measures")
def test_the_figures(case: Mapping[str, Any]) -> None:
    found = figures(map(of, case["letters"]), None, BERLIN)[""]
    assert found.number == len(case["letters"])
    assert found.decision == Figure(*case["decision"])
    assert found.interview == (Figure(*case["interview"]) if "interview" in case else None)


def test_nothing_sent_has_no_figures() -> None:
    assert figures([], None, BERLIN) == figures([], "outcome", BERLIN) == {}


def test_they_are_told_apart_by_outcome_job_and_decider() -> None:
    both = [sent(1), sent(2, outcome="offer", job_title="Head of Sales", decided_by="")]
    assert figures(both, "outcome", BERLIN).keys() == {"rejected", "offer"}
    assert figures(both, "job_title", BERLIN).keys() == {"Data Analyst", "Head of Sales"}
    assert figures(both, "decided_by", BERLIN).keys() == {"dana@acme.example", ""}


def test_case_and_space_tell_nothing_apart() -> None:
    both = [sent(1, job_title="Data Analyst"), sent(2, job_title="data  analyst ")]
    found = figures(both, "job_title", BERLIN)
    assert {key: each.number for key, each in found.items()} == {"Data Analyst": 2}


def test_the_worst_are_those_whose_candidates_wait_longest() -> None:
    found = figures([sent(n, job_title=f"job {n}") for n in range(9)], "job_title", BERLIN)
    assert [key for key, _ in worst(found, 3)] == ["job 8", "job 7", "job 6"]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_half_of_all_wait_no_longer_than_the_median_and_95_of_100_than_the_p95(
    waits: list[int],
) -> None:
    found = figures([sent(each) for each in waits], None, BERLIN)[""].decision
    assert {found.median, found.p95} <= set(waits)
    for share, figure in ((50, found.median), (95, found.p95)):
        assert sum(each <= figure for each in waits) * 100 >= share * len(waits)
        assert sum(each < figure for each in waits) * 100 < share * len(waits)


@given(
    since=st.integers(0, 400).map(lambda hours: NOW - hours * HOUR),
    to=st.integers(0, 400).map(lambda hours: NOW + hours * HOUR),
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles"]).map(ZoneInfo),
)
def test_a_figure_never_says_more_than_the_candidate_waited(
    since: datetime, to: datetime, zone: ZoneInfo
) -> None:
    day = since.astimezone(zone).date()
    one = replace(sent(), sent_at=to, decided_on=day, interviewed_on=day)
    found = figures([one], None, zone)[""]
    assert found.interview == found.decision
    assert (to - max(since, NOW)) / HOUR <= found.decision.median <= (to - since) / HOUR
    assert found.decision.median >= (to - since - timedelta(hours=25)) / HOUR
