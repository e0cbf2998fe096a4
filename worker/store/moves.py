"""Moving an entry: the one place that writes a status, guarded and journalled.

Used by whatever changes an entry, each in a transaction of its own. A change that the guards
refuse is no error: somebody else was first.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, or_, update

from worker.lifecycle import Status, Transition
from worker.store import journal
from worker.store.schema import entry


def apply(
    connection: Connection,
    which: ColumnElement[bool],
    change: Transition,
    now: datetime,
    *,
    by: str,
) -> bool:
    """Make a change of the one entry ``which``; False when its guards refuse."""
    if change.to is Status.QUEUED:
        # Nothing that a newer decision superseded ever goes back to the queue.
        stopped = replace(change, to=Status.CANCELLED, why="superseded", event="superseded")
        if _write(connection, and_(which, entry.c.superseded_by.is_not(None)), stopped, now, by):
            return True
        which = and_(which, entry.c.superseded_by.is_(None))
        if Status.HELD in change.come_from:
            # What has no letter has only to be recorded.
            recorded = replace(change, to=Status.DONE, not_before=None)
            if _write(connection, and_(which, entry.c.message_id.is_(None)), recorded, now, by):
                return True
            which = and_(which, entry.c.message_id.is_not(None))
    return _write(connection, which, change, now, by)


def _write(
    connection: Connection, which: ColumnElement[bool], change: Transition, now: datetime, by: str
) -> bool:
    guards = [which, entry.c.status.in_(change.come_from)]
    if change.whys is not None:
        guards.append(entry.c.why.in_(change.whys))
    if change.before_dot:
        guards.append(or_(entry.c.status != Status.SENDING, entry.c.dot_at.is_(None)))
    changed = connection.execute(
        update(entry).where(*guards).values(_values(change)).returning(entry.c.id)
    ).scalar()
    if changed is None:
        return False
    told = {"why": change.why, "reply": change.last_reply, **change.detail}
    journal.write(connection, now, change.event, entry=changed, status=change.to, worker=by,
                  detail={name: value for name, value in told.items() if value})  # fmt: skip
    return True


def _values(change: Transition) -> dict[str, object]:
    values: dict[str, object] = {
        "status": change.to, "why": change.why, "waits": list(change.waits),
        "held_by": change.held_by, "attempts": entry.c.attempts + change.attempts,
        "lease_until": None,
    }  # fmt: skip
    if change.to is not Status.UNSURE:  # an answer that still comes is matched by its lease
        values["lease"] = None
    if change.attempts < 0:  # what never counted does not start the clock of giving up either
        values["first_try_at"] = case((entry.c.attempts > 1, entry.c.first_try_at))
    if change.afresh:
        values |= {"attempts": 0, "first_try_at": None, "dot_at": None}
    for name in ("not_before", "sent_at", "last_reply"):
        if (value := getattr(change, name)) is not None:
            values[name] = value
    return values
