"""Holding letters that say what their reader was told already, or will be.

A row is compared with the rows before it in its batch and with what the outbox knows.
"""

from collections.abc import Sequence
from datetime import datetime

from worker.policy.guards import Why
from worker.policy.repeat import OTHER_ID, repeats
from worker.steps.holding import waiting
from worker.steps.judge import Judged
from worker.store.around import Own, around
from worker.store.engine import Doors


def hold_repeats(
    batch: Sequence[Judged | None], store: Doors, own: Own, since: datetime
) -> list[Judged | None]:
    """The same, with those held that repeat something; ``since`` is where the looking begins."""
    decisions = [each.sealed.decision for each in batch if each is not None]
    known = iter(around(store, decisions, own))
    before: dict[tuple[str, str], tuple[str, int]] = {}
    found = list[Judged | None]()
    for each in batch:
        if each is None:
            found.append(None)
            continue
        beside = next(known)
        note = repeats(each.sealed.decision, beside.same, beside.others, since)
        note = note or _in_batch(each, before)
        found.append(waiting(each, Why.REPEAT, note) if note else each)
    return found


def _in_batch(judged: Judged, before: dict[tuple[str, str], tuple[str, int]]) -> str | None:
    """By the first row that told it to the same person for the same job."""
    decision, row = judged.sealed.decision, judged.sealed.row
    key = decision.person_and_job, decision.outcome
    application, first = before.setdefault(key, (decision.application, row))
    both_named = application.startswith("id:") and decision.application_id is not None
    if application == decision.application or not both_named:
        return None
    return OTHER_ID.format(f"row {first} of the same file")
