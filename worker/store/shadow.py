"""The shadow: what is held for it, what HR was told would have gone, and how much waits.

A letter that was queued before the shadow fell is held like the others, also while it is being
handed over, as long as no final dot is pending. What a person released goes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, cast, func, not_, select

from worker.decision import Outcome
from worker.letter import Letter
from worker.lifecycle import PENDING, Kind, Status
from worker.policy.guards import Why
from worker.store import asked, reports
from worker.store.asked import Untold
from worker.store.engine import Store, one_at_a_time
from worker.store.live import is_live
from worker.store.moves import apply
from worker.store.schema import entry
from worker.verbs import shadowed

#: Entries in one transaction, as in taking in.
BATCH = 100

#: Who writes these lines of the journal.
SHADOW = "shadow"


def hold(store: Store, live: Collection[Outcome], now: datetime) -> int:
    """Hold whatever is pending and not live; how many entries that were."""
    held = 0
    while ids := _next(store, live):
        with store.write() as connection:
            one_at_a_time(connection)
            rows = connection.execute(
                select(*entry.c["id", "waits", "held_by"])
                .where(entry.c.id.in_(ids), _uncovered(live))
                .order_by(entry.c.id)
                .with_for_update()
            ).all()
            done = [
                apply(connection, entry.c.id == row.id, shadowed(tuple(row.waits), row.held_by),
                      now, by=SHADOW)
                for row in rows
            ]  # fmt: skip
        held += sum(done)
        if not any(done):
            break
    return held


def _next(store: Store, live: Collection[Outcome]) -> list[int]:
    with store.read() as connection:
        wanted = select(entry.c.id).where(_uncovered(live)).order_by(entry.c.id).limit(BATCH)
        return list(connection.execute(wanted).scalars())


def _uncovered(live: Collection[Outcome]) -> ColumnElement[bool]:
    """Pending, with a letter, without the shadow among its waits, and not at its final dot."""
    at_the_dot = and_(entry.c.status == Status.SENDING, entry.c.dot_at.is_not(None))
    in_shadow = cast(entry.c.waits, Text).contains(f'"{Why.SHADOW}"')
    waits = not_(and_(entry.c.status == Status.HELD, in_shadow))
    return and_(entry.c.status.in_(PENDING), entry.c.message_id.is_not(None),
                not_(at_the_dot), waits, not_(is_live(live)))  # fmt: skip


def due(store: Store, now: datetime, limit: int) -> list[Untold]:
    """What would have gone by now and HR was not told of, the oldest first."""
    with store.read() as connection:
        return asked.untold(connection, Why.SHADOW, limit, due=now)


def tell(store: Store, about: Sequence[Untold], notice: Letter | None, now: datetime) -> bool:
    """Queue the notice about these, each told of once for all; False when somebody was first.

    Without ``notice`` there is nobody to tell, and they count as told.
    """
    with store.write() as connection:
        one_at_a_time(connection)
        if not asked.told(connection, [each.id for each in about], Why.SHADOW):
            return False
        if notice is not None:
            reports.put(connection, f"shadow:{notice.token}", notice, now)
    return True


def waiting(store: Store) -> Mapping[str, int]:
    """How many letters of each outcome wait for nothing but to be let out."""
    held = (
        select(entry.c.outcome, func.count().label("number"))
        .where(entry.c.kind == Kind.LETTER, entry.c.status == Status.HELD,
               entry.c.why == Why.SHADOW)
        .group_by(entry.c.outcome)
        .order_by(entry.c.outcome)
    )  # fmt: skip
    with store.read() as connection:
        return {row.outcome: row.number for row in connection.execute(held)}
