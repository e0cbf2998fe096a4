"""When a letter may go: the hold (the undo window), then the next allowed hour of a working day.

Pure. Hours and holidays are read in the candidate's zone when the decision names one, else in the
company's. The hold and the deadline are the time that the company's people have, so they count in
the company's calendar. Daylight saving is the zone's business: what counts is what a clock on the
candidate's wall shows, and an opening that a clock change skips moves forward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from worker.decision import Decision
from worker.policy.calendar import Calendar, Wait

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: After so many days without an opening the holidays no longer count, so that nothing is lost.
LONGEST = 400

_FORM = "write them as mon-fri 08:00-18:00, as mon-thu 08:00-18:00; fri 08:00-15:00, or always"


@dataclass(frozen=True, slots=True)
class Span:
    """A day of the week (0 is Monday) from ``opens`` to before ``closes``; None is its end."""

    day: int
    opens: time
    closes: time | None

    def holds(self, clock: time) -> bool:
        """Whether that time of day lies in it."""
        return self.opens <= clock and (self.closes is None or clock < self.closes)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the week in which letters go."""

    spans: tuple[Span, ...]

    def on(self, day: date) -> list[Span]:
        """Those of that day."""
        return [each for each in self.spans if each.day == day.weekday()]


ALWAYS = Hours(tuple(Span(day, time.min, None) for day in range(7)))


@dataclass(frozen=True, slots=True)
class Timing:
    """What holds for one outcome."""

    hold: Wait
    hours: Hours
    deadline: Wait


def parse_hours(text: str) -> Hours:
    """Read ``mon-fri 08:00-18:00``, ``mon,wed 09:00-12:00; fri 08:00-24:00`` or ``always``.

    A day may have several spans. Raises ``ValueError`` that shows the form.
    """
    if text.strip().lower() == "always":
        return ALWAYS
    try:
        spans = [span for part in text.lower().split(";") for span in _parse_part(part)]
    except ValueError:
        raise ValueError(f"{text!r} are no hours; {_FORM}") from None
    for first in spans:
        if any(_overlap(first, other) for other in spans if other is not first):
            raise ValueError(f"{text!r} has hours of {DAYS[first.day]} that overlap; join them")
    return Hours(tuple(sorted(spans, key=lambda each: (each.day, each.opens))))


def _parse_part(text: str) -> Iterator[Span]:
    days, clock = text.split()
    opening, closing = clock.split("-")
    opens = time.fromisoformat(opening)
    closes = None if closing == "24:00" else time.fromisoformat(closing)
    if opens.tzinfo or (closes is not None and (closes.tzinfo or closes <= opens)):
        raise ValueError(text)
    for day in sorted(_parse_days(days)):
        yield Span(day, opens, closes)


def _parse_days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _overlap(one: Span, other: Span) -> bool:
    return one.day == other.day and (one.holds(other.opens) or other.holds(one.opens))


def earliest(
    decision: Decision, now: datetime, timing: Timing, *, company: Calendar, own: Calendar
) -> datetime:
    """The first moment, in UTC, at which the letter may go.

    ``company`` counts the hold; ``own`` has the days and the zone of the candidate.
    """
    moment = company.later(now, timing.hold)
    if decision.send_not_before is not None:
        moment = max(moment, decision.send_not_before)
    return within(moment, timing.hours, own).astimezone(UTC)


def late_after(decision: Decision, now: datetime, timing: Timing, company: Calendar) -> datetime:
    """When HR is alarmed, in UTC, because the letter has not been sent by then.

    It counts from when the decision came in, or from when it asked to be sent, which may be later.
    """
    asked = decision.send_not_before
    return company.later(now if asked is None else max(now, asked), timing.deadline)


def is_too_short(deadline: Wait, hold: Wait) -> bool:
    """Whether no letter could make it, as far as that shows: a day and a business day differ."""
    if isinstance(deadline, timedelta):
        return isinstance(hold, timedelta) and deadline < hold
    return not isinstance(hold, timedelta) and deadline.days < hold.days


def within(moment: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """``moment`` itself when letters may go then, else the next opening on no holiday."""
    if _is_open(moment, hours, calendar):
        return moment
    return next(_openings(moment, hours, calendar), None) or next(
        _openings(moment, hours, Calendar(calendar.zone)), moment
    )


def _is_open(moment: datetime, hours: Hours, calendar: Calendar) -> bool:
    local = moment.astimezone(calendar.zone)
    if calendar.is_holiday(local.date()):
        return False
    return any(each.holds(local.time()) for each in hours.on(local.date()))


def _openings(moment: datetime, hours: Hours, calendar: Calendar) -> Iterator[datetime]:
    today = moment.astimezone(calendar.zone).date()
    for days in range(LONGEST):
        day = today + timedelta(days=days)
        for span in hours.on(day):
            for opening in _moments(day, span.opens, calendar.zone):
                if opening > moment and _is_open(opening, hours, calendar):
                    yield opening


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When the clock shows that time: twice where it is put back, later where it skips it.

    Through UTC, so that each is a moment that exists.
    """
    shown = datetime.combine(day, clock, zone)
    return sorted({shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)})
