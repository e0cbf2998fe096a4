"""The pace of sending as one row, so that it holds for every worker; ``policy.pace`` reckons.

Without ``smtp.rate``, and as long as no server found us too fast, nothing is written here.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from worker.policy import pace
from worker.policy.pace import Bucket
from worker.store import journal, pauses
from worker.store.engine import Store
from worker.store.pauses import Standing
from worker.store.records import rate


def wait(store: Store, limit: float | None, now: datetime) -> timedelta:
    """How long until the next letter may go."""
    with store.read() as connection:
        return pace.wait(_bucket(connection), limit, now)


def per_minute(store: Store, limit: float | None, now: datetime) -> float | None:
    """The pace that holds now, in letters a minute; None is as fast as it goes."""
    with store.read() as connection:
        return pace.pace(_bucket(connection), limit, now)


def take(connection: Connection, limit: float | None, now: datetime) -> bool:
    """One letter goes, in the transaction of its claim; False when it may not yet."""
    if pace.pace(_bucket(connection), limit, now) is None:
        return True  # no lock either: claims of several workers need not wait for each other
    after = pace.take(_bucket(connection, lock=True), limit, now)
    if after is not None:
        _keep(connection, after)
    return after is not None


def may_go(connection: Connection, *, before: Standing, limit: float | None, now: datetime) -> bool:
    """Whether nothing began to rest since the look ``before``, and the pace allows one letter."""
    begun = set(pauses.seen(connection, now).holding) - set(before.holding)
    return not begun and take(connection, limit, now)


def slow(store: Store, limit: float | None, *, now: datetime, by: str) -> float | None:
    """A server finds us too fast: half the pace from now on. The new pace."""
    with store.write() as connection:
        before = _bucket(connection, lock=True)
        after = pace.slow(before, limit, now)
        allowed = pace.pace(after, limit, now)
        if after != before:
            _keep(connection, after)
            journal.write(connection, now, "slowed", worker=by, detail={"per_minute": allowed})
    return allowed


def _bucket(connection: Connection, *, lock: bool = False) -> Bucket:
    wanted = select(*rate.c["letters", "at", "slowed", "slowed_at"]).where(rate.c.id == 1)
    found = connection.execute(wanted.with_for_update() if lock else wanted)
    return Bucket(**found.mappings().one())


def _keep(connection: Connection, bucket: Bucket) -> None:
    connection.execute(update(rate).where(rate.c.id == 1).values(asdict(bucket)))
