"""Promised days: what a decision promises, and at which moment people are told of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from promising import ONTARIO, RULES, as_lines, promised
from tables import cases

from worker.policy.calendar import BusinessDays, Calendar
from worker.policy.promises import OVERDUE, QUIET, Due, Duty, Promise, Reminding, dues

MONDAY = date(2026, 11, 23)
ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland", "America/Toronto")


@cases("promises")
def test_a_decision_promises_these_days(case: dict[str, Any]) -> None:
    decision = promised(**case["decision"]).decision
    within = {each: timedelta(days=days) for each, days in case.get("within", {}).items()}
    duty = Duty(within) if within else ONTARIO
    assert as_lines(dues(decision, MONDAY, duty)) == case["dues"]


def test_without_a_country_only_the_star_counts() -> None:
    assert Duty({"CA-ON": timedelta(1)}).of(None) is None
    assert Duty({"*": timedelta(1)}).of(None) == timedelta(1)


@st.composite
def reminding(draw: st.DrawFn) -> Reminding:
    holidays = draw(st.frozensets(st.dates(date(2026, 11, 1), date(2027, 2, 1)), max_size=20))
    waits = st.builds(BusinessDays, st.integers(0, 10)) | st.timedeltas(
        timedelta(0), timedelta(days=20)
    )
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    warn = tuple(draw(st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), min_size=1)))
    return Reminding(remind=draw(waits), warn=warn,
                     calendar=Calendar(zone, lambda day: day in holidays))  # fmt: skip


def told_at(due: Due, looks: Sequence[datetime], rules: Reminding) -> Iterator[tuple[int, int]]:
    """Which look said which stage: it says what is more urgent than what was said before."""
    told = QUIET
    for number, now in enumerate(looks):
        if (stage := rules.stage(due, now)) > told:
            told = stage
            yield number, stage


MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis puts the zone on
DUES = st.builds(Due, st.sampled_from(Promise), st.dates(date(2026, 11, 20), date(2027, 1, 15)))


@given(due=DUES, looks=st.lists(MOMENTS, max_size=30).map(sorted), rules=reminding())
@example(due=Due(Promise.UPDATE, MONDAY), looks=[], rules=RULES)
def test_a_look_on_the_day_itself_never_finds_it_untold(
    due: Due, looks: list[datetime], rules: Reminding
) -> None:
    """However long the worker was down before, and whatever the calendar says."""
    on_the_day = [n for n, now in enumerate(looks) if rules.today(now) == due.day]
    told = list(told_at(due, looks, rules))
    if on_the_day:
        first, stage = told[0]
        assert first <= on_the_day[0]
        assert QUIET < stage < OVERDUE


@given(due=DUES, looks=st.lists(MOMENTS, max_size=30).map(sorted), rules=reminding())
def test_no_stage_is_said_twice_and_what_is_over_is_the_last_word(
    due: Due, looks: list[datetime], rules: Reminding
) -> None:
    stages = [stage for _, stage in told_at(due, looks, rules)]
    assert stages == sorted(set(stages))
    assert len(stages) <= 1 + (len(rules.warn) if due.kind is Promise.INFORM else 1)
    assert all(stage == QUIET or due.day <= rules.horizon(now)
               for now in looks for stage in [rules.stage(due, now)])  # fmt: skip


@given(rules=reminding(), start=MOMENTS, kind=st.sampled_from(Promise))
def test_a_worker_that_runs_says_it_before_the_day_is_over(
    rules: Reminding, start: datetime, kind: Promise
) -> None:
    """Four looks a day, from a promise for the same day to one three weeks ahead."""
    looks = [start + timedelta(hours=6) * n for n in range(4 * 25)]
    for ahead in (0, 1, 2, 5, 21):
        due = Due(kind, rules.today(start) + timedelta(days=ahead))
        _, stage = next(told_at(due, looks, rules))
        assert stage < OVERDUE


def test_the_day_of_the_company_counts_and_not_that_of_utc() -> None:
    rules = Reminding(remind=BusinessDays(0), warn=(),
                      calendar=Calendar(ZoneInfo("America/Toronto")))  # fmt: skip
    due = Due(Promise.UPDATE, MONDAY)
    late_in_toronto = datetime.combine(MONDAY + timedelta(days=1), time(4, 59), UTC)
    assert rules.stage(due, late_in_toronto) == 1
    assert rules.stage(due, late_in_toronto + timedelta(minutes=1)) == OVERDUE
