"""Entries as ``policy.standing`` weighs them, for ``taking`` and for looks ahead of it."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from worker.decision import Channel, Outcome
from worker.lifecycle import Status
from worker.policy.guards import Why
from worker.policy.stands import Standing
from worker.store.schema import entry
from worker.store.schema import journal as lines


def standing_of(row: Mapping[str, Any]) -> Standing:
    """From a row of ``standings``."""
    return Standing(**{**row, "waits": tuple(row["waits"])})


def _told_at() -> ColumnElement[datetime | None]:
    """By phone, whatever became of the letter that was to confirm it; by mail; in person."""
    called = (
        select(func.min(lines.c.at))
        .where(lines.c.entry == entry.c.id, lines.c.event == "called")
        .scalar_subquery()
    )
    recorded = and_(entry.c.status == Status.DONE, entry.c.outcome != Outcome.WITHDRAWN)
    otherwise = case(
        (or_(recorded, _in_person()), entry.c.created_at),
        (entry.c.status == Status.SENT, func.coalesce(entry.c.sent_at, entry.c.created_at)),
    )
    return func.coalesce(called, otherwise)


def _in_person() -> ColumnElement[bool]:
    """Told so, and what confirms it in writing waits for its time, or is not needed any more.

    What a guard doubts, or nobody confirmed, may not have been said; nor what a person stopped.
    """
    waits = and_(entry.c.status == Status.HELD, entry.c.why.in_((Why.PERSON, Why.SHADOW)))
    superseded = and_(entry.c.status == Status.CANCELLED, entry.c.why == "superseded")
    meant = or_(entry.c.status.not_in((Status.HELD, Status.CANCELLED)), waits, superseded)
    by_word = entry.c.decision["channel"].as_string() == Channel.IN_PERSON
    return and_(by_word, entry.c.outcome != Outcome.WITHDRAWN, meant)


def _all() -> Select[Any]:
    names = [each.name for each in fields(Standing) if each.name != "told_at"]
    return select(*(entry.c[name] for name in names), _told_at().label("told_at"))


#: All entries, each with what a ``Standing`` is made of; to be narrowed. Made once: it costs more
#: to build than to run.
STANDINGS = _all()
