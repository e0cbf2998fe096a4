"""Who was a candidate lately: by name, by address, by job. Reads only.

Whoever nothing reached, and nothing will, is left out: a row with a mended address is welcome.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from worker.lifecycle import Kind
from worker.policy.namesake import Person
from worker.policy.repeat import REACHED_NOBODY
from worker.store.around import Own
from worker.store.engine import Doors
from worker.store.schema import entry

#: The newest so many: an answer is bounded however many applied.
MOST = 2_000


def people(
    store: Doors, names: Collection[str], addresses: Collection[str], since: datetime, own: Own
) -> list[Person]:
    """Whoever has one of these folded names, or one of these addresses in lower case."""
    wanted = _lately(since, own)
    by_name = wanted.where(entry.c.person.in_(names))
    by_address = wanted.where(func.lower(entry.c.email).in_(addresses))
    with store.read() as connection:
        found = chain.from_iterable(
            connection.execute(each).all() for each in (by_name, by_address)
        )
        return [_person(row, own) for row in found]


def candidates(store: Doors, job_title: str, since: datetime, own: Own) -> list[Person]:
    """The candidates for exactly that job title."""
    with store.read() as connection:
        rows = connection.execute(_lately(since, own).where(entry.c.job_title == job_title)).all()
    return [_person(row, own) for row in rows]


def _lately(since: datetime, own: Own) -> Select[Any]:
    return (
        select(*entry.c["token", "submission", "row", "name", "email", "application"])
        .where(_counts(since), own.others())
        .order_by(entry.c.id.desc())
        .limit(MOST)
    )


def _counts(since: datetime) -> ColumnElement[bool]:
    return (
        (entry.c.kind == Kind.LETTER)
        & (entry.c.created_at >= since)
        & entry.c.status.not_in(REACHED_NOBODY)
        & entry.c.name.is_not(None)
    )


def _person(row: Any, own: Own) -> Person:
    said = f"row {row.row} of the same file" if row.submission == own.submission else None
    email = row.email.casefold()
    return Person(said or f"entry {row.token}", row.name, email, row.application or "")
