"""How fast letters go: a token bucket, and a pace that halves when a server finds us too fast.

Pure. A pace is in letters a minute. They go evenly spread: the bucket holds one letter, or what
one second allows, so no minute ever sees twice its share. After ``slowed`` the pace is half, and
comes back by a tenth of the top every ten minutes (additive increase, multiplicative decrease).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

#: The pace after the first "too fast" when none is configured, and the top that it comes back to.
FIRST, TOP = 20.0, 60.0
#: The slowest pace.
LEAST = 1.0
#: How often the pace is raised; and for how long one more "too fast" is the same one.
STEP, SAME = timedelta(minutes=10), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """``letters`` might go at once at ``at``; ``slowed`` is the pace since ``slowed_at``."""

    letters: float = 1.0
    at: datetime | None = None
    slowed: float | None = None
    slowed_at: datetime | None = None


def pace(bucket: Bucket, limit: float | None, now: datetime) -> float | None:
    """The pace that holds now; None is as fast as it goes. ``limit`` is the configured one."""
    top = limit or TOP
    if bucket.slowed is None or bucket.slowed_at is None:
        return limit
    # A clock that was set back leaves the pace as it is.
    steps = max(now - bucket.slowed_at, timedelta(0)) // STEP
    raised = bucket.slowed + steps * top / 10
    return raised if raised < top else limit


def slow(bucket: Bucket, limit: float | None, now: datetime) -> Bucket:
    """A server finds us too fast: half the pace. Several senders that hear it say it once."""
    if bucket.slowed_at is not None and abs(now - bucket.slowed_at) < SAME:
        return bucket
    before = pace(bucket, limit, now)
    slowed = FIRST if before is None else max(before / 2, min(LEAST, before))
    return replace(bucket, slowed=slowed, slowed_at=now)


def wait(bucket: Bucket, limit: float | None, now: datetime) -> timedelta:
    """How long until the next letter may go."""
    allowed = pace(bucket, limit, now)
    if allowed is None:
        return timedelta(0)
    lacking = 1.0 - _filled(bucket, allowed, now)
    return timedelta(minutes=max(lacking, 0.0) / allowed)


def take(bucket: Bucket, limit: float | None, now: datetime) -> Bucket | None:
    """One letter goes; None when it may not yet."""
    allowed = pace(bucket, limit, now)
    if allowed is None:
        return bucket
    filled = _filled(bucket, allowed, now)
    if filled < 1.0:
        return None
    return replace(bucket, letters=filled - 1.0, at=now)


def _filled(bucket: Bucket, allowed: float, now: datetime) -> float:
    if bucket.at is None:
        return 1.0
    # A clock that was set back must not stop all letters until it has caught up.
    passed = max(now - bucket.at, timedelta(0))
    grown = bucket.letters + passed / timedelta(minutes=1) * allowed
    # A microsecond is all that a moment resolves; without it the wait would end a hair too early.
    return min(grown + allowed / 60e6, max(1.0, allowed / 60))
