"""The restore fence: what this worker remembers outside of the database, ``<database>.fence``.

A database restored from a backup has forgotten what was sent since, and would send it again. So
before every final dot, and after its commit, the worker notes that dot in a file beside the
database: the entry, the lease and the moment. A database that the worker sent from has all of
these in its journal; one that lacks any of them is older, or another one, and nothing may be sent
from it until a person has looked (``steps.restore``).

The order (commit, note, dot) makes a crash harmless: the file never knows a dot that the database
does not. A note is one write without a sync, which outlives the death of the process; the file is
synced once a second at most, so a power cut may lose the last second of it, never more.

So whoever deletes old lines of the journal leaves those of the newest ``DOTS`` dots there.

For PostgreSQL each worker has its own file and remembers its own dots; there is room for the
server's own marks (system_identifier, timeline) beside the identity.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from worker.errors import StoreAway
from worker.store.engine import Checkpoint, pass_by
from worker.store.records import identity
from worker.store.schema import entry, journal
from worker.store.slots import Slots

#: The last so many dots are remembered: more than there are senders in a process, so that also
#: one whose commit came later than its neighbour's is among them.
DOTS = 128
SIZE = 256

#: Seconds between two syncs.
SYNC = 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A final dot that was allowed: for entry ``id``, by its name, under ``lease``, then."""

    id: int
    token: str
    lease: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What the file knows: whose dots, and which; ``identity`` None when it knows nothing."""

    identity: str | None
    dots: tuple[Dot, ...]


class Fence:
    """The open file of one worker, which has so many ``senders``."""

    def __init__(
        self,
        path: Path,
        monotonic: Callable[[], float],
        checkpoint: Checkpoint = pass_by,
        *,
        senders: int = 1,
    ) -> None:
        self._slots = Slots(path, 1 + DOTS, SIZE)
        self._monotonic = monotonic
        self._checkpoint = checkpoint
        self._turn = threading.Lock()
        self._synced = monotonic()
        self._next = self._place_after_the_newest()
        self._recent: deque[Dot] = deque(maxlen=senders)

    def note(self, dot: Dot) -> None:
        """Remember it, before it goes out. Raises ``StoreAway``: then it must not go out."""
        with self._turn:
            place, self._next = self._next, self._next % DOTS + 1
        self._checkpoint("fence:before")
        try:
            self._slots.write(place, asdict(dot) | {"at": dot.at.isoformat()})
            self._sync_sometimes()
        except OSError as why:
            raise self._unwritten(why) from why
        with self._turn:
            self._recent.append(dot)
        self._checkpoint("fence:after")

    def recent(self) -> tuple[Dot, ...]:
        """The last dot of each sender of this very process: the database must still have them."""
        with self._turn:
            return tuple(self._recent)

    def memory(self) -> Memory:
        """What is remembered; a record that was torn is none."""
        held = {place: record for place, record in self._slots.read() if record}
        head = held.pop(0, {})
        dots = [
            Dot(**(each | {"at": datetime.fromisoformat(each["at"])})) for each in held.values()
        ]
        return Memory(head.get("identity"), tuple(sorted(dots, key=lambda dot: dot.at)))

    def renew(self, name: str) -> None:
        """Forget all dots, and stand for the database of that identity. Raises ``StoreAway``."""
        with self._turn:
            self._recent.clear()
        try:
            for place in range(1, 1 + DOTS):
                self._slots.clear(place)
            self._slots.write(0, {"identity": name})
            self._slots.sync()
        except OSError as why:
            raise self._unwritten(why) from why

    def close(self) -> None:
        """Sync, and give the file back."""
        self._slots.close()

    def _unwritten(self, why: OSError) -> StoreAway:
        return StoreAway(f"{self._slots.path} can't be written ({why.strerror}); see the disk")

    def _sync_sometimes(self) -> None:
        now = self._monotonic()
        if now - self._synced >= SYNC:
            self._synced = now
            self._slots.sync()

    def _place_after_the_newest(self) -> int:
        newest = max(
            ((record["at"], place) for place, record in self._slots.read() if record and place),
            default=("", 0),
        )[1]
        return newest % DOTS + 1


def identity_of(connection: Connection) -> str | None:
    """The database's name; None when it was never given one."""
    return connection.execute(select(identity.c.uuid)).scalar()


def name(connection: Connection, given: str) -> None:
    """Give the database its name."""
    connection.execute(delete(identity))
    connection.execute(insert(identity).values(id=1, uuid=given))


def has_sent(connection: Connection) -> bool:
    """Whether a final dot was ever allowed for an entry of this database."""
    sent = select(entry.c.id).where(entry.c.dot_at.is_not(None)).limit(1)
    return connection.execute(sent).first() is not None


def unknown_dots(connection: Connection, dots: Sequence[Dot]) -> list[Dot]:
    """Those whose line the journal does not have."""
    lines = select(journal.c.entry, journal.c.worker).where(
        journal.c.entry.in_({dot.id for dot in dots}), journal.c.event == "dot_pending"
    )
    known = {(row.entry, row.worker) for row in connection.execute(lines)}
    return [dot for dot in dots if (dot.id, dot.lease) not in known]
