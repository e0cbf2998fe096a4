"""A worker that kills itself, as kill -9 would, at the n-th checkpoint it passes.

Checkpoints are before and after each commit, each write to the mail server's socket and each step
on the disk. Runs in a process forked from a server that has everything loaded.
"""

import os
import signal
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from forked import forked

from worker.cli import build
from worker.cli.run import parts, run_once
from worker.settings import load


class Countdown:
    """Kills the process when it was told of as many checkpoints as it was given."""

    def __init__(self, kill_at: int | None, trail: Path) -> None:
        self._kill_at = kill_at
        self._trail = trail
        self._passed = 0
        self._turn = threading.Lock()

    def __call__(self, name: str) -> None:
        """A checkpoint is passed."""
        with self._turn:
            self._passed += 1
            with self._trail.open("a") as trail:
                trail.write(f"{name}\n")
            if self._passed == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def work(home: Path, environ: Mapping[str, str], kill_at: int | None, trail: Path) -> None:
    """One ``run --once`` in this process."""
    checkpoint = Countdown(kill_at, trail)
    given = load(environ, home)
    stop = threading.Event()
    store = build.open_store(given, checkpoint)
    with store.sole_worker():
        run_once(parts(given, store, stop, checkpoint), stop)
    store.close()


def started(
    home: Path, environ: Mapping[str, str], kill_at: int | None = None
) -> ForkServerProcess:
    """A worker that runs until there is nothing to do, or until its death."""
    return forked(work, home, dict(environ), kill_at, home / "trail")


def run(
    home: Path, environ: Mapping[str, str], kill_at: int | None = None
) -> tuple[int, list[str]]:
    """Run a worker, to its end or to its death: its exit code, and the checkpoints it passed."""
    trail = home / "trail"
    trail.unlink(missing_ok=True)
    process = started(home, environ, kill_at)
    process.join(60)
    code = process.exitcode
    process.close()
    assert code is not None, "the worker hangs"
    return code, trail.read_text().splitlines() if trail.exists() else []
