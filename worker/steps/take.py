"""Taking in the rows of one submission: judge each, put the good ones in, answer for all.

``rows = queued + held + duplicate + refused``, always; a row that mails nobody (withdrawn, told
in person) counts as queued, for it was taken.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from worker.errors import BadDecision, RenderError
from worker.intake import Row, Verdict
from worker.lifecycle import Status
from worker.steps.judge import Judged
from worker.steps.others import Others
from worker.store import taking
from worker.store.engine import Doors
from worker.store.ledger import Arrival

#: Rows in one transaction: enough that its sync is shared, few enough that senders don't wait.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """A row, what became of it, and the letter it made."""

    row: Row
    verdict: Verdict
    judged: Judged | None = None


@dataclass(slots=True)
class Tally:
    """The counts of a submission, as they are journalled."""

    seen: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> None:
        """Count one row."""
        self.seen["queued" if verdict.status == Status.DONE else verdict.status] += 1

    def counts(self) -> dict[str, int]:
        """Rows, and the four that they add up to."""
        parts = {each: self.seen[each] for each in ("queued", "held", "duplicate", "refused")}
        return {"rows": sum(parts.values()), **parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Where rows go and how they are judged. ``judge`` raises what a row is refused for."""

    store: Doors
    judge: Callable[[Row], Judged]
    now: Callable[[], datetime]
    hold_changed: bool


def take_rows(rows: Iterable[Row], arrival: Arrival, into: Taking) -> Iterator[Answer]:
    """Take rows in, batch by batch; an answer for each, in their order."""
    source, others = iter(rows), Others(into.store)
    while batch := list(islice(source, BATCH)):
        answers = [_judge(row, into) for row in batch]
        held = others.held([each.judged for each in answers])
        answers = [replace(each, judged=judged) for each, judged in zip(answers, held, strict=True)]
        sealed = [each.judged.sealed for each in answers if each.judged is not None]
        placed = taking.put(into.store, arrival, sealed, into.now(), hold_changed=into.hold_changed)
        found = {each.row: each for each in placed}
        yield from (_answered(each, found) for each in answers)


def _judge(row: Row, into: Taking) -> Answer:
    try:
        return Answer(row, Verdict(row.number, "queued"), into.judge(row))
    except (BadDecision, RenderError) as why:
        return Answer(row, Verdict(row.number, "refused", problem=str(why)))
    except (ValueError, ArithmeticError, LookupError, TypeError, OSError) as why:
        # A row that nobody foresaw must not stop the rows behind it, at every start again.
        told = f"can't be judged ({type(why).__name__}); please report this, and write it plainer"
        return Answer(row, Verdict(row.number, "refused", problem=told))


def _answered(answer: Answer, found: dict[int, taking.Placed]) -> Answer:
    placed = found.get(answer.row.number)
    if placed is None:
        return answer
    warnings = answer.judged.rendered.warnings if answer.judged and answer.judged.rendered else ()
    told = "; ".join([*([placed.note] if placed.note else []), *warnings])
    verdict = Verdict(placed.row, placed.status, placed.token, told or None)
    return Answer(answer.row, verdict, answer.judged)
