"""An answer that finds no entry under its lease: settled, taken back, or of another database.

A yes among them is proof all the same: the server took the letter in that try, so no other try of
it may leave.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, select

from worker.lifecycle import Status
from worker.store import journal
from worker.store.dots import was_out_under
from worker.store.engine import Store
from worker.store.moves import apply
from worker.store.schema import entry
from worker.store.schema import journal as lines
from worker.store.spill import Answer
from worker.verbs import taken_after_all


def prove_late(store: Store, answer: Answer) -> bool:
    """Make the letter ``sent`` that the server took in this try, whatever waits for a next one.

    False when the answer is no yes, when its try had no dot here, and when the entry has moved on
    to where nothing leaves any more.
    """
    if answer.change.to is not Status.SENT:
        return False
    evidence = {"proof": "an answer of the server that came late", "tls": answer.tls}
    change = taken_after_all(answer.at, answer.change.last_reply, evidence)
    ours = and_(entry.c.id == answer.id, entry.c.token == answer.token, was_out_under(answer.lease))
    with store.write() as connection:
        return apply(connection, ours, change, answer.at, by=answer.lease)


def note_late(store: Store, answer: Answer, now: datetime) -> bool:
    """Journal it for people, unless it was settled under that very lease; True when it was not.

    The entry stays as it is: what it has become since, a person or a newer try decided.
    """
    with store.write() as connection:
        if _is_settled(connection, answer):
            return False
        known = connection.execute(select(entry.c.id).where(entry.c.token == answer.token)).scalar()
        told = {"answer": answer.change.event, "of": answer.at.isoformat(), "for": answer.token,
                "reply": answer.change.last_reply}  # fmt: skip
        journal.write(connection, now, "answer_too_late", entry=known, worker=answer.lease,
                      detail={key: value for key, value in told.items() if value})  # fmt: skip
    return True


def _is_settled(connection: Connection, answer: Answer) -> bool:
    settled = select(lines.c.id).where(
        lines.c.entry == answer.id,
        lines.c.event.in_({answer.change.event, "proved_sent"}),
        lines.c.worker == answer.lease,
    )
    return connection.execute(settled.limit(1)).first() is not None
