"""When a letter may go: never before the hold, never outside the hours, never lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import decision

from worker.decision import Outcome
from worker.policy.timing import ALWAYS, Hours, Timing, earliest, parse_hours, within

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours("mon-fri 08:00-18:00")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri 08:00-18:00", {0, 1, 2, 3, 4}),
        ("Mon,Wed 09:00-12:00", {0, 2}),
        ("sat-sun 10:00-11:00", {5, 6}),
        ("fri-mon 08:00-18:00", {4, 5, 6, 0}),
        ("tue 08:00-18:00", {1}),
    ],
)
def test_hours_are_read(text: str, days: set[int]) -> None:
    assert parse_hours(text).days == days


def test_always_is_always() -> None:
    assert parse_hours(" Always ") == ALWAYS


@pytest.mark.parametrize(
    "text", ["", "mon-fri", "08:00-18:00", "mon-fri 18:00-08:00", "mon-fri 08:00-08:00",
             "funday 08:00-18:00", "mon-fri 8-18", "mon-fri 08:00-25:00", "mon-fri 08:00 18:00"]
)  # fmt: skip
def test_what_are_no_hours_is_said_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="mon-fri 08:00-18:00, or always"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),  # a Monday in hours
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-27T18:30", "2026-11-30T08:00"),  # Friday evening to Monday
        ("2026-11-28T12:00", "2026-11-30T08:00"),  # Saturday
    ],
)
def test_the_next_opening_in_the_zone(now: str, wanted: str) -> None:
    assert within(berlin(now), OFFICE, BERLIN) == berlin(wanted)


def test_the_candidates_zone_wins_over_the_companys() -> None:
    timings = dict.fromkeys(Outcome, Timing(timedelta(0), OFFICE))
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00 in Berlin, 04:00 in New York
    at_home = earliest(decision(), now, timings, BERLIN)
    abroad = earliest(decision(timezone="America/New_York"), now, timings, BERLIN)
    assert at_home == now
    assert abroad == datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_the_hold_and_a_wished_moment_both_count() -> None:
    timings = dict.fromkeys(Outcome, Timing(timedelta(minutes=15), ALWAYS))
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert earliest(decision(), now, timings, BERLIN) == now + timedelta(minutes=15)
    wished = now + timedelta(days=2)
    asked = decision(send_not_before=wished)
    assert earliest(asked, now, timings, BERLIN) == wished


ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Casablanca",
    ]
)
FIRST, LAST = (datetime(year, 1, 1) for year in (2026, 2028))  # noqa: DTZ001 - made aware below
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(tzinfo=UTC))


@given(
    moment=MOMENTS,
    zone=ZONES.map(ZoneInfo),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=st.integers(0, 22),
    length=st.integers(1, 23),
)
def test_never_outside_the_hours_never_earlier_never_lost(
    moment: datetime, zone: ZoneInfo, days: frozenset[int], opens: int, length: int
) -> None:
    closes = min(opens + length, 23)
    hours = Hours(days, parse_hours(f"mon {opens:02}:00-{closes:02}:30").opens,
                  parse_hours(f"mon {opens:02}:00-{closes:02}:30").closes)  # fmt: skip
    found = within(moment, hours, zone)
    local = found.astimezone(zone)
    assert moment <= found <= moment + timedelta(days=8)
    assert local.weekday() in days
    assert hours.opens <= local.time() < hours.closes or _skipped(local, hours)


def _skipped(local: datetime, hours: Hours) -> bool:
    """The opening lies in the hour that a clock change skips: the first moment after it counts."""
    naive = local.replace(tzinfo=None)
    back = local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None)
    return naive == back and local.time() >= hours.opens
