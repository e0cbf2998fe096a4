"""An answer that finds no entry under its lease: settled before, or not of this database."""

from datetime import datetime

from sqlalchemy import select

from worker.store import journal
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.schema import journal as lines
from worker.store.spill import Answer


def note_late(store: Store, answer: Answer, now: datetime) -> bool:
    """Journal it for people, unless it was settled under that very lease; True when it was not.

    The entry stays as it is: what it has become since, a person or a newer try decided.
    """
    with store.write() as connection:
        settled = select(lines.c.id).where(
            lines.c.entry == answer.id,
            lines.c.event == answer.change.event,
            lines.c.worker == answer.lease,
        )
        if connection.execute(settled.limit(1)).first() is not None:
            return False
        known = connection.execute(select(entry.c.id).where(entry.c.token == answer.token)).scalar()
        told = {"answer": answer.change.event, "of": answer.at.isoformat(), "for": answer.token,
                "reply": answer.change.last_reply}  # fmt: skip
        journal.write(connection, now, "answer_too_late", entry=known, worker=answer.lease,
                      detail={key: value for key, value in told.items() if value})  # fmt: skip
    return True
