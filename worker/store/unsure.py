"""Unsure letters: which there are, what the search for a proof found, and whom it was told.

``steps.resolve`` looks for copies in Sent; what reads returns and replies calls ``proved`` with
what it found. A proof moves a letter to ``sent``; that nothing was found is journalled and moves
nothing, but in an account where absence says something (``policy.calibration``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update

from worker.letter import Letter
from worker.lifecycle import RESTORED, Kind, Status
from worker.store import journal, reports
from worker.store.dots import was_out
from worker.store.engine import Store, one_at_a_time
from worker.store.moves import apply
from worker.store.schema import entry
from worker.verbs import absent, proved_before_restore, proved_sent

Evidence = Mapping[str, str]

#: The dot that a search is about; what a restored database holds may know none.
_the_dot = func.coalesce(entry.c.dot_at, entry.c.created_at)

#: Who writes these lines of the journal.
RESOLVER = "resolver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An unsure letter, and how it was looked for so far."""

    id: int
    token: str
    message_id: str
    recipient: str
    name: str
    job_title: str
    outcome: str
    last_reply: str
    dot_at: datetime
    looks: int
    looked_at: datetime | None
    told_at: datetime | None


def letters(store: Store) -> list[Missing]:
    """All unsure letters, the oldest first."""
    return _letters(store, entry.c.status == Status.UNSURE)


def restored(store: Store, limit: int) -> list[Missing]:
    """Letters held because the database was restored, for which nobody looked yet."""
    held = and_(entry.c.status == Status.HELD, entry.c.why == RESTORED, entry.c.looks == 0)
    return _letters(store, held, limit)


def _letters(store: Store, which: ColumnElement[bool], limit: int | None = None) -> list[Missing]:
    wanted = (
        select(entry, _the_dot.label("dot"))
        .where(which, entry.c.kind == Kind.LETTER)
        .order_by(entry.c.id)
        .limit(limit)
    )
    with store.read() as connection:
        rows = connection.execute(wanted).all()
    return [
        Missing(
            id=row.id, token=row.token, message_id=row.message_id or "", recipient=row.email,
            name=row.name or "", job_title=row.job_title or "", outcome=row.outcome or "",
            last_reply=row.last_reply or "", dot_at=row.dot, looks=row.looks,
            looked_at=row.looked_at, told_at=row.told_at,
        )
        for row in rows
    ]  # fmt: skip


def proved(
    store: Store,
    token: str,
    evidence: Evidence,
    now: datetime,
    *,
    sent_at: datetime | None = None,
    by: str = RESOLVER,
) -> bool:
    """Something shows that the server took the letter ``token``; False when that changes nothing.

    ``evidence`` says what and where, for the journal: ids and words of ours, nobody's data. Only a
    letter whose final dot was pending once can be proved: whoever knows the name of an entry and
    forges a bounce must not stop a letter that never left.
    """
    which = and_(entry.c.token == token, was_out())
    with store.write() as connection:
        return apply(connection, which, proved_sent(sent_at or now, evidence), now, by=by)


def proved_restored(
    store: Store, missing: Missing, evidence: Evidence, now: datetime, *, sent_at: datetime | None
) -> bool:
    """A copy of a letter that is held as restored; False when it is no longer held so."""
    change = proved_before_restore(sent_at or now, evidence)
    with store.write() as connection:
        return apply(connection, entry.c.id == missing.id, change, now, by=RESOLVER)


def missed(store: Store, looked_for: Sequence[Missing], evidence: Evidence, now: datetime) -> None:
    """No copy was found; it proves nothing, and is counted."""
    counted = (
        update(entry)
        .where(entry.c.status.in_((Status.UNSURE, Status.HELD)))
        .values(looks=entry.c.looks + 1, looked_at=now)
        .returning(entry.c.status)
    )
    with store.write() as connection:
        one_at_a_time(connection)
        for each in sorted(looked_for, key=lambda missing: missing.id):
            status = connection.execute(counted.where(_same_try(each))).scalar()
            if status is not None:
                journal.write(connection, now, "looked_for", entry=each.id, status=status,
                              worker=RESOLVER, detail=evidence)  # fmt: skip


def _same_try(missing: Missing) -> ColumnElement[bool]:
    """A search takes its time; what went out again meanwhile is another letter to look for."""
    return and_(entry.c.id == missing.id, _the_dot == missing.dot_at)


def send_again(store: Store, missing: Missing, evidence: Evidence, now: datetime) -> bool:
    """Queue a letter whose absence is as good as proof.

    False when it is no longer unsure, or unsure for a newer dot.
    """
    with store.write() as connection:
        change = absent(now, evidence)
        return apply(connection, _same_try(missing), change, now, by=RESOLVER)


def tell(store: Store, about: Sequence[Missing], notice: Letter | None, now: datetime) -> bool:
    """Queue the notice about these letters, each told of once for all; False when it was told.

    Without ``notice`` there is nobody to tell, and they count as told.
    """
    ids = [each.id for each in about]
    untold = select(entry.c.id).where(entry.c.id.in_(ids), entry.c.told_at.is_(None))
    with store.write() as connection:
        one_at_a_time(connection)
        found = connection.execute(untold.with_for_update()).scalars().all()
        if len(found) != len(ids):
            return False
        connection.execute(update(entry).where(entry.c.id.in_(ids)).values(told_at=now))
        if notice is not None:
            reports.put(connection, f"unsure:{notice.token}", notice, now)
    return True
