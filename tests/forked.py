"""Processes forked from one that has everything loaded, and commands of followup in them.

A process like any other, with a session, a log and an environment of its own, and ended by signals;
only the interpreter and the modules are there already, which is nine tenths of a start. What a
start from nothing does is shown by the tests that start ``python -m worker`` themselves.
"""

import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import TimeoutExpired
from types import TracebackType
from typing import Self

FORKSERVER = get_context("forkserver")
FORKSERVER.set_forkserver_preload([
    "worker.cli.main", "alembic.command", "alembic.config", "faults.crashing",
])  # fmt: skip


def forked(target: Callable[..., None], *args: object) -> ForkServerProcess:
    """A process that runs it; the target is found by its name."""
    with _bare_environment():
        process = FORKSERVER.Process(target=target, args=args)
        process.start()
    return process


@contextmanager
def _bare_environment() -> Iterator[None]:
    """For the server that is forked from, because modules look at it when they are loaded.

    Python 3.11's does not find what it loads beforehand by ``sys.path`` (gh-117378).
    """
    whole = dict(os.environ)
    bare = {name: value for name, value in whole.items() if name in {"PATH", "HOME"}}
    _become(bare | {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)})
    try:
        yield
    finally:
        _become(whole)


def _become(environ: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)


class Forked:
    """One command, with the words of ``subprocess.Popen``."""

    def __init__(self, home: Path, environ: Mapping[str, str], *args: str) -> None:
        self._args = args
        self._process = forked(_followup, home, dict(environ), args)

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit status, or the signal that ended it, negative; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. Raises ``TimeoutExpired``."""
        self._process.join(timeout)
        if self.returncode is None:
            raise TimeoutExpired(self._args, timeout or 0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """To the process, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wait()


def _followup(home: Path, environ: Mapping[str, str], args: tuple[str, ...]) -> None:
    """``python -P -m worker``, from the point where everything is loaded."""
    os.setsid()
    log = os.open(home / "worker.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for said in (1, 2):
        os.dup2(log, said)
    os.close(log)
    _become(environ)
    time.tzset()
    os.chdir(home)
    sys.argv = ["followup", *args]
    runpy.run_module("worker", run_name="__main__")
