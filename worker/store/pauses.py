"""The pause: one row that makes every worker rest from sending, after a problem about us."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from worker.store import journal
from worker.store.engine import Store
from worker.store.schema import pause


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when sending rests, and why, in words for a person."""

    until: datetime
    why: str


def pause_sending(store: Store, until: datetime, why: str, *, now: datetime, by: str) -> None:
    """Rest until then; the newest reason stands."""
    with store.write() as connection:
        connection.execute(delete(pause))
        connection.execute(insert(pause).values(id=1, until=until, why=why))
        journal.write(connection, now, "paused", worker=by,
                      detail={"until": until.isoformat(), "why": why})  # fmt: skip


def paused(store: Store, now: datetime) -> Pause | None:
    """The pause that is in force, if there is one."""
    with store.read() as connection:
        row = connection.execute(select(pause).where(pause.c.until > now)).first()
    return Pause(row.until, row.why) if row else None
