"""Looking at the shape of a batch before its first row is stored.

Only what is new counts: no duplicate, no refused row, no withdrawal. Rows that an earlier run of
the same submission stored before a crash are new again, so that it comes to the same verdict.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from worker.decision import Decision, Outcome
from worker.errors import BadDecision, RenderError
from worker.intake import Row
from worker.policy.batch import AS_BEFORE, GOOD_NEWS, Shape, unusual
from worker.policy.standing import fold_stage, is_known
from worker.store.around import Own, around
from worker.store.engine import Doors
from worker.store.usual import received_at, taken_as_odd, usual

#: How far back the decisions lie that say what is usual.
LATELY = timedelta(days=180)

#: What a row is refused for; what nobody foresaw is refused as well, when it is taken.
_REFUSED = (BadDecision, RenderError, ValueError, ArithmeticError, LookupError, TypeError, OSError)

#: Rows that are looked up together.
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """How rows are looked at. ``reads`` and ``judge`` raise what a row is refused for.

    ``reads`` gives only the decision, and costs little; ``judge`` all that taking in would find.
    """

    store: Doors
    reads: Callable[[Row], Decision]
    judge: Callable[[Row], object]
    most: int


def odd_shape(rows: Iterable[Row], submission: str, ahead: Ahead, now: datetime) -> str | None:
    """What is odd about the batch, for people; no more of it is read than tells."""
    before = taken_as_odd(ahead.store, submission)
    if before is False:
        return None
    came_in = received_at(ahead.store, submission) or now
    new = islice(_new(rows, submission, ahead, came_in), ahead.most + 1)
    outcomes = list(new)
    if not outcomes[1:]:  # one decision has no shape
        return None
    shape = Shape(len(outcomes), sum(each in GOOD_NEWS for each in outcomes))
    lately = usual(ahead.store, submission, came_in - LATELY, came_in)
    return unusual(shape, lately, ahead.most) or (AS_BEFORE if before else None)


def _new(
    rows: Iterable[Row], submission: str, ahead: Ahead, came_in: datetime
) -> Iterator[Outcome]:
    seen = set[tuple[str, ...]]()
    for row, decision in _unknown(rows, submission, ahead, came_in):
        key = decision.application, decision.outcome, fold_stage(decision)
        if key not in seen and _would_be_taken(row, ahead):
            seen.add(key)
            yield decision.outcome


def _unknown(
    rows: Iterable[Row], submission: str, ahead: Ahead, came_in: datetime
) -> Iterator[tuple[Row, Decision]]:
    """Rows that can be read, tell something to somebody, and are not in already."""
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        told = [each for each in _read(batch, ahead) if each[1].outcome is not Outcome.WITHDRAWN]
        decisions = [decision for _, decision in told]
        known = around(ahead.store, decisions, Own(submission), before=came_in)
        for each, beside in zip(told, known, strict=True):
            if not is_known(each[1], beside.same):
                yield each


def _read(batch: Sequence[Row], ahead: Ahead) -> Iterator[tuple[Row, Decision]]:
    for row in batch:
        try:
            yield row, ahead.reads(row)
        except _REFUSED:
            continue


def _would_be_taken(row: Row, ahead: Ahead) -> bool:
    try:
        ahead.judge(row)
    except _REFUSED:
        return False
    return True
