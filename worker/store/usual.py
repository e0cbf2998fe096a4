"""How much of the news was good lately. Reads only."""

from datetime import datetime

from sqlalchemy import func, select

from worker.decision import Outcome
from worker.lifecycle import Kind, Status
from worker.policy.batch import GOOD_NEWS, Shape
from worker.policy.guards import Why
from worker.store.engine import Doors
from worker.store.schema import entry, journal, submission

#: The newest so many say what is usual.
MOST = 2_000

#: What a person has still to look at, or stopped, says nothing about what is usual.
_OPEN = frozenset({Status.HELD, Status.CANCELLED})


def received_at(store: Doors, submission_id: str) -> datetime | None:
    """When the submission first came in; a crash and another try change nothing about it."""
    wanted = select(submission.c.received_at).where(submission.c.id == submission_id)
    with store.read() as connection:
        return connection.execute(wanted).scalar()


def taken_as_odd(store: Doors, submission_id: str) -> bool | None:
    """Whether an earlier run of the submission held its letters for their shape; None: no run did.

    What became usual meanwhile, or was let go, must not divide a batch in two.
    """
    first = (
        select(entry.c.id)
        .where(entry.c.submission == submission_id, entry.c.kind == Kind.LETTER)
        .where(entry.c.message_id.is_not(None))
        .order_by(entry.c.row)
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(journal.c.detail).where(journal.c.entry == first, journal.c.event == "taken")
    with store.read() as connection:
        taken = connection.execute(wanted).scalar()
    return None if taken is None else Why.BATCH in taken["why"]


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
