"""When a candidate may be called, and when the caller is asked to. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from worker.policy.calendar import Calendar
from worker.policy.timing import ALWAYS, LONGEST, Hours, parse_hours, within

#: A letter may arrive at any hour, where the hours are so; a call may not.
CALLING = parse_hours("mon-fri 09:00-18:00")

#: How long a call may take, and how long before it the caller wants to know.
LENGTH, LEAD = timedelta(minutes=15), timedelta(minutes=30)

#: A calendar shows quarters of an hour.
_QUARTER = timedelta(minutes=15)

#: So many times to call are told.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a candidate may be called, in their zone."""

    opens: datetime
    closes: datetime


def hours_to_call(hours: Hours) -> Hours:
    """The hours of letters; those of an office where letters go at any time."""
    return CALLING if hours == ALWAYS else hours


def slot(now: datetime, by: datetime, hours: Hours, own: Calendar) -> datetime:
    """When the call stands in the caller's calendar, in UTC; soon where ``by`` leaves no choice."""
    start = within(_quarter(now + LEAD), hours, own).astimezone(UTC)
    return start if start < by else _quarter(now)


def _quarter(moment: datetime) -> datetime:
    """The next full quarter of an hour."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment + (midnight - moment) % _QUARTER


def windows(now: datetime, by: datetime, hours: Hours, own: Calendar) -> list[Window]:
    """The next times at which the candidate may be called, before ``by`` if there are such."""
    found = list(islice(_windows(now, hours, own), SHOWN))
    return [each for each in found if each.opens < by] or found[:1]


def _windows(now: datetime, hours: Hours, own: Calendar) -> Iterator[Window]:
    today = now.astimezone(own.zone).date()
    for days in range(LONGEST):
        day = today + timedelta(days=days)
        if own.is_holiday(day):
            continue
        for opens, closes in _spans(day, hours, own):
            if closes > now:
                yield Window(max(opens, now.astimezone(own.zone)), closes)


def _spans(day: date, hours: Hours, own: Calendar) -> Iterator[tuple[datetime, datetime]]:
    for each in hours.on(day):
        opens = datetime.combine(day, each.opens, own.zone)
        if each.closes is None:
            yield opens, datetime.combine(day + timedelta(days=1), each.opens.min, own.zone)
        else:
            yield opens, datetime.combine(day, each.closes, own.zone)
