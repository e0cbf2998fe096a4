"""When a letter may go: the hold (the undo window), then the next allowed hour.

Pure. Hours are read in the candidate's zone when the decision names one, else in the company's.
Daylight saving is the zone's business: a moment that a clock change skips moves forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from worker.decision import Decision, Outcome
from worker.policy.calendar import Calendar, Wait

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """The days of the week (0 is Monday) and the time of day, ``opens`` to ``closes``."""

    days: frozenset[int]
    opens: time
    closes: time


ALWAYS = Hours(frozenset(range(7)), time.min, time.max)


@dataclass(frozen=True, slots=True)
class Timing:
    """What holds for one outcome."""

    hold: Wait
    hours: Hours


def parse_hours(text: str) -> Hours:
    """Read ``mon-fri 08:00-18:00``, ``mon,wed 09:00-12:00`` or ``always``.

    Raises ``ValueError`` that shows the form.
    """
    if text.strip().lower() == "always":
        return ALWAYS
    try:
        days, span = text.lower().split()
        opens, closes = (time.fromisoformat(each) for each in span.split("-"))
        hours = Hours(_parse_days(days), opens, closes)
    except ValueError:
        hours = ALWAYS
    if hours is ALWAYS or hours.opens >= hours.closes:
        raise ValueError(f"{text!r} are no hours; write them as mon-fri 08:00-18:00, or always")
    return hours


def _parse_days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def earliest(
    decision: Decision, now: datetime, timings: Mapping[Outcome, Timing], company_zone: ZoneInfo
) -> datetime:
    """The first moment, in UTC, at which the letter may go."""
    timing = timings[decision.outcome]
    moment = Calendar(company_zone).later(now, timing.hold)
    if decision.send_not_before is not None:
        moment = max(moment, decision.send_not_before)
    zone = ZoneInfo(decision.timezone) if decision.timezone else company_zone
    return within(moment, timing.hours, zone).astimezone(UTC)


def within(moment: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """``moment`` itself when it lies in the hours, else the next opening."""
    if hours == ALWAYS:
        return moment
    local = moment.astimezone(zone)
    for days in count():
        day = local.date() + timedelta(days=days)
        if day.weekday() not in hours.days:
            continue
        # Through UTC and back, so that an opening inside a clock change is a moment that exists.
        opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
        closes = datetime.combine(day, hours.closes, zone).astimezone(UTC)
        if moment < closes:
            return max(moment, opens)
    raise AssertionError("a week has an open day")  # pragma: no cover - count() does not end
