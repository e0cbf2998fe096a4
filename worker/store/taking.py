"""Putting judged decisions into the outbox, in batches, each one transaction.

A crash between two batches is mended by doing the whole submission again: a row that is in
already answers with what became of it the first time, so counts and result files come out the
same. The unique key of a decision makes any repeat a ``duplicate`` that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from worker.decision import Decision, Outcome
from worker.letter import Letter
from worker.lifecycle import PENDING, Kind, Status, Transition, contradicted, superseded
from worker.store import journal
from worker.store.engine import Doors
from worker.store.ledger import Arrival, keep
from worker.store.outbox import apply
from worker.store.schema import entry

#: What a row can become beside a status of its entry.
DUPLICATE = "duplicate"

_CHANGED = (
    "the same decision was taken in before with other content (entry {token}); to send a"
    " corrected letter cancel that one first, or give the new round a stage"
)
_TWO = "two rows of this file decide about the same application; release the one that is right"


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
        putting = _Putting(connection, arrival, now, hold_changed)
        return [_put(putting, sealed) for sealed in batch]


def _put(putting: _Putting, sealed: Sealed) -> Placed:
    key, substance = sealed.decision.key, sealed.decision.substance
    there = _with_key(putting.connection, key, f"{key}:{substance}")
    for row in there:
        if (row.submission, row.row) == (putting.arrival.id, sealed.row):
            return Placed(sealed.row, row.taken_as, row.token, sealed.note)
    for row in there:
        if row.substance == substance:
            return Placed(sealed.row, DUPLICATE, row.token, _already(row.status))
    live = [row for row in there if row.status != Status.CANCELLED]
    if not live:
        return _put_new(putting, sealed, f"{key}:{substance}" if there else key)
    changed = _CHANGED.format(token=live[0].token)
    if not putting.hold_changed or sealed.letter is None:
        return Placed(sealed.row, DUPLICATE, live[0].token, changed)
    return _insert_held(putting, sealed, f"{key}:{substance}", changed)


def _already(status: str) -> str:
    if status != Status.CANCELLED:
        return "already taken in"
    # The same file dropped again must not bring back what a person, or a newer decision, stopped.
    return "already taken in and cancelled since; if it is meant again, give it another stage"


def _with_key(connection: Connection, *keys: str) -> Sequence[Row[tuple[object, ...]]]:
    return connection.execute(
        select(*entry.c["submission", "row", "token", "substance", "taken_as", "status"])
        .where(entry.c.decision_key.in_(keys))
        .order_by(entry.c.id)
    ).all()


def _put_new(putting: _Putting, sealed: Sealed, key: str) -> Placed:
    """A newer decision stops what is pending for the application; within one file, both wait."""
    pending = _pending(putting.connection, sealed.decision.application)
    twins = [row for row in pending if row.submission == putting.arrival.id]
    hold = putting.hold_changed and twins and sealed.decision.outcome is not Outcome.WITHDRAWN
    for row in pending:
        if hold and row in twins:
            _change(putting, row.id, contradicted(tuple(row.waits)))
        else:
            _change(putting, row.id, superseded(sealed.token))
    if hold and sealed.letter is not None:
        return _insert_held(putting, sealed, key, _TWO)
    return _insert(putting, sealed, key)


def _pending(connection: Connection, application: str) -> Sequence[Row[tuple[object, ...]]]:
    return connection.execute(
        select(*entry.c["id", "submission", "waits"]).where(
            entry.c.application == application,
            entry.c.kind == Kind.LETTER,
            entry.c.status.in_(PENDING),
        )
    ).all()


def _change(putting: _Putting, entry_id: int, change: Transition) -> None:
    apply(putting.connection, entry.c.id == entry_id, change, putting.now, by=putting.arrival.id)


def _insert_held(putting: _Putting, sealed: Sealed, key: str, note: str) -> Placed:
    held = Sealed(
        row=sealed.row, token=sealed.token, decision=sealed.decision, status=Status.HELD,
        letter=sealed.letter, waits=("contradiction", *sealed.waits), note=note,
        not_before=sealed.not_before,
    )  # fmt: skip
    return _insert(putting, held, key)


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
        "application": decision.application, "substance": decision.substance,
        "submission": putting.arrival.id, "row": sealed.row, "outcome": decision.outcome,
        "email": decision.email, "name": decision.name, "job_title": decision.job_title,
        "language": decision.language, "decided_by": decision.decided_by,
        "decision": decision.stored(), "taken_as": sealed.status, "status": sealed.status,
        "why": sealed.waits[0] if sealed.waits else None, "waits": list(sealed.waits),
        "not_before": sealed.not_before, "created_at": putting.now,
        "message_id": sealed.letter.message_id if sealed.letter else None,
    }  # fmt: skip
