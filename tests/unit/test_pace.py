"""The arithmetic of the pace: evenly spread, halved when too fast, and back by steps."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import HOUR, NOW

from worker.policy.pace import FIRST, TOP, Bucket, pace, slow, take, wait
from worker.settings.texts import per_minute

MINUTE = timedelta(minutes=1)


def sent_within(limit: float, span: timedelta) -> int:
    """How many letters go when each goes as soon as it may."""
    bucket, now, sent = Bucket(), NOW, 0
    while now < NOW + span:
        after = take(bucket, limit, now)
        if after is not None:
            bucket, sent = after, sent + 1
        now += max(wait(bucket, limit, now), timedelta(microseconds=1))
    return sent


@pytest.mark.parametrize(
    ("limit", "span", "most"),
    [(30.0, MINUTE, 31), (500 / 60, timedelta(hours=1), 501), (1.0, timedelta(hours=1), 61)],
)
def test_no_span_sees_more_than_its_share_and_one(limit: float, span: timedelta, most: int) -> None:
    assert most - 2 <= sent_within(limit, span) <= most


@given(limit=st.floats(0.5, 600), moments=st.lists(st.floats(0, 600), max_size=60))
def test_however_letters_come_the_pace_holds(limit: float, moments: list[float]) -> None:
    bucket, sent = Bucket(), 0
    for seconds in sorted(moments):
        after = take(bucket, limit, NOW + timedelta(seconds=seconds))
        if after is not None:
            bucket, sent = after, sent + 1
    assert sent <= max(1.0, limit / 60) + limit * 10 + 0.01


def test_a_letter_may_go_as_soon_as_the_wait_is_over() -> None:
    bucket = take(Bucket(), 7.0, NOW)
    assert bucket is not None
    assert take(bucket, 7.0, NOW + wait(bucket, 7.0, NOW)) is not None


def test_a_fast_pace_keeps_up_although_nobody_looks_all_the_time() -> None:
    bucket = take(Bucket(), 600.0, NOW)
    for _ in range(5):
        assert bucket is not None
        bucket = take(bucket, 600.0, NOW + timedelta(seconds=1))
    assert bucket is not None


def test_a_clock_that_was_set_back_does_not_stop_letters_for_long() -> None:
    bucket = take(Bucket(), 30.0, NOW)
    assert bucket is not None
    assert wait(bucket, 30.0, NOW - timedelta(days=1)) <= timedelta(seconds=2)


@pytest.mark.parametrize("limit", [None, 60.0])
@pytest.mark.parametrize("back", [timedelta(milliseconds=1), 50 * MINUTE, timedelta(days=400)])
def test_a_clock_that_was_set_back_leaves_a_slower_pace_as_it_is(
    limit: float | None, back: timedelta
) -> None:
    bucket = slow(take(Bucket(), 30.0, NOW) or Bucket(), limit, NOW)
    assert pace(bucket, limit, NOW - back) == bucket.slowed
    assert timedelta(0) < wait(bucket, limit, NOW - back) <= timedelta(seconds=3)


def test_too_fast_halves_the_pace_also_after_the_clock_was_set_back() -> None:
    bucket = slow(Bucket(), 40.0, NOW)
    assert slow(bucket, 40.0, NOW - timedelta(seconds=1)) == bucket
    assert pace(slow(bucket, 40.0, NOW - HOUR), 40.0, NOW - HOUR) == 10.0


def test_without_a_limit_there_is_none() -> None:
    assert take(Bucket(), None, NOW) == Bucket()
    assert wait(Bucket(), None, NOW) == timedelta(0)


def test_too_fast_halves_the_pace_and_several_who_hear_it_halve_it_once() -> None:
    bucket = slow(Bucket(), 40.0, NOW)
    assert pace(bucket, 40.0, NOW) == 20.0
    assert slow(bucket, 40.0, NOW + timedelta(seconds=59)) == bucket
    assert pace(slow(bucket, 40.0, NOW + MINUTE), 40.0, NOW + MINUTE) == 10.0


def test_without_a_limit_too_fast_begins_with_one() -> None:
    bucket = slow(Bucket(), None, NOW)
    assert pace(bucket, None, NOW) == FIRST
    assert _ends(bucket, None) == NOW + 70 * MINUTE


def test_the_pace_comes_back_by_a_tenth_every_ten_minutes() -> None:
    bucket = slow(Bucket(), 40.0, NOW)
    found = [pace(bucket, 40.0, NOW + minutes * MINUTE) for minutes in (9, 10, 20, 49, 50, 500)]
    assert found == [20.0, 24.0, 28.0, 36.0, 40.0, 40.0]


def _ends(bucket: Bucket, limit: float | None) -> datetime:
    moment = NOW
    while pace(bucket, limit, moment) not in {None, limit}:
        moment += MINUTE
    return moment


def test_it_never_comes_to_a_stop() -> None:
    bucket, now = Bucket(), NOW
    for _ in range(20):
        bucket, now = slow(bucket, 30.0, now), now + MINUTE
    assert pace(bucket, 30.0, now) == 1.0
    assert pace(slow(Bucket(), 0.5, NOW), 0.5, NOW) == 0.5
    assert TOP > FIRST


@pytest.mark.parametrize(
    ("written", "letters"),
    [("none", None), ("30/min", 30.0), ("1/s", 60.0), ("600/h", 10.0), ("1440/day", 1.0)],
)
def test_a_rate_is_so_many_letters_a_minute(written: str, letters: float | None) -> None:
    assert per_minute(written) == letters
