"""The sections about rules: ``timing``, ``retry``, ``guards``, ``reasons``, ``retention``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PositiveInt

from worker.decision import Outcome
from worker.policy import timing as policy
from worker.policy.reasons import Policy
from worker.settings import texts
from worker.settings.section import Duration, Positive, Section


def _hours(given: Any) -> policy.Hours:
    return given if isinstance(given, policy.Hours) else policy.parse_hours(str(given))


Hours = Annotated[policy.Hours, BeforeValidator(_hours)]
Deadline = Annotated[str, AfterValidator(texts.read_deadline)]


class Override(Section):
    """What differs for one outcome; what is not set here is as in ``[timing]``."""

    hold: Duration | None = None
    hours: Hours | None = None
    deadline: Deadline | None = None


class Timing(Section):
    """The undo window, and when a letter may go."""

    hold: Duration = timedelta(minutes=15)
    hours: Hours = policy.parse_hours("mon-fri 08:00-18:00")
    holidays: tuple[date, ...] = ()
    deadline: Deadline = "3 business days"
    rejected: Override = Override()
    advanced: Override = Override()
    on_hold: Override = Override()
    offer: Override = Override()
    thank_you: Override = Override()

    def by_outcome(self) -> dict[Outcome, policy.Timing]:
        """What ``policy.timing.earliest`` asks for."""
        return {outcome: self._of(outcome) for outcome in Outcome}

    def _of(self, outcome: Outcome) -> policy.Timing:
        own: Override = getattr(self, outcome, Override())
        return policy.Timing(
            hold=self.hold if own.hold is None else own.hold, hours=own.hours or self.hours
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


class Reasons(Section):
    """What a rejection may say."""

    policy: Policy = Policy.CATALOGUE
    catalogue: Path = Path("config/reasons.toml")


class Retention(Section):
    """How long what is kept."""

    letter: Positive = timedelta(days=30)
    personal_data: Positive = timedelta(days=365)
    journal: Positive = timedelta(days=3 * 365)
    keep_at_least: Positive | None = None
