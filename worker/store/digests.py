"""What a digest tells: what waits for a person, what went wrong, and when the last one was written.

Reads only, once for each digest: some of them go through the whole outbox.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, not_, select

from worker.lifecycle import Kind, Status
from worker.policy.digest import LISTED, Line, Listed
from worker.store.engine import Store
from worker.store.same import has_newer
from worker.store.schema import entry, journal

#: Not with the candidate yet.
_WAITING = (Status.HELD, Status.QUEUED, Status.SENDING, Status.UNSURE, Status.FAILED)

#: A decision in one of these stands.
_STANDS = tuple(status for status in Status if status is not Status.CANCELLED)

_BOUNCED, _FAILED = ("bounced",), ("refused", "gave_up")


def first_entry(store: Store) -> datetime | None:
    """When the first decision was taken in."""
    wanted = select(entry.c.created_at).where(entry.c.kind == Kind.LETTER).order_by(entry.c.id)
    with store.read() as connection:
        return connection.execute(wanted.limit(1)).scalar()


def key_of(day: date) -> str:
    """Under which the digest of a day is written, once for all workers."""
    return f"digest:{day.isoformat()}"


def last_written(store: Store, days: Iterable[date]) -> tuple[date, datetime] | None:
    """The newest digest of these days: its day, and when it was written."""
    keys = {key_of(day): day for day in days}
    wanted = (
        select(entry.c.decision_key, entry.c.created_at)
        .where(entry.c.decision_key.in_(keys))
        .order_by(entry.c.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(wanted).first()
    return (keys[row.decision_key], row.created_at) if row else None


def held(store: Store, until: datetime) -> Listed:
    """What waits for a person, the longest first."""
    here = and_(entry.c.status == Status.HELD, entry.c.created_at <= until)
    return _listed(store, here, _since(("taken", "held"), Status.HELD))


def unsure(store: Store, until: datetime) -> Listed:
    """What may have been sent, or not."""
    here = and_(entry.c.status == Status.UNSURE, entry.c.created_at <= until)
    return _listed(store, here, _since(("unsure",), Status.UNSURE))


def late(store: Store, until: datetime) -> Listed:
    """What should have been sent by then, and was not."""
    waits = and_(entry.c.late_after <= until, entry.c.status.in_(_WAITING))
    return _listed(store, and_(waits, not_(has_newer(*_STANDS))), _since(("taken",)))


def bounced(store: Store, since: datetime, until: datetime) -> Listed:
    """What came back in that time, and still has."""
    return _became(store, Status.BOUNCED, _BOUNCED, since, until)


def failed(store: Store, since: datetime, until: datetime) -> Listed:
    """What was refused for good in that time, or given up."""
    return _became(store, Status.FAILED, _FAILED, since, until)


def _became(
    store: Store, status: Status, events: tuple[str, ...], since: datetime, until: datetime
) -> Listed:
    at = _since(events)
    which = and_(entry.c.status == status, at > since, at <= until, not_(has_newer(*_STANDS)))
    return _listed(store, which, at)


def _since(events: tuple[str, ...], status: Status | None = None) -> ScalarSelect[datetime]:
    """When one of these last happened to an entry, and left it in that status."""
    found = select(func.max(journal.c.at)).where(
        journal.c.entry == entry.c.id, journal.c.event.in_(events)
    )
    found = found if status is None else found.where(journal.c.status == status)
    return found.correlate(entry).scalar_subquery()


def _listed(store: Store, which: ColumnElement[bool], at: ScalarSelect[datetime]) -> Listed:
    which = and_(which, entry.c.kind == Kind.LETTER)
    first = (
        select(entry.c.token, entry.c.name, entry.c.job_title, entry.c.outcome, entry.c.why,
               entry.c.last_reply, at.label("since"))
        .where(which)
        .order_by(entry.c.id)
        .limit(LISTED)
    )  # fmt: skip
    with store.read() as connection:
        rows = connection.execute(first).all()
        total = connection.execute(select(func.count()).where(which)).scalar_one()
    return Listed(
        [
            Line(
                entry=row.token, name=row.name or "", job_title=row.job_title or "",
                outcome=row.outcome or "", why=row.why, at=row.since, detail=row.last_reply,
            )
            for row in rows
        ],
        total,
    )  # fmt: skip
