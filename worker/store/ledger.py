"""The ledger of submissions: which file or mail was begun, finished, refused, and where it lay.

The database is the truth; moving the file or the mail afterwards is only tidiness. A submission
that a crash left as ``taking`` is simply taken again: its rows know that they are in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from worker.letter import Letter
from worker.store import journal
from worker.store.answerable import add_all_of
from worker.store.confirmations import Asked, ask
from worker.store.engine import Doors, Store, one_at_a_time
from worker.store.reports import put_notice
from worker.store.schema import seen, submission


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: UID and UIDVALIDITY name it within a folder (RFC 9051 2.3.1.1)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A submission as it comes in. ``content_key`` only where a repeat is the same submission."""

    id: str
    source: str
    name: str
    decided_by: str | None = None
    content_key: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A submission; ``state`` is taking, taken, refused, quarantined, ignored, noted or returned.

    What is noted is left where it lies, for people.
    """

    id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a submission ended: its state, its counts or its problem, and the event to journal.

    ``notice`` is a sealed mail to a decider, put into the outbox in the same transaction;
    ``answer`` is what kind of notice it is. ``asked`` is the confirmation that it asks for,
    ``answerable`` what a reply to it may act on: tokens of entries by their rows; beside these, of
    a receipt (``for_all``), every entry of the submission.
    """

    state: str
    event: str
    counts: Mapping[str, int] | None = None
    problem: str | None = None
    notice: Letter | None = None
    answer: str = "receipt"
    asked: Asked | None = None
    answerable: Mapping[int, str] = field(default_factory=dict)
    for_all: bool = False


#: A submission in one of these may still end otherwise: a mail that was put aside for want of
#: proof is looked at again when it lies in the mailbox again, with proof.
OPEN = frozenset({"taking", "quarantined", "ignored"})


def known(
    store: Store, *, place: Place | None = None, content_key: str | None = None
) -> Known | None:
    """The submission seen at that place, or with that content, if there is one."""
    found = select(*submission.c["id", "state"])
    if place is not None:
        found = found.join(seen).where(
            seen.c.account == place.account, seen.c.folder == place.folder,
            seen.c.uidvalidity == place.uidvalidity, seen.c.uid == place.uid,
        )  # fmt: skip
    else:
        found = found.where(submission.c.content_key == content_key)
    with store.read() as connection:
        row = connection.execute(found).first()
    return Known(row.id, row.state) if row else None


def begin(store: Doors, arrival: Arrival, now: datetime) -> None:
    """Write the ledger row, unless an earlier run of the same submission did."""
    with store.write() as connection:
        one_at_a_time(connection)
        _enter(connection, arrival, now)


def first_seen(store: Store, arrival: Arrival, now: datetime) -> datetime:
    """When a mail that can't be taken in yet was first seen; written down where it never was.

    Not at its place: what is known at a place is not read again.
    """
    begin(store, replace(arrival, place=None), now)
    with store.read() as connection:
        there = select(submission.c.received_at).where(submission.c.id == arrival.id)
        seen_at: datetime = connection.execute(there).scalar_one()
    return seen_at


def finish(store: Store, arrival: Arrival, ending: Ending, now: datetime) -> None:
    """Close the submission, in one transaction with its journal line and its notice.

    Again, after a crash, is no change: the notice goes out once.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        _enter(connection, arrival, now)
        closed = connection.execute(
            update(submission)
            .where(
                submission.c.id == arrival.id,
                submission.c.state.in_(OPEN),
                submission.c.state != ending.state,
            )
            .values(state=ending.state, finished_at=now, problem=ending.problem,
                    counts=dict(ending.counts) if ending.counts else None)
            .returning(submission.c.id)
        ).first()  # fmt: skip
        if closed is None:
            return
        if ending.notice is not None:
            put_notice(connection, f"{ending.answer}:{arrival.id}", ending.notice, now,
                       submission=arrival.id, event="receipt",
                       answerable=ending.answerable)  # fmt: skip
            if ending.for_all:
                add_all_of(connection, ending.notice.token, arrival.id)
        if ending.asked is not None:
            ask(connection, ending.asked, arrival.id)
        told = {"source": arrival.source, "name": arrival.name, **(ending.counts or {})}
        if ending.problem:
            told["problem"] = ending.problem
        journal.write(connection, now, ending.event, submission=arrival.id, detail=told)


def _enter(connection: Connection, arrival: Arrival, now: datetime) -> None:
    there = select(submission.c.id).where(submission.c.id == arrival.id)
    if connection.execute(there).first() is None:
        row = {"id": arrival.id, "source": arrival.source, "name": arrival.name,
               "state": "taking", "decided_by": arrival.decided_by,
               "content_key": arrival.content_key, "received_at": now}  # fmt: skip
        connection.execute(insert(submission).values(row))
    if arrival.place is not None:
        _note(connection, arrival.place, arrival.id, now)


def note_place(store: Store, place: Place, submission_id: str, now: datetime) -> None:
    """Remember that a known mail was seen at another place; again is no change."""
    with store.write() as connection:
        one_at_a_time(connection)
        _note(connection, place, submission_id, now)


def note_not_moved(store: Store, place: Place, why: str, now: datetime) -> None:
    """Journal that the mail server refused to move a mail that is dealt with."""
    found = known(store, place=place)
    if found is not None:
        with store.write() as connection:
            detail = {"uid": place.uid, "why": why}
            journal.write(connection, now, "not_moved", submission=found.id, detail=detail)


def _note(connection: Connection, place: Place, submission_id: str, now: datetime) -> None:
    where = {"account": place.account, "folder": place.folder,
             "uidvalidity": place.uidvalidity, "uid": place.uid}  # fmt: skip
    if connection.execute(select(seen.c.uid).filter_by(**where)).first() is None:
        connection.execute(insert(seen).values(**where, submission=submission_id, at=now))
