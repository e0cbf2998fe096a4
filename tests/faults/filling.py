"""A worker whose disk fills up at the n-th step that needs it, in a process of its own.

Steps are the checkpoints before each commit, each note beside the database and each step of the
drop. Nothing is emptied here: the test does that, when it has seen enough.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from forked import forked
from servers.smalldisk import SmallDisk

from worker.cli import build
from worker.cli.run import parts, run_once
from worker.errors import FollowupError
from worker.settings import load

#: What a worker ends with that could not go on: its supervisor starts it again.
GAVE_UP = 1


class Filling:
    """Fills the disk when it was told of as many steps as it was given, or of one by name."""

    def __init__(self, at: int | str, var: Path, trail: Path) -> None:
        self._at = at
        self._var = var
        self._trail = trail
        self._passed = 0
        self._turn = threading.Lock()

    def __call__(self, name: str) -> None:
        """A checkpoint is passed; those of the socket need no disk."""
        if "before" not in name or name.startswith("write"):
            return
        with self._turn:
            self._passed += 1
            with self._trail.open("a") as trail:
                trail.write(f"{name}\n")
            if self._at in {self._passed, name}:
                self._at = -1
                SmallDisk(self._var).fill()


def work(home: Path, environ: Mapping[str, str], at: int | str, trail: Path) -> None:
    """One ``run --once`` in this process."""
    checkpoint = Filling(at, home / "var", trail)
    given = load(environ, home)
    stop = threading.Event()
    try:
        store = build.open_store(given, checkpoint)
        with store.sole_worker():
            run_once(parts(given, store, stop, checkpoint), stop)
    except (FollowupError, OSError):
        os._exit(GAVE_UP)


class Run:
    """The worker at work; ``trail`` holds the steps that it took."""

    def __init__(self, home: Path, environ: Mapping[str, str], at: int | str) -> None:
        self._trail = home / "trail"
        self._trail.unlink(missing_ok=True)
        self.process = forked(work, home, dict(environ), at, self._trail)

    @property
    def trail(self) -> list[str]:
        """The steps so far."""
        return self._trail.read_text().splitlines() if self._trail.exists() else []

    def ends(self, seconds: float) -> bool:
        """Whether it comes to its end by then."""
        self.process.join(seconds)
        return self.process.exitcode is not None

    def kill(self) -> None:
        """As kill -9 does."""
        self.process.kill()
        self.process.join()
