"""A database that is older than what was sent from it: noticed at start, and how to go on.

``look_back`` asks the fence before anything is sent. A database that lacks a final dot which the
fence remembers was restored from a backup, or is another one; then sending rests until a person
says ``reconcile --done``, and every entry that might have gone out meanwhile waits for a person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.store import fence, restored
from worker.store.engine import Store, one_at_a_time
from worker.store.fence import Dot, Fence, Memory

FORGOTTEN = "the database does not know what was sent from it: it is older, or another one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fencing:
    """The database, what the worker remembers of it, and how a new name is made."""

    store: Store
    fence: Fence
    new_identity: Callable[[], str]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the database is not the one that was sent from; ``unknown`` are dots that it lacks."""

    why: str
    unknown: tuple[Dot, ...] = ()


def look_back(fencing: Fencing) -> Doubt | None:
    """Whether this is the database that was sent from; if not, sending rests from here on.

    A database that is new gets its name, and the fence takes it. Raises ``StoreAway``.
    """
    memory = fencing.fence.memory()
    with fencing.store.read() as connection:
        name = fence.identity_of(connection)
    doubt = doubts(fencing.store, memory)
    if doubt is not None:
        restored.rest(fencing.store, doubt.why, fencing.now())
    elif (why := restored.resting(fencing.store)) is not None:
        doubt = Doubt(why)
    elif name is None or memory.identity != name:
        _introduce(fencing, memory.identity or fencing.new_identity())
    return doubt


def still_known(store: Store, ours: Fence, now: datetime) -> bool:
    """Whether the database has what was sent a moment ago; if not, sending rests from here on.

    A backup put back under a worker that runs, or a server that failed over to a copy that lagged
    behind, is noticed before the next letter and not at the next start.
    """
    with store.read() as connection:
        unknown = fence.unknown_dots(connection, ours.recent())
    # A person may have reconciled meanwhile, by a command: the file is what still counts.
    missed = bool(unknown) and not set(unknown).isdisjoint(ours.memory().dots)
    if missed:
        restored.rest(store, FORGOTTEN, now)
    return not missed


def _introduce(fencing: Fencing, name: str) -> None:
    """The file takes the database's name; a database without one is given ``name``.

    The first of several workers names it. The file comes before the commit: a crash in between
    leaves a name without dots, which anybody may take.
    """
    with fencing.store.write() as connection:
        one_at_a_time(connection)
        there = fence.identity_of(connection)
        fencing.fence.renew(there or name)
        if there is None:
            fence.name(connection, name)


def doubts(store: Store, memory: Memory) -> Doubt | None:
    """What speaks against sending from this database, if anything does."""
    with store.read() as connection:
        name = fence.identity_of(connection)
        unknown = tuple(fence.unknown_dots(connection, memory.dots))
        has_sent = fence.has_sent(connection)
    if unknown:
        return Doubt(FORGOTTEN, unknown)
    if memory.identity is None:
        # Before there were fences a database had no name; a second worker on a server is new.
        if store.is_sqlite and name is not None and has_sent:
            return Doubt("letters were sent from this database, and its fence is gone")
        return None
    # A start that failed between the two names leaves a fence that knows nothing yet.
    half_named = name is None and not memory.dots
    if memory.identity == name or half_named or not (memory.dots or has_sent):
        return None
    return Doubt("the fence beside this database stands for another one")


def reconcile(store: Store, fences: Iterable[Fence], fresh: str, *, by: str, now: datetime) -> int:
    """Go on from here: what might have gone out waits for a person; how many entries do.

    The database first, its fences after it: a crash in between means to do it once more. ``fresh``
    is a name for a database that has none.
    """
    held, name = restored.hold_all(store, fresh, by=by, now=now)
    for each in fences:
        each.renew(name)
    return held
