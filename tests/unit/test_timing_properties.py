"""What holds for every hour, holiday, hold and zone: never outside, never early, never lost."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sample import decision

from worker.calendars import Calendars
from worker.policy.calendar import BusinessDays, Calendar, Wait
from worker.policy.timing import ALWAYS, Hours, Span, Timing, earliest, within

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Casablanca",
        "Africa/Cairo",
        "America/Havana",
        "Pacific/Apia",
    ]
).map(ZoneInfo)
FIRST, LAST = (datetime(year, 1, 1) for year in (2026, 2028))  # noqa: DTZ001 - made aware below
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(tzinfo=UTC))
DAYS = st.integers(0, 800).map(lambda days: FIRST.date() + timedelta(days=days))
COUNTRIES = st.sampled_from(["DE", "DE-BY", "US-NY", "CA-ON", "FR", "ES-MD", "AE", "JP", "SE"])
#: The clock is changed at night, so that hours at night are worth a look.
CLOCKS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, 15 * (quarter % 4)))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """Some days of the week with one span or two each, or always."""
    if draw(st.integers(0, 5)) == 0:
        return ALWAYS
    spans: list[Span] = []
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        marks = sorted(draw(st.sets(CLOCKS, min_size=2, max_size=5)))
        last = [None] if len(marks) % 2 else []
        ends = [*marks, *last]
        spans += [Span(day, ends[at], ends[at + 1]) for at in range(0, len(ends), 2)]  # type: ignore[arg-type]
    return Hours(tuple(spans))


@st.composite
def places(draw: st.DrawFn) -> Calendar:
    """A zone, with the holidays of countries and some more days."""
    countries, days = draw(st.sets(COUNTRIES, max_size=2)), draw(st.sets(DAYS, max_size=20))
    return Calendars(draw(ZONES), None, (*countries, *days)).company()


def allowed(moment: datetime, when: Hours, place: Calendar) -> bool:
    """Said once more, in other words: by what the clock on the wall and the calendar show."""
    local = moment.astimezone(place.zone)
    clock, day = local.time(), local.date()
    spans = [
        (each.opens, each.closes or time.max) for each in when.spans if each.day == day.weekday()
    ]
    return not place.is_holiday(day) and any(o <= clock <= c != clock for o, c in spans)


WAITS = st.one_of(
    st.integers(0, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 10).map(BusinessDays),
)


@given(
    now=MOMENTS, hold=WAITS, when=hours(), place=places(), company=places(),
    asked=st.none() | MOMENTS,
)  # fmt: skip
def test_never_outside_the_hours_nor_on_a_holiday_nor_before_the_hold_is_over(
    now: datetime,
    hold: Wait,
    when: Hours,
    place: Calendar,
    company: Calendar,
    asked: datetime | None,
) -> None:
    by = Timing(hold, when, BusinessDays(3))
    goes = earliest(decision(send_not_before=asked), now, by, company=company, own=place)
    assert allowed(goes, when, place)
    assert goes >= company.later(now, hold) >= now
    assert asked is None or goes >= asked


@given(moment=MOMENTS, when=hours(), place=places())
def test_never_lost_and_what_may_go_is_not_moved(
    moment: datetime, when: Hours, place: Calendar
) -> None:
    goes = within(moment, when, place)
    assert moment <= goes <= moment + timedelta(weeks=12)
    assert within(goes, when, place) == goes
    assert goes == moment or not allowed(moment, when, place)


@given(moment=MOMENTS, when=hours(), zone=ZONES)
def test_where_every_day_is_a_holiday_the_hours_alone_count(
    moment: datetime, when: Hours, zone: ZoneInfo
) -> None:
    closed, plain = Calendar(zone, lambda _: True), Calendar(zone)
    goes = within(moment, when, closed)
    assert moment <= goes
    assert allowed(goes, when, plain)


@given(moment=MOMENTS, when=hours(), place=places())
def test_no_opening_between_is_passed_over(moment: datetime, when: Hours, place: Calendar) -> None:
    """By the quarter of an hour, the grain of the hours; but for the hour that a clock skips."""
    goes, step = within(moment, when, place), timedelta(minutes=15)
    at = datetime.fromtimestamp(moment.timestamp() // 900 * 900 + 900, UTC)
    while at < min(goes, moment + timedelta(days=9)):
        assert not allowed(at, when, place) or _after_a_gap(at, place.zone)
        at += step


def _after_a_gap(at: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).utcoffset() != (at - timedelta(hours=1)).astimezone(zone).utcoffset()
