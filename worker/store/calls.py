"""Calls: who was asked for one and until when, what fell back to mail, whom to tell not to call.

``call_by`` of an entry is set while somebody has its call sheet: in the transaction of the sheet,
until the one in which they said that they called, or were told not to. So a crash between any two
commits tells nobody twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, not_, null, select, update

from worker.decision import Channel
from worker.letter import Letter
from worker.lifecycle import Status, Transition
from worker.policy.guards import Why
from worker.store import asked, reports
from worker.store.asked import Untold
from worker.store.engine import Store, one_at_a_time
from worker.store.moves import apply
from worker.store.schema import entry
from worker.store.schema import journal as lines

#: Who writes these lines of the journal.
CALLS = "calls"

_FOR_A_CALL = and_(entry.c.status == Status.HELD, entry.c.why == Why.CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An entry whose call sheet somebody has. ``fell_back``: nobody called in time."""

    id: int
    token: str
    status: str
    why: str | None
    name: str
    job_title: str
    decided_by: str | None
    decision: Mapping[str, str]
    fell_back: bool


def due(store: Store, now: datetime, limit: int) -> list[Untold]:
    """What waits for a call that nobody was asked for, once its letter might go."""
    with store.read() as connection:
        return asked.untold(connection, Why.CALL, limit, due=now)


def ask(store: Store, call: Untold, sheet: Letter | None, by: datetime, now: datetime) -> bool:
    """Queue the call sheet, good until ``by``; False when it is not for a call any more.

    Without ``sheet`` there is nobody to ask, and the letter goes by mail at that time.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        if not asked.told(connection, [call.id], Why.CALL):
            return False
        connection.execute(update(entry).where(entry.c.id == call.id).values(call_by=by))
        if sheet is not None:
            reports.put(connection, f"call:{sheet.token}", sheet, now, answerable={0: call.token})
    return True


def are_wanted(store: Store) -> bool:
    """Whether any decision was to be told by phone."""
    by_phone = select(entry.c.id).where(entry.c.decision["channel"].as_string() == Channel.PHONE)
    with store.read() as connection:
        return connection.execute(by_phone.limit(1)).first() is not None


def overdue(store: Store, now: datetime, limit: int) -> list[Asked]:
    """What still waits for a call after the time for it."""
    return _asked(store, limit, overdue_at=now)


def fall_back(store: Store, call: Asked, change: Transition, now: datetime) -> bool:
    """Let the letter go by mail; False when somebody called, or stopped it, meanwhile."""
    late = and_(entry.c.id == call.id, entry.c.call_by <= now)
    with store.write() as connection:
        one_at_a_time(connection)
        return apply(connection, late, change, now, by=CALLS)


def off(store: Store, limit: int) -> list[Asked]:
    """What nobody is to call about any more, and whoever has the sheet does not know it."""
    return _asked(store, limit)


def call_off(store: Store, call: Asked, notice: Letter | None, now: datetime) -> bool:
    """Queue the word not to call; False when it was told, or the entry waits for a call again."""
    asked_for = case((entry.c.asked_for == Why.CALL, null()), else_=entry.c.asked_for)
    told = (
        update(entry)
        .where(entry.c.id == call.id, entry.c.call_by.is_not(None), not_(_FOR_A_CALL))
        .values(call_by=None, asked_for=asked_for)
        .returning(entry.c.id)
    )
    with store.write() as connection:
        one_at_a_time(connection)
        if connection.execute(told).first() is None:
            return False
        if notice is not None:
            reports.put(connection, f"call_off:{notice.token}", notice, now,
                        answerable={0: call.token})  # fmt: skip
    return True


def _asked(store: Store, limit: int, overdue_at: datetime | None = None) -> list[Asked]:
    """Overdue at that moment; without one those that are not for a call any more."""
    which = not_(_FOR_A_CALL) if overdue_at is None else _FOR_A_CALL
    when = entry.c.call_by.is_not(None) if overdue_at is None else entry.c.call_by <= overdue_at
    fell_back = select(lines.c.id).where(lines.c.entry == entry.c.id, lines.c.event == "fell_back")
    names = [name for name in Asked.__dataclass_fields__ if name != "fell_back"]
    wanted = (
        select(*(entry.c[name] for name in names), fell_back.exists().label("fell_back"))
        .where(when, which)
        .order_by(entry.c.call_by, entry.c.id)  # by its small index, however large the outbox is
        .limit(limit)
    )
    with store.read() as connection:
        return [Asked(**row) for row in connection.execute(wanted).mappings()]
