"""The two files that a worker keeps beside the database: its answers and its fence.

For SQLite they are ``<database>.answers`` and ``<database>.fence``, and belong together with it:
whoever moves one moves all. For PostgreSQL they are ``postgresql-<n>.answers`` and ``.fence`` in
the worker's own var folder, one pair for each worker that runs there. What can go wrong: a disk
that is full or read-only when they are made, told as ``StoreAway``.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from worker.errors import StoreAway, StoreError
from worker.store.engine import Checkpoint, Store, locked, pass_by
from worker.store.fence import Fence, Memory
from worker.store.spill import Spill


class Beside:
    """The open files of one worker; ``senders`` is how many answers may be on their way."""

    def __init__(
        self,
        store: Store,
        var: Path,
        senders: int,
        *,
        monotonic: Callable[[], float],
        checkpoint: Checkpoint = pass_by,
    ) -> None:
        self._held = ExitStack()
        self._var = None if store.path else var
        base = store.path or _berth(var, self._held)
        try:
            self.spill = Spill(Path(f"{base}.answers"), senders, checkpoint)
            self._held.callback(self.spill.close)
            self.fence = Fence(Path(f"{base}.fence"), monotonic, checkpoint, senders=senders)
            self._held.callback(self.fence.close)
        except OSError as why:
            self._held.close()
            raise _not_made(base, why) from why

    def left(self) -> Iterator[Spill]:
        """The answers of workers of this home that no longer run, each while it is looked at.

        Fewer workers than before must not leave what the server said to the others unread.
        """
        if self._var is None:
            return
        for path in sorted(self._var.glob("postgresql-*.answers")):
            with ExitStack() as held:
                try:
                    held.enter_context(locked(path.with_suffix(".worker"), wait=False))
                    spill = Spill(path, 0)
                except StoreError:
                    continue  # somebody works with it: we do, or another worker
                except OSError as why:
                    raise _not_made(path.with_suffix(""), why) from why
                held.callback(spill.close)
                yield spill

    def close(self) -> None:
        """Give the files back; what lies in them stays."""
        self._held.close()


def _not_made(base: Path, why: OSError) -> StoreAway:
    return StoreAway(
        f"{why.filename or base}.* can't be made beside the database ({why.strerror});"
        " make room, and let the worker's user write there"
    )


def _berth(var: Path, held: ExitStack) -> Path:
    """The first place that no other worker of this home has."""
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    for base in _berths(var):
        try:
            held.enter_context(locked(Path(f"{base}.worker"), wait=False))
        except StoreError:
            continue
        return base
    raise AssertionError  # pragma: no cover - the places never end


def _berths(var: Path) -> Iterator[Path]:
    return (var / f"postgresql-{number}" for number in itertools.count(1))


def fences(store: Store, var: Path, monotonic: Callable[[], float]) -> Iterator[Fence]:
    """Every fence of this database in this home, for renewing; each is closed afterwards."""
    for path in _fence_paths(store, var):
        fence = Fence(path, monotonic)
        try:
            yield fence
        finally:
            fence.close()


def memories(store: Store, var: Path, monotonic: Callable[[], float]) -> Iterator[Memory]:
    """What they remember; a fence that is not there remembers nothing, and is not made."""
    if any(path.exists() for path in _fence_paths(store, var)):
        yield from (fence.memory() for fence in fences(store, var, monotonic))
    elif store.is_sqlite:
        yield Memory(None, ())


def _fence_paths(store: Store, var: Path) -> list[Path]:
    if store.path is not None:
        return [Path(f"{store.path}.fence")]
    return sorted(var.glob("postgresql-*.fence"))
