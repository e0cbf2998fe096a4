"""Putting judged decisions into the outbox, in batches, each one transaction.

A crash between two batches is mended by doing the whole submission again: a row that is in
already answers with what became of it the first time, so counts and result files come out the
same. The unique key of a decision makes any repeat a ``duplicate`` that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from worker.decision import Decision
from worker.letter import Letter
from worker.lifecycle import PENDING, Kind, Status, Transition
from worker.policy.guards import CONFIRMED, Why
from worker.policy.standing import Standing, at_the_dot, fold_stage, weigh
from worker.store import journal
from worker.store.engine import Doors, one_at_a_time
from worker.store.ledger import Arrival
from worker.store.letters import keep
from worker.store.moves import apply
from worker.store.same import same_application
from worker.store.schema import entry
from worker.verbs import confirmed, contradicted, freed, superseded

_BESIDE = (
    "it is not confirmed yet, so the earlier decision (entry {0}) is held beside it: release the"
    " right one and cancel the other"
)

#: What a row can become beside a status of its entry.
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A judged row: its decision and, unless nothing is to be mailed, its sealed letter."""

    row: int
    token: str
    decision: Decision
    status: Status
    letter: Letter | None = None
    waits: tuple[str, ...] = ()
    note: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a row: a status of its entry, or ``DUPLICATE`` of the entry ``token``."""

    row: int
    status: str
    token: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Putting:
    """What one ``put`` works with."""

    connection: Connection
    arrival: Arrival
    now: datetime
    hold_changed: bool


def put(
    store: Doors, arrival: Arrival, batch: Sequence[Sealed], now: datetime, *, hold_changed: bool
) -> list[Placed]:
    """Put rows in, in one transaction; what became of each.

    ``hold_changed`` (``guards.contradiction``): rows that contradict each other, or repeat a
    decision with other content, are held for a person; otherwise the newer one wins where the
    older is pending, and a repeat with other content is a duplicate.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        putting = _Putting(connection, arrival, now, hold_changed)
        return [_put(putting, sealed) for sealed in batch]


def _put(putting: _Putting, sealed: Sealed) -> Placed:
    decision = sealed.decision
    stands = _standing(putting.connection, decision)
    for each in stands:
        if (each.submission, each.row) == (putting.arrival.id, sealed.row):
            return Placed(sealed.row, each.taken_as, each.token, sealed.note)
    verdict = weigh(decision, stands, putting.arrival.id, guard=putting.hold_changed)
    by = putting.arrival.id if verdict.same else None
    for each in verdict.held:
        _change(putting, each, contradicted(each.waits, by))
    for each in verdict.freed:
        _change(putting, each, freed(each.waits))
    if verdict.same is not None:
        return _repeated(putting, sealed, verdict.same, verdict.note)
    if CONFIRMED.isdisjoint(sealed.waits):
        late = [each for each in verdict.stop if not _stopped(putting, each, sealed.token)]
        hold = at_the_dot(late[-1]) if late else verdict.hold
    else:
        hold = _hold_beside(putting, verdict.stop) or verdict.hold
    again = any(each.outcome == decision.outcome for each in stands)
    key = (
        f"{decision.key}:{decision.substance[:32]}{decision.manner[:32]}" if again else decision.key
    )
    if hold is not None:
        sealed = replace(sealed, note="; ".join(filter(None, (hold, sealed.note))))
        if sealed.letter is not None:
            sealed = replace(sealed, status=Status.HELD, waits=("contradiction", *sealed.waits))
    return _insert(putting, sealed, key)


def _standing(connection: Connection, decision: Decision) -> list[Standing]:
    """What is known about the same application, oldest first."""
    same = same_application(decision.application, decision.person_and_job)
    names = [each.name for each in fields(Standing)]
    rows = connection.execute(
        select(*(entry.c[name] for name in names)).where(same).order_by(entry.c.id)
    ).mappings()
    return [Standing(**{**row, "waits": tuple(row["waits"])}) for row in rows]


def _change(putting: _Putting, each: Standing, change: Transition) -> bool:
    which = entry.c.id == each.id
    return apply(putting.connection, which, change, putting.now, by=putting.arrival.id)


def _repeated(putting: _Putting, sealed: Sealed, same: Standing, note: str | None) -> Placed:
    """A duplicate; where it is better proved than the first time, it confirms that."""
    if _vouches(sealed, same):
        due = sealed.not_before or putting.now
        _change(putting, same, confirmed(due, same.waits))
        note = "; ".join(filter(None, (note, "it needs no confirmation any more")))
    return Placed(sealed.row, DUPLICATE, same.token, note)


def _hold_beside(putting: _Putting, older: Sequence[Standing]) -> str | None:
    """A decision that has still to be confirmed supersedes nothing, for it may be forged.

    What is pending is held beside it; what to tell people, where there is something.
    """
    pending = [each for each in older if each.status in PENDING]
    for each in pending:
        if each.why != Why.CONTRADICTION:
            _change(putting, each, contradicted(each.waits))
    return _BESIDE.format(pending[-1].token) if pending else None


def _vouches(sealed: Sealed, same: Standing) -> bool:
    """Whether a row that needs no confirmation repeats one that waits for it."""
    waits = not CONFIRMED.isdisjoint(same.waits) and same.status == Status.HELD
    alike = sealed.decision.substance == same.substance or sealed.letter is None
    return waits and alike and CONFIRMED.isdisjoint(sealed.waits)


def _stopped(putting: _Putting, each: Standing, newer: str) -> bool:
    """Cancel an older entry; False when its final dot may be out.

    Whatever its state, it is marked: it never goes back to the queue after this.
    """
    putting.connection.execute(
        update(entry).where(entry.c.id == each.id).values(superseded_by=newer)
    )
    if each.status not in PENDING:
        return True
    return _change(putting, each, superseded(newer))


def _insert(putting: _Putting, sealed: Sealed, key: str) -> Placed:
    made = putting.connection.execute(
        insert(entry).values(_row(putting, sealed, key)).returning(entry.c.id)
    ).scalar_one()
    if sealed.letter is not None:
        keep(putting.connection, made, sealed.letter)
    detail = {"row": sealed.row, "outcome": sealed.decision.outcome, "why": list(sealed.waits)}
    journal.write(putting.connection, putting.now, "taken", entry=made, status=sealed.status,
                  submission=putting.arrival.id, detail=detail)  # fmt: skip
    return Placed(sealed.row, sealed.status, sealed.token, sealed.note)


def _row(putting: _Putting, sealed: Sealed, key: str) -> dict[str, object]:
    decision = sealed.decision
    return {
        "token": sealed.token, "kind": Kind.LETTER, "decision_key": key,
        "application": decision.application,
        "person_and_job": decision.person_and_job,
        "stage": fold_stage(decision),
        "manner": decision.manner, "substance": decision.substance,
        "submission": putting.arrival.id, "row": sealed.row, "outcome": decision.outcome,
        "email": decision.email, "name": decision.name, "job_title": decision.job_title,
        "language": decision.language, "decided_by": decision.decided_by,
        "decision": decision.stored(), "taken_as": sealed.status, "status": sealed.status,
        "why": sealed.waits[0] if sealed.waits else None, "waits": list(sealed.waits),
        "not_before": sealed.not_before, "created_at": putting.now,
        "message_id": sealed.letter.message_id if sealed.letter else None,
    }  # fmt: skip
