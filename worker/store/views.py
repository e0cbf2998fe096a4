"""What people look at: entries, the journal, the counts. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, RowMapping, Select, func, select

from worker.errors import NoSuchEntry
from worker.lifecycle import Kind, Status
from worker.store.engine import Store
from worker.store.schema import entry, journal, letter, submission

#: How many rows a listing reads at a time.
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a listing is narrowed to; None asks for all."""

    status: Sequence[Status] = ()
    kind: Kind | None = Kind.LETTER
    limit: int | None = None
    newest_first: bool = False


def entries(store: Store, asked: Asked) -> Iterator[dict[str, object]]:
    """Entries as section 9 of the contract names their fields."""
    wanted = select(entry, submission.c.source).join_from(entry, submission)
    if asked.kind is not None:
        wanted = wanted.where(entry.c.kind == asked.kind)
    if asked.status:
        wanted = wanted.where(entry.c.status.in_(asked.status))
    rows = _pages(store, wanted, entry.c.id, newest_first=asked.newest_first)
    yield from (_entry(row) for row in islice(rows, asked.limit))


def _pages(
    store: Store, wanted: Select[*tuple[Any, ...]], key: Column[int], *, newest_first: bool = False
) -> Iterator[RowMapping]:
    """Page by page, each a short statement: who reads slowly holds no lock on the database."""
    wanted = wanted.order_by(key.desc() if newest_first else key).limit(PAGE)
    page = wanted
    while True:
        with store.read() as connection:
            rows = connection.execute(page).mappings().all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1][key]
        page = wanted.where(key < last if newest_first else key > last)


def _entry(row: RowMapping) -> dict[str, object]:
    decision: Mapping[str, str] = row["decision"] or {}
    return {
        "entry": row["token"], "status": row["status"], "why": row["why"],
        "waits": row["waits"] if row["status"] == Status.HELD else [],
        "outcome": row["outcome"], "email": row["email"],
        "name": row["name"], "job_title": row["job_title"],
        "application_id": decision.get("application_id"), "language": row["language"],
        "channel": decision.get("channel"), "message_id": row["message_id"],
        "not_before": _iso(row["not_before"]), "attempts": row["attempts"],
        "sent_at": _iso(row["sent_at"]), "last_reply": row["last_reply"],
        "source": row["source"], "row": row["row"], "decided_by": row["decided_by"],
        "created_at": _iso(row["created_at"]), "kind": row["kind"],
        "submission": row["submission"],
        "call_by": _iso(row["call_by"]),
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as all listings write time."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def journal_lines(store: Store, entry_id: int | None = None) -> Iterator[dict[str, object]]:
    """The journal, oldest first; of one entry when ``entry_id`` is given."""
    wanted = select(journal, entry.c.token).outerjoin_from(journal, entry)
    if entry_id is not None:
        wanted = wanted.where(journal.c.entry == entry_id)
    for row in _pages(store, wanted, journal.c.id):
        yield {
            "at": _iso(row["at"]), "entry": row["token"], "event": row["event"],
            "status": row["status"], "detail": row["detail"], "worker": row["worker"],
            "submission": row["submission"],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One entry: its number in the database, its fields, its decision, its letter's bytes."""

    id: int
    fields: Mapping[str, object]
    decision: Mapping[str, str]
    not_before: datetime | None
    content: bytes | None


def find(store: Store, name: str) -> Found:
    """The entry with that token, or with a token that starts so. Raises ``NoSuchEntry``."""
    wanted = (
        select(entry, submission.c.source, letter.c.content)
        .join_from(entry, submission)
        .outerjoin(letter)
        .limit(2)
    )
    whole = wanted.where(entry.c.token == name.lower())
    begins = wanted.where(entry.c.token.startswith(name.lower(), autoescape=True))
    with store.read() as connection:
        # The whole name by its index, for a reply may name hundreds; a beginning reads all.
        rows = (
            connection.execute(whole).mappings().all()
            or connection.execute(begins).mappings().all()
        )
    if not rows:
        raise NoSuchEntry(f"there is no entry {name!r}; `followup list` names them")
    if len(rows) > 1:
        raise NoSuchEntry(f"several entries start with {name!r}; write more of the name")
    row = rows[0]
    return Found(row["id"], _entry(row), row["decision"] or {}, row["not_before"], row["content"])


def waiting_like(store: Store, found: Found) -> list[str]:
    """The tokens of that entry and of all of its submission in its state, in their order.

    A notice stands for itself: what the worker told others came with no file.
    """
    if found.fields["kind"] != Kind.LETTER:
        return [str(found.fields["entry"])]
    status, why, of = (found.fields[name] for name in ("status", "why", "submission"))
    wanted = (
        select(entry.c.token)
        .where(entry.c.submission == of, entry.c.kind == found.fields["kind"])
        .where(entry.c.status == status, entry.c.why.is_not_distinct_from(why))
        .order_by(entry.c.id)
    )
    with store.read() as connection:
        return list(connection.execute(wanted).scalars())


def counts(store: Store) -> dict[str, int]:
    """How many letters are in each status; statuses with none are 0."""
    counted = (
        select(entry.c.status, func.count().label("number")).where(entry.c.kind == Kind.LETTER)
        .group_by(entry.c.status)
    )  # fmt: skip
    with store.read() as connection:
        found = {row.status: row.number for row in connection.execute(counted)}
    return {status.value: found.get(status.value, 0) for status in Status}


def next_due(store: Store) -> datetime | None:
    """When the next queued entry may go."""
    due = select(func.min(entry.c.not_before)).where(entry.c.status == Status.QUEUED)
    with store.read() as connection:
        return connection.execute(due).scalar()


def decided_since(store: Store, decider: str, since: datetime, *, but: str) -> int:
    """How many entries this decider made since then, without those of submission ``but``."""
    made = select(func.count()).where(
        entry.c.decided_by == decider, entry.c.created_at >= since, entry.c.submission != but
    )
    with store.read() as connection:
        return connection.execute(made).scalar_one()
