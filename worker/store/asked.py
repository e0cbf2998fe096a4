"""What is held and nobody was asked about yet: for approvals, calls and what is only watched.

An entry is asked about once for each thing that it comes to wait for, in the transaction of the
notice that asks (``told``); an entry that waits for something else meanwhile is asked about anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, true, update

from worker.lifecycle import Kind, Status
from worker.store.schema import entry, letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """An entry that waits for ``why``; ``waits`` are all things it waits for, that one first.

    ``content`` are the bytes of its letter; None where there is none, or it was erased.
    """

    id: int
    token: str
    submission: str
    row: int | None
    why: str
    waits: tuple[str, ...]
    outcome: str
    email: str
    name: str
    job_title: str
    decided_by: str | None
    decision: Mapping[str, str]
    not_before: datetime | None
    created_at: datetime
    content: bytes | None


def untold(
    connection: Connection, whys: str | Collection[str], limit: int, due: datetime | None = None
) -> list[Untold]:
    """Entries held for one of ``whys`` that nobody was asked about, oldest first.

    ``due``: only those whose letter might go at that moment.
    """
    wanted = [whys] if isinstance(whys, str) else list(whys)
    names = [name for name in Untold.__dataclass_fields__ if name != "content"]
    rows = connection.execute(
        select(*(entry.c[name] for name in names), letter.c.content)
        .outerjoin_from(entry, letter)
        .where(
            entry.c.status == Status.HELD,
            or_(entry.c.asked_for.is_(None), entry.c.asked_for != entry.c.why),
            entry.c.why.in_(wanted),
            entry.c.kind == Kind.LETTER,
            true() if due is None else entry.c.not_before <= due,
        )
        .order_by(entry.c.id)
        .limit(limit)
    ).mappings()
    return [Untold(**{**row, "waits": tuple(row["waits"]), "decision": row["decision"] or {}})
            for row in rows]  # fmt: skip


def told(connection: Connection, ids: Sequence[int], why: str) -> list[int]:
    """Those that still wait for ``why``, and were not asked about before, are; which they were."""
    still = (entry.c.id.in_(ids), entry.c.status == Status.HELD, entry.c.why == why)
    unasked = or_(entry.c.asked_for.is_(None), entry.c.asked_for != why)
    asked = update(entry).where(*still, unasked).values(asked_for=why).returning(entry.c.id)
    return list(connection.execute(asked).scalars())
