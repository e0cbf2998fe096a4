"""The outbox: the verbs by which an entry moves, each one transaction with its journal line.

``claim`` hands out work under a lease, and ``put_off`` moves what it left lying for its hours;
``dot_pending`` is the commit without which no final dot is ever sent; ``settle`` writes what came
of it; ``reclaim`` takes back what a dead worker held; ``act`` is what a person does. Every write
is guarded by the status it starts from and, while sending, by the lease, so that whoever comes
late changes nothing. The price of a wrong guard here is a second letter; the crash suites in
``tests/faults`` go through each.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, not_, select, update

from worker.errors import NotAllowed
from worker.letter import Letter
from worker.lifecycle import Kind, Status, Transition, Try, lost, out_of_hours
from worker.policy.deciders import Decider, is_same_person
from worker.store import journal, outcomes
from worker.store.engine import Store, one_at_a_time
from worker.store.hours import Hours, at_any_hour, opening
from worker.store.moves import apply, is_superseded
from worker.store.schema import entry, letter
from worker.store.spill import Answer


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry that this worker holds under ``lease``, with its letter.

    ``decision`` is as it was stored; a notice has none.
    """

    id: int
    lease: str
    attempt: Try
    letter: Letter
    decision: Mapping[str, str] | None = None


def is_due(store: Store, now: datetime, which: ColumnElement[bool] | None = None) -> bool:
    """Whether there is something to claim; an idle worker looks, and commits nothing."""
    with store.read() as connection:
        return connection.execute(_due(now, which).limit(1)).first() is not None


def claim(  # noqa: PLR0913 - what, for whom and until when; the rest by keyword
    store: Store,
    lease: str,
    now: datetime,
    until: datetime,
    *,
    limit: int = 1,
    which: ColumnElement[bool] | None = None,
    gate: Callable[[Connection], bool] = lambda _: True,
    hours: Hours = at_any_hour,
) -> list[Claimed]:
    """Take up to ``limit`` due entries, oldest first. An attempt is counted now: a crash counts.

    ``which`` narrows it to what does not rest. What is out of its ``hours`` is left for
    ``put_off``; ``gate`` is asked once, for the others, whether the pace allows it. Both are
    asked in the same transaction: nothing is claimed, and no turn spent, for what must wait.
    """
    with store.write() as connection:
        due = connection.execute(_oldest(now, which, limit)).all()
        ids = [each.id for each in due if opening(connection, each, hours, now) is None]
        if not ids or not gate(connection):
            return []
        _lease(connection, ids, lease, now=now, until=until)
        return [_claimed(row, lease) for row in _with_letters(connection, ids)]


def put_off(
    store: Store, now: datetime, *, which: ColumnElement[bool], hours: Hours, by: str
) -> tuple[str, datetime] | None:
    """Let the oldest due entry wait for its hours: its token, and until when; None if it may go."""
    with store.write() as connection:
        due = connection.execute(_oldest(now, which, 1)).first()
        until = opening(connection, due, hours, now) if due is not None else None
        if due is None or until is None:
            return None
        apply(connection, entry.c.id == due.id, out_of_hours(until), now, by=by)
    return due.token, until


def _oldest(
    now: datetime, which: ColumnElement[bool] | None, limit: int
) -> Select[tuple[object, ...]]:
    """What a claim looks at, locked; what another worker has locked is that worker's."""
    due = _due(now, which).with_only_columns(*entry.c["id", "token", "decision"])
    first = due.order_by(entry.c.not_before, entry.c.id).limit(limit)
    return first.with_for_update(skip_locked=True)


def _due(now: datetime, which: ColumnElement[bool] | None) -> Select[int]:
    due = select(entry.c.id).where(entry.c.status == Status.QUEUED, entry.c.not_before <= now)
    return due if which is None else due.where(which)


def _lease(
    connection: Connection, ids: Sequence[int], lease: str, *, now: datetime, until: datetime
) -> None:
    ours = {"status": Status.SENDING, "why": None, "lease": lease, "lease_until": until,
            "dot_at": None, "looks": 0, "looked_at": None, "told_at": None,
            "attempts": entry.c.attempts + 1,
            "first_try_at": func.coalesce(entry.c.first_try_at, now)}  # fmt: skip
    connection.execute(update(entry).where(entry.c.id.in_(ids)).values(ours))
    for each in ids:
        journal.write(connection, now, "claimed", entry=each, status=Status.SENDING, worker=lease)


def _with_letters(connection: Connection, ids: Sequence[int]) -> Sequence[Row[tuple[object, ...]]]:
    return connection.execute(
        select(*entry.c["id", "token", "kind", "attempts", "first_try_at", "message_id",
                        "decision"],
               *letter.c["sender", "recipient", "content"])
        .join_from(entry, letter)
        .where(entry.c.id.in_(ids))
        .order_by(entry.c.not_before, entry.c.id)
    ).all()  # fmt: skip


def _claimed(row: Row[tuple[object, ...]], lease: str) -> Claimed:
    attempt = Try(kind=Kind(row.kind), attempts=row.attempts, first_try_at=row.first_try_at)
    sealed = Letter(row.token, row.message_id, row.sender, row.recipient, row.content)
    return Claimed(row.id, lease, attempt, sealed, row.decision)


def dot_pending(store: Store, claimed: Claimed, now: datetime, until: datetime) -> bool:
    """Durably say that the dot goes out next. False: it must not, for the entry is not ours.

    A cancel that was confirmed, a newer decision, or a lease that ran out, wins here. The lease
    now lasts ``until``, past the longest wait for the answer.
    """
    with store.write() as connection:
        ours = connection.execute(
            update(entry)
            .where(
                _held_under(claimed),
                entry.c.status == Status.SENDING,
                entry.c.dot_at.is_(None),
                entry.c.lease_until > now,
                not_(is_superseded()),
            )
            .values(dot_at=now, lease_until=until)
            .returning(entry.c.id)
        ).first()
        if ours is None:
            return False
        journal.write(connection, now, "dot_pending", entry=claimed.id, status=Status.SENDING,
                      worker=claimed.lease)  # fmt: skip
    return True


def settle(
    store: Store,
    held: Claimed | Answer,
    change: Transition,
    now: datetime,
    detail: Mapping[str, str],
) -> bool:
    """Write what came of the try; False when the entry was taken back meanwhile."""
    change = replace(change, detail={**change.detail, **detail})
    with store.write() as connection:
        settled = apply(connection, _held_under(held), change, now, by=held.lease)
        if settled:
            outcomes.weigh(connection, held.id, change, now)
    return settled


def _held_under(held: Claimed | Answer) -> ColumnElement[bool]:
    return and_(entry.c.id == held.id, entry.c.lease == held.lease)


def reclaim(store: Store, now: datetime, *, all_of_them: bool = False) -> int:
    """Take back what nobody works on any more; how many were taken.

    ``all_of_them`` is for the start of the only worker: whoever held an entry is dead. Otherwise
    only leases that ran out.
    """
    stale = select(*entry.c["id", "kind", "lease", "dot_at"]).where(
        entry.c.status == Status.SENDING,
        entry.c.lease_until <= now if not all_of_them else entry.c.lease_until.is_not(None),
    )
    with store.read() as connection:
        rows = connection.execute(stale).all()
    if not rows:
        return 0
    with store.write() as connection:
        one_at_a_time(connection)
        return sum(_take_back(connection, row, now) for row in rows)


def _take_back(connection: Connection, row: Row[tuple[object, ...]], now: datetime) -> bool:
    change = lost(Kind(row.kind), now, dot_pending=row.dot_at is not None)
    return apply(
        connection,
        and_(entry.c.id == row.id, entry.c.lease == row.lease),
        change,
        now,
        by=row.lease,
    )


def act(
    store: Store,
    entry_id: int,
    verb: Callable[[tuple[str, ...]], Transition],
    *,
    by: str,
    now: datetime,
    deciders: Collection[Decider] = (),
) -> None:
    """What a person does to an entry. Raises ``NotAllowed`` when its state does not allow it.

    ``verb`` makes the change from what the entry waits for. A second person is none that
    ``deciders`` shows to be the first.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        row = connection.execute(
            select(entry).where(entry.c.id == entry_id).with_for_update()
        ).one()
        change = verb(tuple(row.waits))
        if change.second_person and is_same_person(row.decided_by, by, deciders):
            raise NotAllowed(f"entry {row.token}: {by} decided it; somebody else must approve")
        if not apply(connection, entry.c.id == entry_id, change, now, by=by):
            raise NotAllowed(_refusal(row, change))


def _refusal(row: Row[tuple[object, ...]], change: Transition) -> str:
    state = f"{row.status} ({row.why})" if row.why else row.status
    if row.status == Status.SENDING:
        return f"entry {row.token}: too late, it is being handed to the mail server"
    allowed = ", ".join(sorted(change.come_from))
    narrowed = f" for {' or '.join(sorted(change.whys))}" if change.whys else ""
    return f"entry {row.token} is {state}; this is possible while {allowed}{narrowed}"
