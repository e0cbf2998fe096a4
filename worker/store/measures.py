"""What was sent in a period, for the figures of ``policy.measures``. Reads only."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import RowMapping, and_, or_, select

from worker.lifecycle import Kind, Status
from worker.policy.measures import Sent
from worker.store.engine import Store
from worker.store.schema import entry, submission

#: How many rows are read at a time.
PAGE = 1000


def sent_between(
    store: Store, since: datetime, until: datetime, *, page: int = PAGE
) -> Iterator[Sent]:
    """The letters that a mail server took from ``since`` to before ``until``, the oldest first.

    What came back later was sent all the same. Page by page, each a short statement: who reads
    slowly holds no lock on the database.
    """
    wanted = (
        select(
            entry.c.id, entry.c.outcome, entry.c.job_title, entry.c.decided_by, entry.c.decision,
            entry.c.sent_at, submission.c.received_at,
        )
        .join_from(entry, submission)
        .where(
            entry.c.sent_at >= since,
            entry.c.sent_at < until,
            entry.c.kind == Kind.LETTER,
            entry.c.status.in_((Status.SENT, Status.BOUNCED)),
        )
        .order_by(entry.c.sent_at, entry.c.id)
        .limit(page)
    )  # fmt: skip
    asked = wanted
    while True:
        with store.read() as connection:
            rows = connection.execute(asked).mappings().all()
        yield from map(_sent, rows)
        if len(rows) < page:
            return
        last = rows[-1]
        behind = and_(entry.c.sent_at == last["sent_at"], entry.c.id > last["id"])
        asked = wanted.where(or_(entry.c.sent_at > last["sent_at"], behind))


def _sent(row: RowMapping) -> Sent:
    decision = row["decision"] or {}
    return Sent(
        outcome=row["outcome"] or "",
        job_title=row["job_title"] or "",
        decided_by=row["decided_by"] or "",
        came_in=row["received_at"],
        sent_at=row["sent_at"],
        decided_on=_day(decision.get("decided_on")),
        interviewed_on=_day(decision.get("interviewed_on")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
