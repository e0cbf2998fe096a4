"""The same news again: what a candidate was told already, or will be, in other words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from worker.decision import Decision, Outcome
from worker.lifecycle import Status
from worker.policy.stands import Standing

#: By these nobody was told anything, nor will be.
REACHED_NOBODY = frozenset({Status.CANCELLED, Status.FAILED, Status.BOUNCED})
#: Nobody hears these twice about one application.
_ONCE = frozenset({Outcome.REJECTED, Outcome.OFFER})

OTHER_ID = (
    "the same person hears the same for this job under another application id ({0}): release this"
    " if there are two applications, else cancel it"
)
_OTHER_STAGE = (
    "the candidate was told the same before, at another stage (entry {0}): release this if it is"
    " to be told again, else cancel it"
)


def repeats(
    decision: Decision, same: Sequence[Standing], others: Sequence[Standing], since: datetime
) -> str | None:
    """What this repeats, for people; None where it is news.

    ``same`` are the entries about its application, ``others`` those about other applications of
    the same address for the same job. ``since`` is where ``guards.repeat_within`` begins.
    """
    told = [each for each in same if each.told_at and each.outcome == decision.outcome]
    if told and decision.outcome in _ONCE:
        return _OTHER_STAGE.format(told[-1].token)
    again = [each for each in others if _is_again(decision, each, since)]
    return OTHER_ID.format(f"entry {again[-1].token}") if again else None


def _is_again(decision: Decision, each: Standing, since: datetime) -> bool:
    return (
        each.outcome == decision.outcome
        and each.status not in REACHED_NOBODY
        and max(each.created_at, each.told_at or each.created_at) >= since
    )
