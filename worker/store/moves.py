"""Moving an entry: the one place that writes a status, guarded and journalled.

Used by whatever changes an entry, each in a transaction of its own. A change that the guards
refuse is no error: somebody else was first.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, or_, select, update

from worker.lifecycle import PENDING, Status, Transition
from worker.store import journal
from worker.store.same import same_application
from worker.store.schema import entry
from worker.verbs import contradicted, superseded

#: Older letters that the candidate may be getting, or have got.
_MAY_BE_OUT = frozenset({Status.SENDING, Status.UNSURE})

#: By these an entry leaves the people who held it.
_LET_GO = frozenset({"released", "approved", "confirmed"})


def apply(
    connection: Connection,
    which: ColumnElement[bool],
    change: Transition,
    now: datetime,
    *,
    by: str,
) -> bool:
    """Make a change of the one entry ``which``; False when its guards refuse."""
    if change.to is not Status.QUEUED:
        return _write(connection, which, change, now, by) is not None
    # Nothing that a newer decision superseded ever goes back to the queue.
    stopped = replace(change, to=Status.CANCELLED, why="superseded", event="superseded")
    if _write(connection, and_(which, _is_superseded()), stopped, now, by) is not None:
        return True
    which = and_(which, not_(_is_superseded()))
    moved = None
    if Status.HELD in change.come_from:
        # What has no letter has only to be recorded.
        recorded = replace(change, to=Status.DONE, not_before=None)
        moved = _write(connection, and_(which, entry.c.message_id.is_(None)), recorded, now, by)
        which = and_(which, entry.c.message_id.is_not(None))
    if moved is None:
        moved = _write(connection, which, change, now, by)
    if moved is not None and change.event in _LET_GO:
        _stop_older(connection, moved, change, now, by)
    return moved is not None


def _is_superseded() -> ColumnElement[bool]:
    """By a decision that stands; one that was cancelled itself stops nothing."""
    newer = entry.alias()
    stands = select(newer.c.id).where(
        newer.c.token == entry.c.superseded_by, newer.c.status != Status.CANCELLED
    )
    return and_(entry.c.superseded_by.is_not(None), stands.exists())


def _stop_older(
    connection: Connection, moved: int, change: Transition, now: datetime, by: str
) -> None:
    """A decision that is let go stops the older ones about the same application and person.

    Whoever let it go said that it is right. What was handed over before is marked, so it is not
    sent again; and where an older letter may be with the server, only a ``release`` goes on.
    """
    newer = connection.execute(select(entry).where(entry.c.id == moved)).one()
    if newer.application is None:
        return
    older = and_(
        same_application(newer.application, newer.person_and_job),
        entry.c.id < newer.id,
        func.lower(entry.c.email) == newer.email.lower(),
    )
    other = or_(entry.c.outcome != newer.outcome, entry.c.stage != newer.stage)
    open_still = entry.c.status.in_({*PENDING, Status.UNSURE, Status.FAILED, Status.BOUNCED})
    marked = and_(older, or_(open_still, and_(entry.c.status == Status.SENT, other)))
    connection.execute(update(entry).where(marked).values(superseded_by=newer.token))
    pending = select(entry.c.id).where(older, entry.c.status.in_(PENDING))
    for each in connection.execute(pending).scalars().all():
        _write(connection, entry.c.id == each, superseded(newer.token), now, by)
    at_the_dot = select(entry.c.id).where(older, entry.c.status.in_(_MAY_BE_OUT)).limit(1)
    if change.event != "released" and connection.execute(at_the_dot).first() is not None:
        _write(connection, entry.c.id == moved, contradicted(()), now, by)


def _write(
    connection: Connection, which: ColumnElement[bool], change: Transition, now: datetime, by: str
) -> int | None:
    """The number of the entry that was changed, if its guards let it."""
    guards = [which, entry.c.status.in_(change.come_from)]
    if change.whys is not None:
        guards.append(entry.c.why.in_(change.whys))
    if change.before_dot:
        guards.append(or_(entry.c.status != Status.SENDING, entry.c.dot_at.is_(None)))
    changed: int | None = connection.execute(
        update(entry).where(*guards).values(_values(change)).returning(entry.c.id)
    ).scalar()
    if changed is None:
        return None
    told = {"why": change.why, "reply": change.last_reply, **change.detail}
    journal.write(connection, now, change.event, entry=changed, status=change.to, worker=by,
                  detail={name: value for name, value in told.items() if value})  # fmt: skip
    return changed


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
