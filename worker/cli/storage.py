"""Storage, wired: the files beside the database, and the start of a worker on them."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from worker.cli import build
from worker.settings import Settings
from worker.steps.restore import Doubt, Fencing, doubts, look_back
from worker.steps.settle import Settling, take_in_answers
from worker.store import beside, disk, outbox, restored
from worker.store.beside import Beside
from worker.store.engine import Checkpoint, Store


def var(given: Settings) -> Path:
    """Where a worker keeps what is its own."""
    return given.home / "var"


def settling(
    given: Settings,
    store: Store,
    stop: threading.Event,
    complain: Callable[..., None],
    checkpoint: Checkpoint,
) -> Settling:
    """The files beside the database, opened, and where results go. Raises ``StoreAway``."""
    beside = Beside(
        store,
        var(given),
        given.smtp.connections,
        monotonic=time.monotonic,
        checkpoint=checkpoint,
    )
    return Settling(store=store, beside=beside, wait=stop.wait, tell=build.tell, complain=complain)


def new_identity() -> str:
    """A name for a database."""
    return str(uuid.uuid4())


def start(into: Settling) -> None:
    """The first thing of a worker, before anything is sent. Raises ``StoreAway``.

    What the server said to a worker before us is settled; then what a dead one held on this
    SQLite file is nobody's; then the fence is asked whether this is the database we know.
    """
    fence = into.beside.fence
    fencing = Fencing(store=into.store, fence=fence, new_identity=new_identity, now=build.now)
    doubt = look_back(fencing)
    take_in_answers(into, build.now())
    if taken_back := outbox.reclaim(into.store, build.now(), all_of_them=into.store.is_sqlite):
        build.tell("reclaimed", rows=taken_back)
    if doubt is not None:
        build.tell("restored", why=f"{doubt.why}; {restored.MEND}")


def findings(given: Settings, store: Store) -> Iterator[tuple[bool, str, str]]:
    """For ``check``: whether each is good, what was found, and what to do."""
    if (doubt := doubt_of(given, store)) is not None:
        yield False, doubt.why, restored.MEND
    if (short := store.shortage()) is not None:
        yield False, short, "make room on that disk"
    mount = disk.under(store.path) if store.path else None
    if mount is not None and (mount.is_remote or mount.kind == "virtiofs"):
        told = f"the database lies on {mount.kind}, which other hosts may have mounted too"
        yield True, told, "make sure that one worker alone uses it, and that nobody copies over it"


def doubt_of(given: Settings, store: Store) -> Doubt | None:
    """Why nothing may be sent from this database, now or from the next start on."""
    for memory in beside.memories(store, var(given), time.monotonic):
        if (doubt := doubts(store, memory)) is not None:
            return doubt
    why = restored.resting(store)
    return Doubt(why) if why else None
