"""Promised days, and those by which the law wants word: which are open, who was told, when closed.

A promise is open once it was really made (its letter left, or may have; or the candidate was told
by phone or in person) and until a newer decision about the application stands, whatever became of
that one: somebody decided. What the law wants runs from the interview on, whether or not a letter
went. ``closed_at`` only keeps the index small: it is written where nothing opens the day again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, not_, or_, select, update

from worker.letter import Letter
from worker.lifecycle import Status
from worker.policy.promises import OVERDUE, Due, Promise
from worker.store import reports
from worker.store.engine import Store, one_at_a_time
from worker.store.records import due
from worker.store.same import has_newer
from worker.store.schema import entry

#: Who may have read the letter waits for that day. What came back was promised all the same.
_MADE = (Status.SENT, Status.UNSURE, Status.BOUNCED, Status.DONE)

#: A decision in one of these stands.
_STANDS = tuple(status for status in Status if status is not Status.CANCELLED)

#: Whoever waits for a day knows better now; nothing brings the older decision back.
_TOLD = (Status.SENT, Status.DONE)

#: How many are closed at a time.
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open day, the decision that promised it, and at which stage people were last told."""

    id: int
    token: str
    status: str
    kind: Promise
    day: date
    told: int
    told_at: datetime | None
    decision: Mapping[str, str]
    decided_by: str | None

    @property
    def due(self) -> Due:
        """What the rules look at."""
        return Due(self.kind, self.day)


def keep(connection: Connection, entry_id: int, days: Sequence[Due]) -> None:
    """Write down what a decision promises, in the transaction that takes it in."""
    rows = [{"entry": entry_id, "kind": each.kind, "day": each.day} for each in days]
    if rows:
        connection.execute(insert(due), rows)


def open_until(store: Store, last: date, *, untold: bool = False) -> list[Open]:
    """The open days up to ``last``, in their order; ``untold``: without those said to be over."""
    wanted = (
        select(due, entry.c.token, entry.c.status, entry.c.decision, entry.c.decided_by)
        .join_from(due, entry)
        .where(due.c.day <= last, is_open())
        .order_by(due.c.day, due.c.id)
    )
    if untold:
        wanted = wanted.where(due.c.told < OVERDUE)
    with store.read() as connection:
        rows = connection.execute(wanted).all()
    return [
        Open(
            id=row.id, token=row.token, status=row.status, kind=Promise(row.kind), day=row.day,
            told=row.told, told_at=row.told_at, decision=row.decision or {},
            decided_by=row.decided_by,
        )
        for row in rows
        if row.decision  # of what was erased nobody can be reminded
    ]  # fmt: skip


def overdue(store: Store, today: date) -> int:
    """How many open days are over."""
    counted = select(func.count()).select_from(due.join(entry)).where(due.c.day < today, is_open())
    with store.read() as connection:
        return connection.execute(counted).scalar_one()


def is_open() -> ColumnElement[bool]:
    """Of a row of ``due`` joined with its entry."""
    left = or_(entry.c.status.in_(_MADE), entry.c.sent_at.is_not(None))
    made = and_(left, entry.c.status != Status.CANCELLED)
    runs = or_(and_(due.c.kind == Promise.INFORM, not_(_taken_back())), made)
    return and_(due.c.closed_at.is_(None), runs, not_(has_newer(*_STANDS)))


def _taken_back() -> ColumnElement[bool]:
    """A person stopped it: nothing that it says counts, the interview included.

    What a newer decision stopped counts again once that one is stopped itself.
    """
    by_person = or_(entry.c.why.is_(None), entry.c.why != "superseded")
    return and_(entry.c.status == Status.CANCELLED, by_person)


def close_settled(store: Store, last: date, now: datetime) -> None:
    """Close those up to ``last`` that nothing opens again."""
    settled = (
        select(due.c.id)
        .join_from(due, entry)
        .where(due.c.day <= last, due.c.closed_at.is_(None))
        .where(or_(_taken_back(), has_newer(*_TOLD)))
        .limit(_BATCH)
    )
    with store.read() as connection:
        found = connection.execute(settled).scalars().all()
    if found:
        with store.write() as connection:
            connection.execute(update(due).where(due.c.id.in_(found)).values(closed_at=now))


def tell(
    store: Store, told: Sequence[tuple[Open, int]], notices: Sequence[Letter], now: datetime
) -> bool:
    """Queue the notices about these days, each with its stage, and count that people were told.

    False, and nothing is said, when one of them was told of or decided about meanwhile.
    """
    seen = {each.id: each.told for each, _ in told}
    still = (
        select(due.c.id, due.c.told)
        .join_from(due, entry)
        .where(due.c.id.in_(seen), is_open())
        .with_for_update(of=due)
    )
    with store.write() as connection:
        one_at_a_time(connection)
        if {row.id: row.told for row in connection.execute(still)} != seen:
            return False
        for each, stage in told:
            counted = update(due).where(due.c.id == each.id)
            connection.execute(counted.values(told=stage, told_at=now, **_closed(each, stage, now)))
        for notice in notices:
            reports.put(connection, f"promise:{notice.token}", notice, now)
    return True


def _closed(each: Open, stage: int, now: datetime) -> Mapping[str, datetime]:
    """Nobody tells us that an offer was accepted, so of its last day is said twice and no more."""
    return {"closed_at": now} if each.kind is Promise.EXPIRY and stage == OVERDUE else {}
