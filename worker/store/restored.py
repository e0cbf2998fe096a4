"""What the database has for the case that it was restored: a pause without end, and its way out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from worker.lifecycle import PENDING, RESTORED, Kind
from worker.store import fence, journal, pauses
from worker.store.engine import Store, one_at_a_time
from worker.store.moves import apply
from worker.store.pauses import Pause
from worker.store.records import pause
from worker.store.schema import entry
from worker.verbs import restored

#: How to go on, wherever it is said.
MEND = "`followup reconcile` says what to look at, `followup reconcile --done` goes on"

_MAY_HAVE_GONE = (entry.c.kind == Kind.LETTER, entry.c.status.in_(PENDING))
_OURS = pause.c.scope == RESTORED


def rest(store: Store, why: str, now: datetime) -> None:
    """Sending rests, for every worker, until a person has looked; again is no change."""
    made = Pause(scope=RESTORED, why=why, mend=MEND, since=now, until=None)
    with store.write() as connection:
        pauses.pause_sending(connection, made, now=now, by="start")


def resting(store: Store) -> str | None:
    """Why nothing may be sent from this database; None when it may."""
    with store.read() as connection:
        return connection.execute(select(pause.c.why).where(_OURS)).scalar()


def hold_all(store: Store, fresh: str, *, by: str, now: datetime) -> tuple[int, str]:
    """Hold every letter that is not with the server as far as this database knows, and go on.

    In one transaction with the end of the pause. How many are held, and the database's name.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        # What was looked for before the backup was made may have left since.
        afresh = update(entry).where(*_MAY_HAVE_GONE).values(looks=0, looked_at=None)
        connection.execute(afresh)
        held = sum(
            apply(connection, entry.c.id == each, restored(waits), now, by=by)
            for each, waits in _pending(connection)
            if waits[:1] != (RESTORED,)
        )
        name = fence.identity_of(connection) or fresh
        fence.name(connection, name)
        connection.execute(delete(pause).where(_OURS))
        journal.write(connection, now, "reconciled", worker=by, detail={"held": held})
    return held, name


def _pending(connection: Connection) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All of them at once: the rows change while they are gone through."""
    pending = select(entry.c.id, entry.c.waits).where(*_MAY_HAVE_GONE).order_by(entry.c.id)
    for row in connection.execute(pending).all():
        yield row.id, tuple(row.waits)


def statuses(store: Store, tokens: Sequence[str]) -> dict[str, str]:
    """What this database thinks of these entries; one that it does not know is left out."""
    known = select(entry.c.token, entry.c.status).where(entry.c.token.in_(tokens))
    with store.read() as connection:
        return {row.token: row.status for row in connection.execute(known)}


def undecided(store: Store) -> tuple[int, datetime | None]:
    """How many letters might have gone out, and the last final dot that the database knows of."""
    with store.read() as connection:
        number = connection.execute(select(func.count()).where(*_MAY_HAVE_GONE)).scalar_one()
        last = connection.execute(select(func.max(entry.c.dot_at))).scalar()
    return number, last
