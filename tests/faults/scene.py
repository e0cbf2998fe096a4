"""The scene of a fault: a worker's home, its drop, and runs of the worker in this very process.

For faults that come from outside; those that kill the worker run it in ``crashing``.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import blank
from workplace import drop, environment, row

from faults import oracle
from faults.copies import Copy
from faults.oracle import Figures
from worker.cli import build
from worker.cli.run import Parts, parts, run_once
from worker.settings import load
from worker.store import views
from worker.store.engine import Checkpoint, Store, pass_by

#: Seconds after which what should come to rest is looked at as it is.
PATIENCE = 30.0

#: What an entry does not stay in by itself.
RESTLESS = {"queued", "sending"}


class Scene:
    """One home; ``smtp_port`` is where its mail server listens. Its database has its tables."""

    def __init__(self, home: Path, smtp_port: int, **more: str) -> None:
        blank.lay(home / "var" / "followup.db")
        self.home = home
        given = {"FOLLOWUP_SMTP__CONNECTIONS": "1", **more}
        self.environ: dict[str, str] = environment(smtp_port, **given)
        self.handed_in: set[str] = set()

    def drop(self, *rows: Mapping[str, str], name: str = "decisions.csv") -> None:
        """Hand in rows; each is one that the worker has to take."""
        self.handed_in |= {each["email"] for each in rows}
        drop(self.home, name, rows)

    def drop_letters(self, count: int) -> None:
        """Hand in as many rejections."""
        self.drop(*(row(number) for number in range(1, count + 1)))

    @contextmanager
    def worker(self, checkpoint: Checkpoint = pass_by) -> Iterator[Parts]:
        """The worker, wired and not yet running."""
        given = load(self.environ, self.home)
        store = build.open_store(given, checkpoint)
        try:
            with store.sole_worker():
                yield parts(given, store, threading.Event(), checkpoint)
        finally:
            store.close()

    def work(self) -> None:
        """One ``run --once``."""
        with self.worker() as worker:
            run_once(worker, threading.Event())

    def work_until_it_rests(self, resting: Callable[[], bool] | None = None) -> None:
        """Runs, one after the other, until nothing moves any more by itself."""
        deadline = time.monotonic() + PATIENCE
        at_rest = resting or (lambda: not RESTLESS & set(self.statuses().values()))
        self.work()
        while not at_rest() and time.monotonic() < deadline:
            time.sleep(0.2)  # a retry waits a second, by retry.first
            self.work()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, for looking."""
        given = load(self.environ, self.home)
        store = Store(given.store.url.get_secret_value())
        try:
            yield store
        finally:
            store.close()

    def entries(self) -> list[dict[str, object]]:
        """All letters, as ``followup list --json`` shows them."""
        with self.store() as store:
            return list(views.entries(store, views.Asked()))

    def statuses(self) -> dict[str, str]:
        """Address to status."""
        return {str(each["email"]): str(each["status"]) for each in self.entries()}

    def events(self) -> list[str]:
        """What the journal holds, oldest first."""
        with self.store() as store:
            return [str(line["event"]) for line in views.journal_lines(store)]

    def holds(self, copies: Collection[Copy]) -> Figures:
        """Ask the oracle, with every row that was handed in."""
        with self.store() as store:
            return oracle.holds(store, copies, handed_in=self.handed_in,
                                drop=self.home / "var" / "drop")  # fmt: skip


def addresses(numbers: Iterable[int]) -> Sequence[str]:
    """As ``row`` gives them."""
    return [f"c{number}@candidates.example" for number in numbers]
