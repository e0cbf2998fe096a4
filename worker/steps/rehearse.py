"""Saying what would become of rows, without storing any.

Two looks make a verdict. The real outbox is asked in transactions that are rolled back, batch by
batch, so that a worker that runs meanwhile is not kept waiting; a scratch outbox keeps the rows,
so that rows of the same file see each other.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from worker.intake import Row
from worker.steps.take import BATCH, Answer, Taking, shape_of, take_shaped
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival
from worker.store.rehearsal import rolled_back


def rehearse(
    rows: Callable[[], Iterable[Row]], arrival: Arrival, scratch: Taking, store: Store
) -> Iterator[Answer]:
    """An answer for each row, as ``take_rows`` would give it; new entries have no names yet.

    ``scratch`` takes rows into an empty database of its own; ``store`` is the real one.
    """
    ledger.begin(scratch.store, arrival, scratch.now())
    shape = shape_of(rows(), arrival, replace(scratch, store=store))
    source = iter(rows())
    while batch := list(islice(source, BATCH)):
        with rolled_back(store) as unstored:
            ledger.begin(unstored, arrival, scratch.now())
            outside = list(take_shaped(batch, arrival, replace(scratch, store=unstored), shape))
        inside = take_shaped(batch, arrival, scratch, shape)
        yield from (_joined(*both) for both in zip(outside, inside, strict=True))


def _joined(outside: Answer, inside: Answer) -> Answer:
    """What the outbox knows weighs more than what the file repeats."""
    answer = inside if outside.verdict.status in {"queued", "done"} else outside
    if answer.verdict.status == "duplicate" and answer is outside:
        return answer
    return replace(answer, verdict=replace(answer.verdict, entry=None))
