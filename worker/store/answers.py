"""What deciders were answered: counted, and recognised when it is answered in turn."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from worker.lifecycle import Kind
from worker.store.engine import Store
from worker.store.schema import entry, submission


def problems_answered(store: Store, decider: str, since: datetime) -> int:
    """How many of this decider's mails were refused with an answer since then."""
    counted = (
        select(func.count())
        .select_from(entry.join(submission, entry.c.submission == submission.c.id))
        .where(
            entry.c.kind == Kind.NOTICE,
            entry.c.email == decider,
            entry.c.created_at >= since,
            submission.c.state == "refused",
        )
    )
    with store.read() as connection:
        return connection.execute(counted).scalar_one()


def is_answer_to_us(store: Store, message_ids: Collection[str]) -> bool:
    """Is one of these the Message-ID of a notice of ours?"""
    ours = select(entry.c.id).where(
        entry.c.kind == Kind.NOTICE, entry.c.message_id.in_(message_ids)
    )
    with store.read() as connection:
        return connection.execute(ours).first() is not None


def words_answered(store: Store, to: str, since: datetime) -> int:
    """How many replies to notices were answered to that address since then."""
    counted = select(func.count()).where(
        entry.c.kind == Kind.NOTICE,
        func.lower(entry.c.email) == to.lower(),
        entry.c.created_at >= since,
        entry.c.decision_key.startswith("acted:"),
    )
    with store.read() as connection:
        return connection.execute(counted).scalar_one()
