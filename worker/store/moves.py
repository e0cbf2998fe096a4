"""Moving an entry: the one place that writes a status, guarded and journalled.

Used by whatever changes an entry, each in a transaction of its own. A change that the guards
refuse is no error: somebody else was first.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, or_, select, update

from worker.lifecycle import PENDING, RESTORED, Status, Transition
from worker.policy.guards import Why
from worker.store import journal
from worker.store.letters import has_after_call, write_instead
from worker.store.same import same_application
from worker.store.schema import entry
from worker.store.schema import journal as lines
from worker.verbs import superseded, went_out_meanwhile

#: By these an entry leaves the people who held it.
_LET_GO = frozenset({"released", "approved", "confirmed", "called", "fell_back"})

#: Where one of these stands in the journal, the candidate was told, or may have been.
_BEGAN = frozenset({"dot_pending", "called"})
_ENDED = frozenset({"sent", "proved_sent", "resolved_sent"})
_LEAVING = frozenset({Status.SENDING, Status.UNSURE})
_OUT = _LEAVING | {Status.SENT, Status.DONE}
_RESTORED = and_(entry.c.status == Status.HELD, entry.c.why == RESTORED)


def apply(
    connection: Connection,
    which: ColumnElement[bool],
    change: Transition,
    now: datetime,
    *,
    by: str,
) -> bool:
    """Make a change of the one entry ``which``; False when its guards refuse."""
    if change.to is not Status.QUEUED and change.event not in _LET_GO:
        return _write(connection, which, change, now, by) is not None
    # Locked first, for PostgreSQL: a statement that waits for a row sees that row afresh, but not
    # the decision that superseded it meanwhile; the statement behind it does.
    why = connection.execute(select(entry.c.why).where(which).with_for_update()).scalar()
    move = _write if change.to is Status.DONE else _go_on
    moved = move(connection, which, change, now, by)
    if moved is not None and change.event in _LET_GO and change.to is not Status.HELD:
        knew = change.event == "released" and why == Why.CONTRADICTION
        _stop_older(connection, moved, now, by, knew=knew)
    return moved is not None


def _go_on(
    connection: Connection, which: ColumnElement[bool], change: Transition, now: datetime, by: str
) -> int | None:
    """Nothing that a newer decision superseded goes back to the queue, or on to its next wait."""
    stopped = replace(change, to=Status.CANCELLED, why="superseded", event="superseded")
    moved = _write(connection, and_(which, is_superseded()), stopped, now, by)
    if moved is not None:
        return moved
    which = and_(which, not_(is_superseded()))
    if change.to is Status.QUEUED and Status.HELD in change.come_from:
        # What has no letter has only to be recorded.
        recorded = replace(change, to=Status.DONE, not_before=None, after_call=False)
        has_one = has_after_call() if change.after_call else entry.c.message_id.is_not(None)
        moved = _write(connection, and_(which, not_(has_one)), recorded, now, by)
        which = and_(which, has_one)
    return _write(connection, which, change, now, by) if moved is None else moved


def is_superseded() -> ColumnElement[bool]:
    """By a decision that stands; one that was cancelled itself stops nothing."""
    newer = entry.alias()
    stands = select(newer.c.id).where(
        newer.c.token == entry.c.superseded_by, newer.c.status != Status.CANCELLED
    )
    return and_(entry.c.superseded_by.is_not(None), stands.exists())


def _stop_older(connection: Connection, moved: int, now: datetime, by: str, *, knew: bool) -> None:
    """A decision that is let go stops the older ones about the same application and person.

    Whoever let it go said that it is right. What was handed over before is marked, so it is not
    sent again. What left after the people were last told of it, or may be leaving now, makes the
    newer one wait for them again; ``knew``: they just released it from that very wait.
    """
    newer = connection.execute(select(entry).where(entry.c.id == moved)).one()
    if newer.application is None or newer.status == Status.CANCELLED:
        return
    older = and_(
        same_application(newer.application, newer.person_and_job),
        entry.c.id < newer.id,
        func.lower(entry.c.email) == newer.email.lower(),
    )
    other = or_(entry.c.outcome != newer.outcome, entry.c.stage != newer.stage)
    open_still = entry.c.status.in_({*PENDING, Status.UNSURE, Status.FAILED, Status.BOUNCED})
    marked = and_(older, or_(open_still, and_(entry.c.status == Status.SENT, other)))
    # What a restored database forgot may be out: only a person, or proof, says what became of it.
    pending = select(entry.c.id).where(older, entry.c.status.in_(PENDING), not_(_RESTORED))
    for each in connection.execute(pending.order_by(entry.c.id)).scalars().all():
        _write(connection, entry.c.id == each, superseded(newer.token), now, by)
    # After these, of which one may have marked another; a mark that still holds is good enough.
    unmarked = and_(marked, not_(is_superseded()))
    connection.execute(update(entry).where(unmarked).values(superseded_by=newer.token))
    if (out := _out_meanwhile(connection, older, newer.id, knew=knew)) is not None:
        _write(connection, entry.c.id == moved, went_out_meanwhile(out), now, by)


def _out_meanwhile(
    connection: Connection, older: ColumnElement[bool], newer: int, *, knew: bool
) -> str | None:
    """An older entry that went out, or may have, since people were told what stands beside it."""
    told = _told(connection, newer)
    events = lines.c.event.in_(_BEGAN if knew else _BEGAN | _ENDED)
    since = (
        select(lines.c.id)
        .where(lines.c.entry == entry.c.id, lines.c.id > told)
        .where(or_(events, and_(lines.c.event == "held", _RESTORED)))
    )
    # What was said by phone is said, whatever became of the letter that was to confirm it.
    by_phone = since.where(lines.c.event == "called").exists()
    out = or_(and_(or_(entry.c.status.in_(_OUT), _RESTORED), since.exists()), by_phone)
    if not knew:
        out = or_(out, entry.c.status.in_(_LEAVING), _RESTORED)
    found: str | None = connection.execute(select(entry.c.token).where(older, out)).scalar()
    return found


def _told(connection: Connection, newer: int) -> int:
    """The line of the journal by which an entry was last put before people, or taken in."""
    told = select(lines.c.id, lines.c.event, lines.c.detail).where(
        lines.c.entry == newer,
        or_(lines.c.event == "taken", lines.c.status == Status.HELD),
    )
    asked = (
        line.id
        for line in connection.execute(told)
        if line.event == "taken" or line.detail.get("why") == Why.CONTRADICTION
    )
    return max(asked, default=0)


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
    if change.after_call:
        write_instead(connection, changed)
    told = {"why": change.why, "reply": change.last_reply, **change.detail}
    journal.write(connection, now, change.event, entry=changed, status=change.to, worker=by,
                  detail={name: value for name, value in told.items() if value})  # fmt: skip
    return changed


def _values(change: Transition) -> dict[str, object]:
    values: dict[str, object] = {
        "status": change.to, "why": change.why, "held_by": change.held_by,
        "attempts": entry.c.attempts + change.attempts, "lease_until": None,
    }  # fmt: skip
    if change.to is not Status.CANCELLED:  # which keeps what nobody let go
        values["waits"] = list(change.waits)
    if change.to is not Status.UNSURE:  # an answer that still comes is matched by its lease
        values["lease"] = None
    if change.attempts < 0:  # what never counted does not start the clock of giving up either
        values["first_try_at"] = case((entry.c.attempts > 1, entry.c.first_try_at))
    if change.call_over:
        values["call_by"] = None
    if change.afresh:
        values |= {"attempts": 0, "first_try_at": None, "dot_at": None}
    for name in ("not_before", "sent_at", "last_reply"):
        if (value := getattr(change, name)) is not None:
            values[name] = value
    return values
