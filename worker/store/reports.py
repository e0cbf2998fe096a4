"""What the worker itself has to tell HR or a decider: a notice, put into the outbox once.

``steps`` seal it; here it becomes an entry, in the transaction of what it tells where there is
one. Its key makes a repeat a no-op, so the same trouble is told once however often it is met.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from worker.letter import Letter
from worker.lifecycle import Kind, Status
from worker.store import journal, records
from worker.store.letters import keep
from worker.store.schema import entry

#: A reply acts on nothing.
NOTHING: Mapping[int, str] = MappingProxyType({})

#: The submission that reports belong to: nobody handed them in.
WORKER = "worker"


def put(
    connection: Connection,
    key: str,
    notice: Letter,
    now: datetime,
    *,
    submission: str = WORKER,
    answerable: Mapping[int, str] = NOTHING,
) -> bool:
    """Queue a sealed notice under ``key``; False when one with that key was queued before."""
    name = key if ":" in key else f"report:{key}"
    if _is_queued(connection, name):
        return False
    try:
        with connection.begin_nested():
            put_notice(connection, name, notice, now, submission=submission, event="reported",
                       answerable=answerable)  # fmt: skip
    except IntegrityError:
        if not _is_queued(connection, name):
            raise
        return False  # another sender met the same trouble at the same moment
    return True


def _is_queued(connection: Connection, name: str) -> bool:
    found = connection.execute(select(entry.c.id).where(entry.c.decision_key == name)).first()
    return found is not None


def put_notice(  # noqa: PLR0913 - what and when; the rest by keyword
    connection: Connection,
    key: str,
    notice: Letter,
    now: datetime,
    *,
    submission: str,
    event: str,
    answerable: Mapping[int, str] = NOTHING,
) -> None:
    """A notice becomes an entry of the outbox, due at once, with its journal line.

    ``answerable``: what a reply to it may act on, tokens of entries by their rows.
    """
    made = connection.execute(
        insert(entry)
        .values(
            token=notice.token, kind=Kind.NOTICE, decision_key=key, submission=submission,
            email=notice.recipient, taken_as=Status.QUEUED, status=Status.QUEUED, waits=[],
            not_before=now, created_at=now, message_id=notice.message_id,
        )
        .returning(entry.c.id)
    ).scalar_one()  # fmt: skip
    keep(connection, made, notice)
    for row, token in answerable.items():
        about = select(entry.c.id).where(entry.c.token == token).scalar_subquery()
        connection.execute(insert(records.answerable).values(notice=made, row=row, entry=about))
    journal.write(connection, now, event, entry=made, submission=submission, status=Status.QUEUED)
