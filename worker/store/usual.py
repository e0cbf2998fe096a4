"""How much of the news was good lately. Reads only."""

from datetime import datetime

from sqlalchemy import func, select

from worker.decision import Outcome
from worker.lifecycle import Kind, Status
from worker.policy.batch import GOOD_NEWS, Shape
from worker.store.engine import Doors
from worker.store.schema import entry, submission

#: The newest so many say what is usual.
MOST = 2_000

#: What a person has still to look at, or stopped, says nothing about what is usual.
_OPEN = frozenset({Status.HELD, Status.CANCELLED})


def received_at(store: Doors, submission_id: str) -> datetime | None:
    """When the submission first came in; a crash and another try change nothing about it."""
    wanted = select(submission.c.received_at).where(submission.c.id == submission_id)
    with store.read() as connection:
        return connection.execute(wanted).scalar()


def usual(store: Doors, submission_id: str, since: datetime, before: datetime) -> Shape:
    """The shape of all that was decided in that time, without the submission at hand."""
    lately = (
        select(entry.c.outcome)
        .where(entry.c.kind == Kind.LETTER, entry.c.submission != submission_id)
        .where(entry.c.created_at >= since, entry.c.created_at < before)
        .where(entry.c.status.not_in(_OPEN), entry.c.outcome != Outcome.WITHDRAWN)
        .order_by(entry.c.id.desc())
        .limit(MOST)
        .subquery()
    )
    counted = select(lately.c.outcome, func.count().label("number")).group_by(lately.c.outcome)
    with store.read() as connection:
        by_outcome = {row.outcome: row.number for row in connection.execute(counted)}
    good = sum(by_outcome.get(each, 0) for each in GOOD_NEWS)
    return Shape(decisions=sum(by_outcome.values()), good=good)
