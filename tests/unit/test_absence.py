"""When a copy that is not in Sent says something, and when it is looked for. Pure rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sample import NOW

from worker.decision import Outcome
from worker.policy.calibration import Calibration, patience, why_absence_says_nothing
from worker.policy.looks import LOOKS, is_due, looks_of

GOOD = Calibration(account="a", at=NOW, folder="Sent", sent_after=3, finds_token=True)
MINUTE = timedelta(minutes=1)


def test_it_says_something_of_an_account_that_was_tested_well() -> None:
    assert why_absence_says_nothing(GOOD, NOW + timedelta(days=30)) is None


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "no test message"),
        (replace(GOOD, at=NOW - timedelta(days=31)), "older than 30 days"),
        (replace(GOOD, sent_after=None), "did not show up"),
        (replace(GOOD, finds_token=False, finds_message_id=True), "X-Followup-Id"),
    ],
)
def test_it_says_nothing_of_any_other(found: Calibration | None, why: str) -> None:
    assert why in (why_absence_says_nothing(found, NOW) or "")


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 60), (3, 60), (360, 60), (600, 100)])
def test_the_wait_is_an_hour_or_ten_times_what_was_measured(seconds: int, minutes: int) -> None:
    assert patience(replace(GOOD, sent_after=seconds)) == minutes * MINUTE


def test_a_look_more_only_where_it_decides() -> None:
    slow = replace(GOOD, sent_after=600)
    assert looks_of(Outcome.ADVANCED, None) == LOOKS
    assert looks_of(Outcome.ADVANCED, GOOD) == LOOKS
    assert looks_of(Outcome.ADVANCED, slow) == (*LOOKS, 100 * MINUTE)
    assert looks_of(Outcome.REJECTED, slow) == looks_of(Outcome.OFFER, slow) == LOOKS


@pytest.mark.parametrize(
    ("looked_after", "now_after", "due"),
    [(None, 0, False), (None, 1, True), (1, 4, False), (1, 5, True), (2, 14, True),
     (15, 59, False), (15, 60, True), (60, 900, False), (None, 900, True)],
)  # fmt: skip
def test_a_look_is_due_when_its_time_fell_since_the_last_one(
    looked_after: int | None, now_after: int, *, due: bool
) -> None:
    looked_at = None if looked_after is None else NOW + looked_after * MINUTE
    assert is_due(NOW, looked_at, NOW + now_after * MINUTE, LOOKS) is due
