"""What a reply to a notice may act on, and how each of these entries stands.

A notice is found by its token: 80 random bits that nobody knows but who has read it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, exists, insert, select

from worker.lifecycle import Kind
from worker.store.engine import Store
from worker.store.records import answerable
from worker.store.schema import entry, journal

_MESSAGE_ID = re.compile(r"<([0-9a-f]{20})@[^<>\s@]{1,255}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bound:
    """A notice of ours, whom it was sent to, and the tokens of its entries by their rows."""

    token: str
    to: str
    rows: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How an entry stands. ``waits`` of one that was cancelled is what nobody let go."""

    token: str
    status: str
    why: str | None
    waits: tuple[str, ...]
    outcome: str
    email: str
    name: str
    job_title: str
    decided_by: str | None
    decision: Mapping[str, str]
    not_before: datetime | None
    sent_at: datetime | None


def tokens(message_ids: Iterable[str]) -> list[str]:
    """Those that may be of ours, in their order."""
    found = map(_MESSAGE_ID.fullmatch, message_ids)
    return [each[1].lower() for each in found if each]


def bound(store: Store, named: Sequence[str]) -> list[Bound]:
    """The notices with these tokens that a reply may act on, in the order of the tokens."""
    asked = select(*entry.c["id", "token", "email"]).where(
        entry.c.token.in_(named),
        entry.c.kind == Kind.NOTICE,
        exists().where(answerable.c.notice == entry.c.id),
    )
    with store.read() as connection:
        found = {row.token: row for row in connection.execute(asked)}
        rows = {token: _rows(connection, row.id) for token, row in found.items()}
    return [Bound(each, found[each].email, rows[each]) for each in named if each in found]


def _rows(connection: Connection, notice: int) -> dict[int, str]:
    asked = (
        select(answerable.c.row, entry.c.token)
        .join_from(answerable, entry, answerable.c.entry == entry.c.id)
        .where(answerable.c.notice == notice)
        .order_by(answerable.c.row)
    )
    return {row.row: row.token for row in connection.execute(asked)}


def rows_of(store: Store, submission: str) -> Mapping[int, str]:
    """The tokens of a submission's entries by their rows, as its receipt has them."""
    asked = _rows_asked(submission).with_only_columns(entry.c.row, entry.c.token)
    with store.read() as connection:
        return {row.row: row.token for row in connection.execute(asked.order_by(entry.c.row))}


def stands(store: Store, token: str) -> Stands:
    """How that entry stands now."""
    names = list(Stands.__dataclass_fields__)
    asked = select(*(entry.c[name] for name in names)).where(entry.c.token == token)
    with store.read() as connection:
        row = connection.execute(asked).mappings().one()
    return Stands(**{**row, "waits": tuple(row["waits"]), "decision": row["decision"] or {}})


def was_held(store: Store, token: str, by: str, since: datetime) -> bool:
    """Whether that entry was held in the name of ``by`` since then."""
    asked = (
        select(journal.c.id)
        .join_from(journal, entry, journal.c.entry == entry.c.id)
        .where(entry.c.token == token, journal.c.event == "held")
        .where(journal.c.worker == by, journal.c.at >= since)
    )
    with store.read() as connection:
        return connection.execute(asked).first() is not None


def add_all_of(connection: Connection, notice: str, submission: str) -> None:
    """A reply to that notice may act on every entry of the submission, by its row."""
    made = select(entry.c.id).where(entry.c.token == notice).scalar_subquery()
    named = select(answerable.c.row).where(answerable.c.notice == made)
    rows = _rows_asked(submission).with_only_columns(made, entry.c.row, entry.c.id)
    _insert(connection, rows.where(entry.c.row.not_in(named)))


def _rows_asked(submission: str) -> Select[tuple[object, ...]]:
    return select(entry.c.row).where(
        entry.c.submission == submission, entry.c.kind == Kind.LETTER, entry.c.row.is_not(None)
    )


def _insert(connection: Connection, rows: object) -> None:
    into = insert(answerable).from_select(["notice", "row", "entry"], rows)  # type: ignore[arg-type]
    connection.execute(into)
