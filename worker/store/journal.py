"""The journal: append-only, written in the transaction of the change it tells.

It is the log of delivery, so it holds times, events, statuses, the server's answer, the
connection's TLS and the worker; never a subject, a body or an address.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from worker.lifecycle import Kind
from worker.store.schema import entry as entries
from worker.store.schema import journal


def write(  # noqa: PLR0913 - a line has these columns, all but three by keyword
    connection: Connection,
    at: datetime,
    event: str,
    *,
    entry: int | None = None,
    submission: str | None = None,
    status: str | None = None,
    worker: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one line."""
    line = {"at": at, "event": event, "entry": entry, "submission": submission, "status": status,
            "worker": worker, "detail": dict(detail or {})}  # fmt: skip
    connection.execute(journal.insert().values(line))


def last_event(connection: Connection, entry: int, *, but: Collection[str]) -> str | None:
    """The last thing that happened to an entry, leaving out the events ``but``."""
    happened = select(journal.c.event).where(
        journal.c.entry == entry, journal.c.event.not_in(list(but))
    )
    return connection.execute(happened.order_by(journal.c.id.desc()).limit(1)).scalar()


def stopped_alone(connection: Connection, entry: int, rule: str) -> bool:
    """Whether ``rule`` stopped this entry before, and other letters were taken since."""
    tries = select(*journal.c["id", "detail"]).where(
        journal.c.entry == entry, journal.c.event.in_(["not_tried", "deferred"])
    )
    found = connection.execute(tries.order_by(journal.c.id))
    first = next((row.id for row in found if row.detail.get("rule") == rule), None)
    if first is None:
        return False
    others = select(journal.c.id).join_from(journal, entries).where(
        journal.c.id > first, journal.c.event == "sent", journal.c.entry != entry,
        entries.c.kind == Kind.LETTER,
    )  # fmt: skip
    return connection.execute(others.limit(1)).first() is not None
