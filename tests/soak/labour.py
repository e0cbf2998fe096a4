"""A worker in a process of its own, forked from one that has everything loaded, to start fast."""

import os
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from forked import forked

from worker.cli import build
from worker.cli.run import parts, run_until
from worker.loop import stopped_by_signals
from worker.settings import load


def hire(home: Path, environ: Mapping[str, str]) -> ForkServerProcess:
    """A running worker."""
    return forked(_work, home, dict(environ))


def _work(home: Path, environ: Mapping[str, str]) -> None:
    """``followup run``, with its log in memory: the disk of its home may be full."""
    log = os.open(environ["SOAK_LOG"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    given = load(environ, home)
    build.configure_log(given)
    stop = threading.Event()
    store = build.open_store(given)
    with store.sole_worker(), stopped_by_signals(stop):
        run_until(parts(given, store, stop), stop)
    store.close()
