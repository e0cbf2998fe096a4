"""DKIM signatures that were believed, so that none is believed again over another content."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from worker.store.engine import Store
from worker.store.records import signature

#: Longer than any signature is believed, so that the table stays small and no replay is missed.
KEPT = timedelta(days=30)


def is_replay(store: Store, marks: Sequence[str], content_key: str, now: datetime) -> bool:
    """True when one of the marks came before with another content; else they are noted.

    The same mail may come again, by another way or after a crash: its content is the same.
    """
    wanted = select(signature.c.mark, signature.c.content_key).where(signature.c.mark.in_(marks))
    with store.write() as connection:
        known = {row.mark: row.content_key for row in connection.execute(wanted)}
        if any(each != content_key for each in known.values()):
            return True
        new = [
            {"mark": mark, "content_key": content_key, "at": now}
            for mark in marks
            if mark not in known
        ]
        if new:
            connection.execute(insert(signature), new)
        connection.execute(delete(signature).where(signature.c.at < now - KEPT))
    return False
