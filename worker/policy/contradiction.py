"""A decision that speaks against what its candidate was told before. Pure.

For ``standing``. Only what was told counts: what is pending is superseded by the newer decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from worker.decision import Decision, Outcome, fold
from worker.policy.stands import Standing

_AFTER_NO = (
    "the candidate was told before that they were not selected (entry {0}); release this if that"
    " was a mistake, else cancel it"
)
_AFTER_OFFER = (
    "the candidate was offered the job before (entry {0}); release this if that is taken back,"
    " else cancel it"
)
_AFTER_YES = (
    "the candidate was told before that they go on (entry {0}), and nothing shows that anything"
    " happened since; release this if it is right, else cancel it"
)
_SO_SOON = (
    "the candidate was told something else, {1}, less than {2:g} days before (entry {0}); release"
    " this if it is right, else cancel it"
)


_WORDS = (Outcome.REJECTED, Outcome.OFFER, Outcome.ADVANCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """When the new decision came in, and ``at`` which moment its candidate hears of it.

    ``within``: two outcomes that are told nearer to each other than that contradict each other.
    """

    came_in: datetime
    at: datetime
    within: timedelta
    zone: ZoneInfo


def contradicts(decision: Decision, stands: Sequence[Standing], telling: Telling) -> str | None:
    """What its candidate was told that this speaks against, for people; None where nothing is."""
    told = [each for each in stands if each.told_at is not None]
    verdict = _after_a_word(decision, told, telling)
    if verdict is not None:
        return verdict
    soon = _last(each for each in told if _too_soon(decision, each, telling))
    days = telling.within / timedelta(days=1)
    return _SO_SOON.format(soon.token, soon.outcome, days) if soon else None


def _after_a_word(decision: Decision, told: Sequence[Standing], telling: Telling) -> str | None:
    """A yes after a no, or a no after a yes, however long ago that was."""
    by_outcome = {each.outcome: each for each in told}
    refused, offered, went_on = map(by_outcome.get, _WORDS)
    if decision.outcome is not Outcome.REJECTED:
        return _AFTER_NO.format(refused.token) if refused else None
    if offered is not None:
        return _AFTER_OFFER.format(offered.token)
    if went_on is not None and not _happened_since(decision, went_on, telling):
        return _AFTER_YES.format(went_on.token)
    return None


def _last(found: Iterable[Standing]) -> Standing | None:
    return max(found, key=lambda each: each.id, default=None)


def _happened_since(decision: Decision, went_on: Standing, telling: Telling) -> bool:
    """Whether the new decision shows what it rests on: a stage, an interview, the promised day."""
    stage = fold(decision.stage or "")
    if stage and stage != went_on.stage:
        return True
    if decision.interviewed_on and decision.interviewed_on > _day(went_on.told_at, telling):
        return True
    promised = went_on.decision.get("next_step_on")
    if promised is None:
        return False
    return date.fromisoformat(promised) < _day(telling.came_in, telling)


def _day(moment: datetime | None, telling: Telling) -> date:
    return moment.astimezone(telling.zone).date() if moment else date.max


def _too_soon(decision: Decision, each: Standing, telling: Telling) -> bool:
    """A thank-you that was told decides nothing, so nothing contradicts it."""
    if each.told_at is None or each.outcome in {decision.outcome, Outcome.THANK_YOU}:
        return False
    return abs(telling.at - each.told_at) < telling.within
