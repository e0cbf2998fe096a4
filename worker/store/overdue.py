"""Letters past their deadline (``late_after``) that have not been sent, and that HR was told.

A deadline moves nothing: what is late is still held, queued or whatever it was. Each is told of
once for all, also when it is sent again after it came back. What waits for the end of the try-out
(``shadow``) alone is meant to wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, null, select, text, update

from worker.letter import Letter
from worker.lifecycle import Kind, Status
from worker.policy.guards import Why
from worker.store import journal, reports
from worker.store.engine import Store, one_at_a_time
from worker.store.schema import NOT_ALARMED, entry

#: Who writes these lines of the journal.
CLOCK = "clock"

#: So many are told of in one notice; the rest in the next.
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A letter that should have been sent by ``late_after``; ``why`` is for what it is held."""

    id: int
    token: str
    status: Status
    why: str
    outcome: str
    email: str
    name: str
    job_title: str
    not_before: datetime | None
    last_reply: str
    late_after: datetime


def _key(period: str) -> str:
    return f"late:{period}"


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(
        # Word for word, or SQLite doesn't see that its small index for this is meant; nor would it,
        # if it could take the index of sent_at.
        text(NOT_ALARMED),
        entry.c.late_after <= now,
        func.coalesce(entry.c.sent_at, null()).is_(None),
        func.coalesce(entry.c.why, "") != Why.SHADOW,
        entry.c.kind == Kind.LETTER,
    )


def letters(store: Store, now: datetime, period: str) -> list[Overdue]:
    """Those that HR was not told of, the longest overdue first; empty where it had its notice.

    ``period`` names a time with one notice at most.
    """
    first = (entry.c.late_after, entry.c.id)
    wanted = select(entry).where(_is_late(now)).order_by(*first).limit(AT_ONCE)
    told = select(entry.c.id).where(entry.c.decision_key == _key(period))
    with store.read() as connection:
        if connection.execute(told).first() is not None:
            return []
        rows = connection.execute(wanted).all()
    return [
        Overdue(
            id=row.id, token=row.token, status=Status(row.status), why=row.why or "",
            outcome=row.outcome or "", email=row.email, name=row.name or "",
            job_title=row.job_title or "", not_before=row.not_before,
            last_reply=row.last_reply or "", late_after=row.late_after,
        )
        for row in rows
    ]  # fmt: skip


def tell(
    store: Store, about: Sequence[Overdue], notice: Letter | None, now: datetime, *, period: str
) -> bool:
    """Queue the notice about these letters; False when one of them is no longer as it was.

    Without ``notice`` there is nobody to tell, and they count as told.
    """
    as_it_was = {each.id: each.status for each in about}
    still = select(entry.c.id, entry.c.status).where(_is_late(now), entry.c.id.in_(as_it_was))
    with store.write() as connection:
        one_at_a_time(connection)
        found = connection.execute(still.order_by(entry.c.id).with_for_update()).all()
        if {row.id: row.status for row in found} != as_it_was:
            return False
        if notice is not None and not reports.put(connection, _key(period), notice, now):
            return False
        alarmed = update(entry).where(entry.c.id.in_(as_it_was)).values(alarmed_at=now)
        connection.execute(alarmed)
        for each in about:
            journal.write(connection, now, "late", entry=each.id, status=each.status, worker=CLOCK,
                          detail={"deadline": each.late_after.isoformat()})  # fmt: skip
    return True
