"""Taking in the rows of one submission: judge each, put the good ones in, answer for all.

``rows = queued + held + duplicate + refused``, always; a row that mails nobody (withdrawn, told
in person) counts as queued, for it was taken.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from worker.decision import Decision
from worker.errors import AdverseAction, BadDecision, RenderError
from worker.intake import Row, Verdict
from worker.lifecycle import Status
from worker.policy.guards import Guards
from worker.steps.adverse import Tells, tell_nobody
from worker.steps.guarding import guarding
from worker.steps.judge import Judged
from worker.steps.shape import Ahead, odd_shape
from worker.store import taking
from worker.store.around import Own
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
    """Where rows go and how they are judged. ``judge`` raises what a row is refused for.

    ``reads`` and ``looks`` are for a look ahead, of which nothing is kept: only the decision of a
    row, and all that ``judge`` would say. ``zone`` is where days are counted.
    ``adverse`` tells HR of a row that rests on a background check.
    """

    store: Doors
    judge: Callable[[Row], Judged]
    now: Callable[[], datetime]
    reads: Callable[[Row], Decision]
    looks: Callable[[Row], object]
    guards: Guards
    zone: ZoneInfo
    adverse: Tells = tell_nobody


def take_rows(
    rows: Callable[[], Iterable[Row]], arrival: Arrival, into: Taking
) -> Iterator[Answer]:
    """Take rows in, batch by batch; an answer for each, in their order.

    ``rows`` gives them from the start, twice: the shape of all is looked at before the first.
    """
    yield from take_shaped(rows(), arrival, into, shape_of(rows(), arrival, into))


def shape_of(rows: Iterable[Row], arrival: Arrival, into: Taking) -> str | None:
    """What is odd about all of them together, if that is guarded."""
    if not into.guards.batch:
        return None
    ahead = Ahead(store=into.store, reads=into.reads, judge=into.looks,
                  most=into.guards.batch_size)  # fmt: skip
    return odd_shape(rows, arrival.id, ahead, into.now())


def take_shaped(
    rows: Iterable[Row], arrival: Arrival, into: Taking, shape: str | None
) -> Iterator[Answer]:
    """Take rows in whose shape is known."""
    source, guards = iter(rows), guarding(into.store, into.guards, into.now(), shape)
    while batch := list(islice(source, BATCH)):
        answers = [_judge(row, arrival, into) for row in batch]
        own = Own(arrival.id, batch[0].number)
        held = guards.held([each.judged for each in answers], own)
        answers = [replace(each, judged=judged) for each, judged in zip(answers, held, strict=True)]
        sealed = [each.judged.sealed for each in answers if each.judged is not None]
        placed = _put(sealed, arrival, into)
        found = {each.row: each for each in placed}
        yield from (_answered(each, found) for each in answers)


def _put(sealed: list[taking.Sealed], arrival: Arrival, into: Taking) -> list[taking.Placed]:
    apart = taking.Apart(into.guards.contradiction_within, into.zone)
    return taking.put(into.store, arrival, sealed, into.now(),
                      hold_changed=into.guards.contradiction, apart=apart)  # fmt: skip


def _judge(row: Row, arrival: Arrival, into: Taking) -> Answer:
    try:
        return Answer(row, Verdict(row.number, "queued"), into.judge(row))
    except AdverseAction as why:
        into.adverse(arrival, row, why)
        return Answer(row, Verdict(row.number, "refused", problem=str(why)))
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
