"""Opening the mail of strangers in a process of its own, which can be ended at any moment.

For the mailbox's thread; not thread-safe. One child opens many mails, because starting it costs
more than a mail does; it is replaced after a number of them, and whenever it died. A mail that is
its child's end is a ``BadSubmission`` that tells how, so it is put aside like any other that can't
be read, and the next one is opened by a new child. A mail may be innocent of the end of a child
that others have used, so it is tried again in a fresh one; only too much computing counts at once.

What can go wrong beside that: ``NoJail`` when no child can be started at all. Then no mail is to
blame, and none is put aside.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from worker.errors import BadSubmission, NoJail
from worker.intake import Row, frames
from worker.intake.jailed import Batch, Setup
from worker.intake.mailform import Attachment
from worker.intake.opened import Opened, Reading
from worker.intake.passing import packed, unpacked
from worker.intake.sheets import SheetRules

T = TypeVar("T")

#: Seconds for a child to come up, on a machine that is busy.
_START = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one mail, or one spreadsheet, may cost.

    ``seconds`` are of computing, which the kernel counts, so a busy machine ends no honest mail;
    ``wall`` are seconds of the clock, for what hangs. ``memory`` is in octets and holds for the
    whole child; ``mails`` are opened before it is replaced.
    """

    seconds: int = 5
    wall: float = 30.0
    memory: int = 512 << 20
    mails: int = 200


class _Ended(Exception):
    """The child is no more; ``certain`` when it is the fault of what it read."""

    def __init__(self, why: str, *, certain: bool = False) -> None:
        self.certain = certain
        super().__init__(why)


class Jail:
    """What opens mail. The child is started when the first mail comes; ``close`` ends it."""

    def __init__(self, reading: Reading, sheets: SheetRules, limits: Limits) -> None:
        self.limits = limits
        self._setup = Setup(
            reading=reading,
            sheets=sheets,
            memory=limits.memory,
            seconds=limits.seconds,
        )
        self._child: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._opened = 0

    def open_mail(self, raw: bytes) -> Opened:
        """``opened.open_mail``, apart. Raises ``BadSubmission`` and ``NoJail``."""
        return self._tried("mail", lambda: _read(Opened, self._ask(frames.MAIL, raw)))

    def read_sheet(self, sheet: Attachment) -> list[Row]:
        """All rows of an attached spreadsheet, or none: it is read through before one is taken."""
        return self._tried("spreadsheet", lambda: self._rows(packed(sheet)))

    def close(self) -> None:
        """End the child, whatever it is at; the next mail starts another."""
        child, line = self._child, self._line
        self._child = self._line = None
        self._opened = 0
        if line is not None:
            line.close()
        if child is not None:
            child.kill()
            child.wait()

    def _rows(self, asked: bytes) -> list[Row]:
        room = self.limits.memory // 4
        rows = list[Row]()
        batch, kind = Batch((), more=True), frames.SHEET
        while batch.more:
            octets = self._ask(kind, asked)
            room -= len(octets)
            if room < 0:
                raise BadSubmission("the spreadsheet is too large for a mail; send it in parts")
            batch, kind, asked = _read(Batch, octets), frames.MORE, b""
            rows += batch.rows
        return rows

    def _tried(self, what: str, work: Callable[[], T]) -> T:
        fresh = self._begin()
        try:
            return work()
        except _Ended as end:
            self.close()
            if fresh or end.certain:
                raise BadSubmission(f"the {what} can't be read: {end}") from None
        return self._tried(what, work)

    def _begin(self) -> bool:
        """See that there is a child; True when it has opened nothing yet."""
        if self._opened >= self.limits.mails:
            self.close()
        if self._child is None:
            self._start()
        self._opened += 1
        return self._opened == 1

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._line = ours
        try:
            with theirs:
                self._child = subprocess.Popen(
                    [sys.executable, "-P", "-c", "from worker.intake.jailed import main; main()"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    # Nothing of the worker's environment: it holds passwords.
                    env={"PYTHONPATH": os.pathsep.join(sys.path)},
                    start_new_session=True,
                )
            ours.settimeout(_START)
            frames.send(ours, frames.SETUP, pickle.dumps(self._setup))
            frames.receive(ours, time.monotonic() + _START)
        except (OSError, EOFError) as why:
            self.close()
            raise NoJail(
                f"the process that opens mail can't be started ({why!r}); see what it wrote to"
                " standard error, and that there is memory for one more process"
            ) from None

    def _ask(self, kind: bytes, octets: bytes) -> bytes:
        assert self._line is not None  # noqa: S101 - ``_begin`` came before
        wall = self.limits.wall
        try:
            self._line.settimeout(wall)
            frames.send(self._line, kind, octets)
            answer, told = frames.receive(self._line, time.monotonic() + wall)
        except TimeoutError:
            raise _Ended(f"it took longer than {wall:g} s", certain=True) from None
        except (OSError, EOFError, ValueError):
            raise self._autopsy() from None
        if answer == frames.BAD:
            raise BadSubmission(told.decode("utf-8", "replace"))
        if answer == frames.NO_MEMORY:
            raise _Ended(f"it needed more memory than {self.limits.memory:,} octets")
        return told

    def _autopsy(self) -> _Ended:
        assert self._child is not None  # noqa: S101 - ``_begin`` came before
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(1)
        code = self._child.returncode
        if code == -signal.SIGXCPU:
            return _Ended(f"it took more than {self.limits.seconds} s of computing", certain=True)
        return _Ended(f"it ended the process that read it (exit status {code})")


def _read(kind: type[T], octets: bytes) -> T:
    try:
        return unpacked(kind, octets)
    except ValueError as why:
        raise _Ended(f"what was read of it makes no sense ({why})") from None
