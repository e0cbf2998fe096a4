"""The sections about rules: ``timing``, ``retry``, ``guards``, ``reasons``, ``retention``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, PositiveInt

from worker.decision import Outcome
from worker.policy import timing as policy
from worker.policy.calendar import BusinessDays
from worker.policy.promises import ANYWHERE
from worker.policy.reasons import Policy
from worker.reading import read_country
from worker.settings import texts
from worker.settings.section import Line, Positive, Section, Waiting


def _hours(given: Any) -> policy.Hours:
    return given if isinstance(given, policy.Hours) else policy.parse_hours(str(given))


Hours = Annotated[policy.Hours, BeforeValidator(_hours)]
Clock = Annotated[time, PlainValidator(texts.read_clock)]


def _holiday(given: Any) -> str | date:
    """A day, or the country (ISO 3166) whose public holidays are meant."""
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        pass
    try:
        return read_country(str(given))
    except ValueError:
        raise ValueError(
            f"{given!r} is neither a day nor a country; write 2026-12-24, DE or DE-BY"
        ) from None


Holiday = Annotated[str | date, PlainValidator(_holiday)]
Country = Annotated[str, AfterValidator(read_country)]


def _anywhere(given: str) -> str:
    return given if given == ANYWHERE else read_country(given)


#: A country, or ``*`` for all that are not named.
Anywhere = Annotated[str, AfterValidator(_anywhere)]


class Override(Section):
    """What differs for one outcome; what is not set here is as in ``[timing]``."""

    hold: Waiting | None = None
    hours: Hours | None = None
    deadline: Waiting | None = None


class Timing(Section):
    """The undo window, and when a letter may go."""

    hold: Waiting = timedelta(minutes=15)
    hours: Hours = policy.parse_hours("mon-fri 08:00-18:00")
    holidays: tuple[Holiday, ...] | None = None
    deadline: Waiting = BusinessDays(3)
    rejected: Override = Override()
    advanced: Override = Override()
    on_hold: Override = Override()
    offer: Override = Override()
    thank_you: Override = Override()

    def mismatches(self) -> Mapping[str, str]:
        """A deadline that passes before the undo window is over alarms HR about every letter."""
        short = [
            outcome
            for outcome, timing in self.by_outcome().items()
            if policy.is_too_short(timing.deadline, timing.hold)
        ]
        if not short:
            return {}
        told = "" if len(short) == len(Outcome) else f" of {short[0]}"
        return {
            "deadline": f"the deadline{told} is shorter than its hold, so that no letter could meet"
            " it; make it longer, or the hold shorter"
        }

    def by_outcome(self) -> dict[Outcome, policy.Timing]:
        """What ``policy.timing`` asks for."""
        return {outcome: self._of(outcome) for outcome in Outcome}

    def _of(self, outcome: Outcome) -> policy.Timing:
        own: Override = getattr(self, outcome, Override())
        return policy.Timing(
            hold=self.hold if own.hold is None else own.hold,
            hours=own.hours or self.hours,
            deadline=self.deadline if own.deadline is None else own.deadline,
        )


class Retry(Section):
    """How long an entry waits for its next try, and when it gives up."""

    first: Positive = timedelta(minutes=5)
    longest: Positive = timedelta(hours=4)
    give_up: Positive = timedelta(days=5)

    def mismatches(self) -> Mapping[str, str]:
        """The waits grow."""
        if self.first <= self.longest <= self.give_up:
            return {}
        return {"longest": "must not be shorter than retry.first, nor longer than retry.give_up"}


class Guards(Section):
    """What is held for a person."""

    contradiction: bool = True
    contradiction_within: Positive = timedelta(days=3)
    namesake: bool = True
    batch: bool = True
    stale: bool = True
    repeat: bool = True
    own_domain: bool = True
    words: bool = True
    batch_size: PositiveInt = 25
    stale_after: Positive = timedelta(days=30)
    repeat_within: Positive = timedelta(days=180)
    second_person: frozenset[Outcome] = frozenset({Outcome.OFFER})
    shadow: bool = False
    live: frozenset[Outcome] = frozenset()


class Reasons(Section):
    """What a rejection may say."""

    policy: Policy = Policy.CATALOGUE
    catalogue: Path = Path("config/reasons.toml")
    countries: dict[Country, Policy] = Field(default_factory=dict)
    jobs: dict[Line, Policy] = Field(default_factory=dict)


class Channels(Section):
    """Telling candidates by phone or in person, and what goes in writing beside it."""

    call_within: Waiting = BusinessDays(2)
    confirm_call: bool = False
    confirm_in_person: bool = False


class Promises(Section):
    """When deciders are reminded of a day that was promised, or that a law sets.

    ``inform`` is how long after the last interview a candidate has to be told, by country: in
    Ontario 45 days (O. Reg. 476/24, in force since 2026-01-01). ``warn``: how long before that.
    """

    remind: Waiting = BusinessDays(2)
    inform: dict[Anywhere, Positive] = Field(default_factory=lambda: {"CA-ON": timedelta(days=45)})
    warn: tuple[Positive, ...] = (timedelta(days=15), timedelta(days=7), timedelta(days=2))


class Digest(Section):
    """The summary for HR. ``weekday`` is for a weekly one."""

    every: Literal["daily", "weekly", "never"] = "daily"
    at: Clock = time(8)
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"


class Retention(Section):
    """How long what is kept."""

    letter: Positive = timedelta(days=30)
    personal_data: Positive = timedelta(days=365)
    journal: Positive = timedelta(days=3 * 365)
    keep_at_least: Positive | None = None
