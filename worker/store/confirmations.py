"""Confirmations that were asked for: a one-time token, of which only the digest is kept.

It stands for one submission, so it confirms what that mail decided and nothing else, once, within
its time, and only by the decider it was sent to. Confirming and using up the token are one
transaction.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from worker.lifecycle import Status, Transition
from worker.policy.guards import CONFIRMED
from worker.store.engine import Store, one_at_a_time
from worker.store.moves import apply
from worker.store.records import confirmation
from worker.store.schema import entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A confirmation as it is asked for: ``token`` goes to ``decider``, and nowhere else."""

    token: str
    decider: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a token stands for. ``used_by`` is the submission that used it up, if one did."""

    submission: str
    decider: str
    expires_at: datetime
    used_by: str | None
    entries: tuple[tuple[int, str], ...]


def ask(connection: Connection, asked: Asked, submission: str) -> None:
    """Remember that it was asked, in the transaction that sends the token."""
    connection.execute(
        insert(confirmation).values(
            token_digest=_digest(asked.token), submission=submission,
            decider=asked.decider.casefold(), expires_at=asked.expires_at,
        )
    )  # fmt: skip


def waiting(store: Store, token: str) -> Waiting | None:
    """What that token was sent for, with the names of the entries that still wait for it."""
    with store.read() as connection:
        row = connection.execute(
            select(confirmation).where(confirmation.c.token_digest == _digest(token))
        ).first()
        if row is None:
            return None
        entries = tuple((each.id, each.token) for each in _entries(connection, row.submission))
    return Waiting(row.submission, row.decider, row.expires_at, row.used_by, entries)


def use(
    store: Store,
    token: str,
    verb: Callable[[int, tuple[str, ...]], Transition],
    *,
    by: str,
    now: datetime,
) -> list[str] | None:
    """Use the token up for submission ``by``: the entries it confirmed, or None when it is spent.

    ``verb`` makes the change of an entry from its number and from what it waits for.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        spent = (
            update(confirmation)
            .where(confirmation.c.token_digest == _digest(token), confirmation.c.used_by.is_(None))
            .where(confirmation.c.expires_at > now)
            .values(used_by=by, used_at=now)
            .returning(confirmation.c.submission, confirmation.c.decider)
        )
        row = connection.execute(spent).first()
        if row is None:
            return None
        done = []
        for each in _entries(connection, row.submission):
            change = verb(each.id, tuple(each.waits))
            if apply(connection, entry.c.id == each.id, change, now, by=row.decider):
                done.append(each.token)
        return done


def _entries(connection: Connection, submission: str) -> list[Row[tuple[object, ...]]]:
    held = (
        select(*entry.c["id", "token", "waits"])
        .where(entry.c.submission == submission, entry.c.status == Status.HELD)
        .order_by(entry.c.id)
        .with_for_update()
    )
    return [row for row in connection.execute(held).all() if not CONFIRMED.isdisjoint(row.waits)]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
