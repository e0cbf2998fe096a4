"""Promised days: what a decision promises, by when candidates must be told, who is reminded. Pure.

A promise is a day that stands in a letter. ``inform`` is owed by law instead: an interview without
a final decision starts its clock, whether or not a letter went. Ontario asks for word within 45
days of the last interview (O. Reg. 476/24, https://www.ontario.ca/laws/regulation/240476); the
days, by country, are the operator's to set, and counsel's to confirm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from worker.decision import Decision, Outcome
from worker.policy.calendar import Calendar, Wait


class Promise(StrEnum):
    """Of what a day is the last one."""

    NEXT_STEP = "next_step"
    UPDATE = "update"
    EXPIRY = "expiry"
    INFORM = "inform"


@dataclass(frozen=True, slots=True)
class Due:
    """By the end of ``day``, in the company's zone."""

    kind: Promise
    day: date


#: The stage in which the day is over. The others count the warnings before it.
OVERDUE = 99

#: Nothing is said at this stage.
QUIET = 0

#: A country that stands for all that are not named.
ANYWHERE = "*"

#: Letters that promise nothing: they are the last word.
_LAST_WORDS = frozenset({Outcome.REJECTED, Outcome.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Duty:
    """How long after the last interview candidates must have had word, by country (ISO 3166).

    ``country`` is the company's, for decisions that name none.
    """

    within: Mapping[str, timedelta] = field(default_factory=dict)
    country: str | None = None

    def of(self, country: str | None) -> timedelta | None:
        """The part of a country goes before the country, and ``*`` comes last."""
        named = country or self.country or ""
        asked = (named, named.partition("-")[0], ANYWHERE)
        return next((self.within[each] for each in asked if each in self.within), None)


def dues(decision: Decision, taken_on: date, duty: Duty) -> tuple[Due, ...]:
    """Every day that the decision promises, and the one by which the law wants word.

    ``taken_on`` is when it came in.
    """
    if decision.outcome in _LAST_WORDS:
        return ()
    days = {Promise.NEXT_STEP: decision.next_step_on, Promise.UPDATE: decision.update_on,
            Promise.EXPIRY: decision.expires_on,
            Promise.INFORM: _inform_by(decision, taken_on, duty)}  # fmt: skip
    return tuple(Due(kind, day) for kind, day in days.items() if day is not None)


def _inform_by(decision: Decision, taken_on: date, duty: Duty) -> date | None:
    interview = last_interview(decision, taken_on)
    within = duty.of(decision.job_country)
    if interview is None or within is None:
        return None
    return interview + min(within, date.max - interview)


def last_interview(decision: Decision, taken_on: date) -> date | None:
    """The day of the last interview of which nobody has told the result; None if there is none.

    Thanks are said at once after an interview; and the next step of who advanced is another one.
    """
    match decision.outcome:
        case Outcome.THANK_YOU:
            return decision.interviewed_on or taken_on
        case Outcome.ADVANCED:
            days = filter(None, (decision.interviewed_on, decision.next_step_on))
            return max(days, default=None)
        case Outcome.ON_HOLD:
            return decision.interviewed_on
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """How long before a day people are told; ``warn`` is for the duty to inform.

    ``calendar`` is the company's.
    """

    remind: Wait
    warn: tuple[timedelta, ...]
    calendar: Calendar

    def today(self, now: datetime) -> date:
        """The company's day."""
        return now.astimezone(self.calendar.zone).date()

    def horizon(self, now: datetime) -> date:
        """The last day of which there may be something to say now."""
        last_warned = self.today(now) + max(self.warn, default=timedelta(0))
        return max(last_warned, self._reminded(now))

    def stage(self, due: Due, now: datetime) -> int:
        """``QUIET``, how many warnings are due by now, or ``OVERDUE``.

        Who was away for a while says the last of them alone, for that is the most urgent one.
        """
        today = self.today(now)
        if today > due.day:
            return OVERDUE
        if due.kind is Promise.INFORM:
            return sum(due.day - today <= each for each in self.warn)
        return int(due.day <= self._reminded(now))

    def _reminded(self, now: datetime) -> date:
        """The last day of which people are reminded now."""
        later = self.calendar.later(now, self.remind)
        return later.astimezone(self.calendar.zone).date()


def told_to_hr(kind: Promise, stage: int) -> bool:
    """Beside who decided: what the law asks for, and what is over already."""
    return kind is Promise.INFORM or stage == OVERDUE
