"""Saying what would become of rows, without storing any.

Two looks make a verdict. The real outbox is asked in transactions that are rolled back, batch by
batch, so that a worker that runs meanwhile is not kept waiting; a scratch outbox keeps the rows,
so that rows of the same file see each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from worker.intake import Row
from worker.steps.take import BATCH, Answer, Taking, take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival
from worker.store.rehearsal import rolled_back


def rehearse(
    rows: Iterable[Row], arrival: Arrival, scratch: Taking, store: Store
) -> Iterator[Answer]:
    """An answer for each row, as ``take_rows`` would give it; new entries have no names yet.

    ``scratch`` takes rows into an empty database of its own; ``store`` is the real one.
    """
    ledger.begin(scratch.store, arrival, scratch.now())
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        with rolled_back(store) as unstored:
            ledger.begin(unstored, arrival, scratch.now())
            outside = list(take_rows(batch, arrival, replace(scratch, store=unstored)))
        inside = take_rows(batch, arrival, scratch)
        yield from (_joined(*both) for both in zip(outside, inside, strict=True))


def _joined(outside: Answer, inside: Answer) -> Answer:
    """What the outbox knows weighs more than what the file repeats."""
    answer = inside if outside.verdict.status in {"queued", "done"} else outside
    if answer.verdict.status == "duplicate" and answer is outside:
        return answer
    return replace(answer, verdict=replace(answer.verdict, entry=None))
