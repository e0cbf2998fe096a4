"""What came back about a letter: which entry a token names, and what is written down about it.

A bounce moves its entry and queues the notice about it in one transaction. Everything else is a
line of the journal, once for each mail, however often a crash has it read again. The step has
begun the mail's submission, which the lines belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from worker.letter import Letter
from worker.lifecycle import RESTORED, Kind, Status, Transition
from worker.store import journal as lines
from worker.store import reports
from worker.store.dots import was_out
from worker.store.engine import Store
from worker.store.moves import apply
from worker.store.schema import entry, journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The entry that a token names, as far as it matters when its mail comes back."""

    id: int
    token: str
    kind: Kind
    status: Status
    email: str
    name: str
    job_title: str
    outcome: str
    decided_by: str
    phone: str
    sent_at: datetime | None
    dot_at: datetime | None


def named(store: Store, token: str) -> Named | None:
    """The entry with exactly that token."""
    with store.read() as connection:
        row = connection.execute(select(entry).where(entry.c.token == token)).first()
    if row is None:
        return None
    return Named(
        id=row.id, token=row.token, kind=Kind(row.kind), status=Status(row.status),
        email=row.email, name=row.name or "", job_title=row.job_title or "",
        outcome=row.outcome or "", decided_by=row.decided_by or "",
        phone=(row.decision or {}).get("phone") or "", sent_at=row.sent_at, dot_at=row.dot_at,
    )  # fmt: skip


def bounce(
    store: Store,
    about: Named,
    change: Transition,
    notice: tuple[str, Letter] | None,
    *,
    by: str,
    now: datetime,
) -> bool:
    """Move the entry and queue the notice (its key and its mail); False when it can't be moved.

    Beyond ``sent`` only a letter whose final dot was pending can come back: nothing else has left,
    but for what a restored database has forgotten.
    """
    left = or_(entry.c.status == Status.SENT, was_out(), entry.c.why == RESTORED)
    with store.write() as connection:
        if not apply(connection, and_(entry.c.id == about.id, left), change, now, by=by):
            return False
        if notice is not None:
            reports.put(connection, notice[0], notice[1], now)
    return True


def note(
    store: Store,
    about: Named,
    event: str,
    detail: Mapping[str, str],
    *,
    submission: str,
    now: datetime,
) -> None:
    """Write a line about the entry, once for each mail."""
    once = select(journal.c.id).where(
        journal.c.entry == about.id, journal.c.submission == submission, journal.c.event == event
    )
    with store.write() as connection:
        if connection.execute(once).first() is None:
            lines.write(connection, now, event, entry=about.id, submission=submission,
                        detail=detail)  # fmt: skip
