"""Putting judged decisions into the outbox, in batches, each one transaction.

A crash between two batches is mended by doing the whole submission again: a row that is in
already answers with what became of it the first time, so counts and result files come out the
same. The unique key of a decision makes any repeat a ``duplicate`` that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, insert, not_, select, update

from worker.decision import Decision, fold
from worker.lifecycle import PENDING, RESTORED, Kind, Status, Transition
from worker.policy.contradiction import Telling
from worker.policy.guards import CONFIRMED, DOUBTED, Why, in_order
from worker.policy.standing import at_the_dot, fold_stage, weigh
from worker.policy.stands import Standing
from worker.store import dues, journal
from worker.store.engine import Doors, one_at_a_time
from worker.store.ledger import Arrival
from worker.store.letters import keep
from worker.store.moves import apply, is_superseded
from worker.store.same import same_application
from worker.store.schema import entry, submission
from worker.store.sealed import DUPLICATE, Placed, Sealed
from worker.store.standings import STANDINGS, standing_of
from worker.verbs import confirmed, contradicted, freed, superseded

__all__ = ["DUPLICATE", "Apart", "Placed", "Sealed", "put"]

#: In the journal, which outlives the letters: the note itself quotes what was written of somebody.
_UNQUOTED = "the text says, or names, what no letter should; receipt and result file quote it"
_HELD_TOO = "another decision (entry {0}) is held, for this contradicts it"
_UNCONFIRMED = (
    "it is not confirmed yet, so the earlier decision (entry {0}) is held beside it: release the"
    " right one and cancel the other"
)
_DOUBTED = (
    "nobody has looked at it yet, so the earlier decision (entry {0}) is held beside it: release"
    " the right one and cancel the other"
)


@dataclass(frozen=True, slots=True)
class Apart:
    """``guards.contradiction_within``, and where days are counted."""

    within: timedelta
    zone: ZoneInfo


_AT_ALL = Apart(timedelta(0), ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class _Putting:
    """What one ``put`` works with."""

    connection: Connection
    arrival: Arrival
    now: datetime
    came_in: datetime
    hold_changed: bool
    apart: Apart

    def telling(self, sealed: Sealed) -> Telling:
        """When the row came in, and when its candidate would hear of it."""
        at = max(self.now, sealed.not_before or self.now)
        return Telling(came_in=self.came_in, at=at, within=self.apart.within, zone=self.apart.zone)


def put(
    store: Doors,
    arrival: Arrival,
    batch: Sequence[Sealed],
    now: datetime,
    *,
    hold_changed: bool,
    apart: Apart = _AT_ALL,
) -> list[Placed]:
    """Put rows in, in one transaction; what became of each.

    ``hold_changed`` (``guards.contradiction``): rows that contradict each other, or repeat a
    decision with other content, are held for a person; otherwise the newer one wins where the
    older is pending, and a repeat with other content is a duplicate. ``apart`` says how near to
    each other two outcomes contradict each other.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        begun = select(submission.c.received_at).where(submission.c.id == arrival.id)
        came_in = connection.execute(begun).scalar_one()
        putting = _Putting(connection, arrival, now, came_in, hold_changed, apart)
        return [_put(putting, sealed) for sealed in batch]


def _put(putting: _Putting, sealed: Sealed) -> Placed:
    decision = sealed.decision
    stands = _standing(putting.connection, decision)
    for each in stands:
        if (each.submission, each.row) == (putting.arrival.id, sealed.row):
            return Placed(sealed.row, each.taken_as, each.token, sealed.note)
    proved = CONFIRMED.isdisjoint(sealed.waits)
    verdict = weigh(decision, stands, putting.arrival.id, guard=putting.hold_changed,
                    proved=proved, telling=putting.telling(sealed))  # fmt: skip
    held = _hold(putting, verdict.held, by=putting.arrival.id if verdict.same else None)
    for each in verdict.freed:
        _change(putting, each, freed(each.waits))
    if verdict.freed:
        now_free = {each.id: each for each in _standing(putting.connection, decision)}
        verdict = replace(verdict, same=verdict.same and now_free[verdict.same.id])
    if verdict.same is not None:
        return _repeated(putting, sealed, verdict.same, _joined(verdict.note, held))
    if proved and DOUBTED.isdisjoint(sealed.waits):
        # The newest first: what it superseded itself is then free for this one's mark.
        newest = sorted(verdict.stop, key=lambda each: -each.id)
        late = [each for each in newest if not _stopped(putting, each, sealed.token)]
        hold = at_the_dot(late[0]) if late else verdict.hold
    else:
        told = _DOUBTED if proved else _UNCONFIRMED
        hold = _hold_beside(putting, verdict.stop, told) or verdict.hold
    if hold is not None:
        sealed = replace(sealed, note=_joined(hold, held, sealed.note))
        if sealed.letter is not None:
            waits = in_order((Why.CONTRADICTION, *sealed.waits))
            sealed = replace(sealed, status=Status.HELD, waits=waits)
    return _insert(putting, sealed, _key(decision, stands))


def _joined(*notes: str | None) -> str:
    return "; ".join(filter(None, notes))


def _key(decision: Decision, stands: Sequence[Standing]) -> str:
    """Unique for ever; the same words come again only where the first ones may be forged."""
    if not any(each.outcome == decision.outcome for each in stands):
        return decision.key
    same = sum(each.says_all_of(decision) for each in stands)
    return f"{decision.key}:{decision.wording}" + (f":{same}" if same else "")


def _hold(putting: _Putting, others: Sequence[Standing], by: str | None) -> str | None:
    """Hold what this contradicts; what to tell people of it."""
    held, late = list[Standing](), list[Standing]()
    for each in others:
        done = _change(putting, each, contradicted(each.waits, by))
        (held if done else late).append(each)
    if late:
        return at_the_dot(late[-1])
    return _HELD_TOO.format(held[-1].token) if held else None


def _standing(connection: Connection, decision: Decision) -> list[Standing]:
    """What is known about the same application, oldest first, and kept as it is meanwhile."""
    same = same_application(decision.application, decision.person_and_job)
    rows = connection.execute(
        STANDINGS.where(same).order_by(entry.c.id).with_for_update()
    ).mappings()
    return [standing_of(dict(row)) for row in rows]


def _change(putting: _Putting, each: Standing, change: Transition) -> bool:
    which = entry.c.id == each.id
    return apply(putting.connection, which, change, putting.now, by=putting.arrival.id)


def _repeated(putting: _Putting, sealed: Sealed, same: Standing, note: str | None) -> Placed:
    """A duplicate; where it is better proved than the first time, it confirms that."""
    if _vouches(sealed, same):
        due = sealed.not_before or putting.now
        _change(putting, same, confirmed(due, same.waits))
        # Whoever is known to have decided it, so that another one approves.
        decided_by = sealed.decision.decided_by
        putting.connection.execute(
            update(entry).where(entry.c.id == same.id).values(decided_by=decided_by)
        )
        note = _joined(note, "it needs no confirmation any more")
    return Placed(sealed.row, DUPLICATE, same.token, note)


def _hold_beside(putting: _Putting, older: Sequence[Standing], told: str) -> str | None:
    """A decision that may be forged, or a mistake, supersedes nothing until somebody said so.

    What is pending is held beside it; what to tell people, where there is something.
    """
    pending = [each for each in older if each.status in PENDING]
    # What only another row of its file holds would be free again when that row comes again.
    unheld = [each for each in pending if each.why != Why.CONTRADICTION or each.held_by]
    late = [each for each in unheld if not _change(putting, each, contradicted(each.waits))]
    if late:
        return at_the_dot(late[-1])
    return told.format(pending[-1].token) if pending else None


def _vouches(sealed: Sealed, same: Standing) -> bool:
    """Whether a row that needs no confirmation repeats, in every word, one that waits for it."""
    return (
        same.is_unconfirmed
        and same.says_all_of(sealed.decision)
        and CONFIRMED.isdisjoint(sealed.waits)
    )


def _stopped(putting: _Putting, each: Standing, newer: str) -> bool:
    """Cancel an older entry; False when its final dot may be out.

    Whatever its state, it is marked: it never goes back to the queue after this. What a restored
    database forgot is not cancelled, for it may be out; ``weigh`` holds the newer one for that.
    """
    unmarked = and_(entry.c.id == each.id, not_(is_superseded()))
    putting.connection.execute(update(entry).where(unmarked).values(superseded_by=newer))
    if each.status not in PENDING or each.why == RESTORED:
        return True
    return _change(putting, each, superseded(newer))


def _insert(putting: _Putting, sealed: Sealed, key: str) -> Placed:
    made = putting.connection.execute(
        insert(entry).values(_row(putting, sealed, key)).returning(entry.c.id)
    ).scalar_one()
    if sealed.letter is not None:
        keep(putting.connection, made, sealed.letter, sealed.after_call)
    dues.keep(putting.connection, made, sealed.dues)
    journal.write(putting.connection, putting.now, "taken", entry=made, status=sealed.status,
                  submission=putting.arrival.id, detail=_told(sealed))  # fmt: skip
    return Placed(sealed.row, sealed.status, sealed.token, sealed.note)


def _told(sealed: Sealed) -> dict[str, object]:
    """What the journal keeps of a decision: for what it waits, and what the guards found."""
    told = {"row": sealed.row, "outcome": sealed.decision.outcome, "why": list(sealed.waits)}
    found = sealed.note if sealed.waits else None
    return {**told, "note": _UNQUOTED if Why.REASON in sealed.waits else found} if found else told


def _row(putting: _Putting, sealed: Sealed, key: str) -> dict[str, object]:
    decision = sealed.decision
    return {
        "token": sealed.token, "kind": Kind.LETTER, "decision_key": key,
        "application": decision.application,
        "person_and_job": decision.person_and_job,
        "stage": fold_stage(decision),
        "manner": decision.manner, "substance": decision.substance,
        "submission": putting.arrival.id, "row": sealed.row, "outcome": decision.outcome,
        "email": decision.email, "name": decision.name, "person": fold(decision.name),
        "job_title": decision.job_title,
        "language": decision.language, "decided_by": decision.decided_by,
        "decision": decision.stored(), "taken_as": sealed.status, "status": sealed.status,
        "why": sealed.waits[0] if sealed.waits else None, "waits": list(sealed.waits),
        "not_before": sealed.not_before, "late_after": sealed.late_after,
        "created_at": putting.now,
        "message_id": sealed.letter.message_id if sealed.letter else None,
    }  # fmt: skip
