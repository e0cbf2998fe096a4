"""When a letter may go, when HR is alarmed, and how hours are written.

The cases are in ``tests/rules/timing.toml`` and ``deadline.toml``.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sample import decision
from tables import cases

from worker.calendars import Calendars
from worker.decision import Outcome
from worker.policy.calendar import BusinessDays, Calendar, Wait
from worker.policy.timing import (
    ALWAYS,
    Span,
    Timing,
    earliest,
    is_too_short,
    late_after,
    parse_hours,
    within,
)
from worker.settings.rules import Timing as Section

BERLIN = ZoneInfo("Europe/Berlin")


def timing(case: Mapping[str, Any]) -> Timing:
    """As the section of the settings gives it."""
    said = {"hold": "0s", **case}
    keys = {"hold", "hours", "deadline", *Outcome}
    return Section(**{k: v for k, v in said.items() if k in keys}).by_outcome()[Outcome.REJECTED]


def calendars(case: Mapping[str, Any]) -> Calendars:
    listed = Section(**({"holidays": case["holidays"]} if "holidays" in case else {})).holidays
    return Calendars(BERLIN, case.get("company"), listed)


def wished(case: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(case["wished"]) if "wished" in case else None


@cases("timing")
def test_a_letter_goes(case: Mapping[str, Any]) -> None:
    own = calendars(case).of(case.get("job"), case.get("zone"))
    goes = earliest(
        decision(send_not_before=wished(case)),
        datetime.fromisoformat(case["now"]).replace(tzinfo=BERLIN),
        timing(case),
        company=calendars(case).company(),
        own=own,
    )
    assert f"{goes.astimezone(own.zone):%Y-%m-%dT%H:%M}" == case["goes"]


@cases("deadline")
def test_hr_is_alarmed(case: Mapping[str, Any]) -> None:
    came = datetime.fromisoformat(case["came"]).replace(tzinfo=BERLIN)
    about = decision(send_not_before=wished(case), job_country=case.get("job"))
    alarm = late_after(about, came, timing(case), calendars(case).company())
    assert f"{alarm.astimezone(BERLIN):%Y-%m-%dT%H:%M}" == case["alarm"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri 08:00-18:00", {0, 1, 2, 3, 4}),
        ("Mon,Wed 09:00-12:00", {0, 2}),
        ("sat-sun 10:00-11:00", {5, 6}),
        ("fri-mon 08:00-18:00", {4, 5, 6, 0}),
        ("tue 08:00-18:00", {1}),
        ("mon-thu 08:00-18:00; fri 08:00-15:00", {0, 1, 2, 3, 4}),
    ],
)
def test_the_days_of_hours_are_read(text: str, days: set[int]) -> None:
    assert {each.day for each in parse_hours(text).spans} == days


def test_hours_are_spans_in_the_order_of_the_week() -> None:
    assert parse_hours(" fri 13:00-24:00;fri 08:00-12:00 ; Mon 09:30-10:00").spans == (
        Span(0, time(9, 30), time(10)),
        Span(4, time(8), time(12)),
        Span(4, time(13), None),
    )


def test_always_is_always() -> None:
    assert parse_hours(" Always ") == ALWAYS == parse_hours("mon-sun 00:00-24:00")


@pytest.mark.parametrize(
    "text", ["", ";", "mon-fri", "08:00-18:00", "mon-fri 18:00-08:00", "mon-fri 08:00-08:00",
             "funday 08:00-18:00", "mon-fri 8-18", "mon-fri 08:00-25:00", "mon-fri 08:00 18:00",
             "mon-fri 08:00-18:00;", "mon-fri 08:00-18:00, sat 09:00-12:00", "mon 24:00-08:00",
             "always; mon 08:00-18:00", "mon 08:00-18:00+01:00", "mon 08:00+01:00-18:00"]
)  # fmt: skip
def test_what_are_no_hours_is_said_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"write them as mon-fri 08:00-18:00, .*, or always"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("mon-fri 08:00-18:00; fri 08:00-15:00", "fri"),
        ("tue 08:00-12:00; mon-wed 11:59-13:00", "tue"),
        ("sun 08:00-24:00; sun 00:00-09:00", "sun"),
        ("mon 09:00-10:00; mon 09:00-10:00", "mon"),
    ],
)
def test_hours_that_overlap_are_a_mistake_for_nobody_knows_which_is_meant(
    text: str, day: str
) -> None:
    with pytest.raises(ValueError, match=f"hours of {day} that overlap; join them"):
        parse_hours(text)


def test_hours_may_meet() -> None:
    assert len(parse_hours("mon 08:00-12:00; mon 12:00-18:00").spans) == 2


@pytest.mark.parametrize(
    ("deadline", "hold", "short"),
    [
        (timedelta(hours=1), timedelta(hours=2), True),
        (timedelta(hours=2), timedelta(hours=2), False),
        (BusinessDays(1), BusinessDays(2), True),
        (BusinessDays(2), BusinessDays(2), False),
        (BusinessDays(1), timedelta(days=9), False),
        (timedelta(hours=1), BusinessDays(1), False),
    ],
)
def test_a_deadline_shorter_than_its_hold_is_seen_where_that_shows(
    deadline: Wait, hold: Wait, *, short: bool
) -> None:
    assert is_too_short(deadline, hold) is short


def test_a_day_that_a_calendar_never_had_is_passed_over() -> None:
    """Samoa went from the 29th to the 31st of December 2011."""
    apia = Calendar(ZoneInfo("Pacific/Apia"))
    goes = within(
        datetime(2011, 12, 30, 9, 59, tzinfo=UTC), parse_hours("fri-sat 08:00-18:00"), apia
    )
    assert goes.astimezone(apia.zone).date() == date(2011, 12, 31)
