"""What runs in the child that opens the mail of strangers.

Started by ``jail`` alone, as ``main``, with a socket as its standard input and nothing of the
worker's environment. It holds no secret, asks nobody but the DNS (for a DKIM key), writes no file,
and is bounded by the kernel in memory and computing: whatever a mail does to a parser, it does it
here. It ends when the worker does, because the socket ends; signals that stop the worker's group
are not for it. What goes wrong with one mail is answered; what goes beyond that ends it, and the
worker sees how.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from worker.errors import BadSubmission
from worker.intake import Row, frames
from worker.intake.mailform import Attachment
from worker.intake.opened import Reading, open_mail
from worker.intake.passing import packed, unpacked
from worker.intake.sheets import SheetRules, sheet_from_bytes

#: Rows in one frame.
AT_ONCE = 1_000
#: A problem is read by a person, and may be made of what is in the mail.
_LONGEST_WHY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the child is told once. ``memory`` is in octets, ``seconds`` are of computing."""

    reading: Reading
    sheets: SheetRules
    memory: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a spreadsheet, and whether there are ``more``."""

    rows: tuple[Row, ...]
    more: bool


@dataclass(slots=True)
class Cell:
    """The child's state: how to read, and the spreadsheet it is in the middle of."""

    setup: Setup
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))

    def answer(self, kind: bytes, octets: bytes) -> bytes:
        """The value that was asked for. Raises ``BadSubmission``."""
        _allow(self.setup.seconds)
        if kind == frames.MAIL:
            return packed(open_mail(octets, self.setup.reading))
        if kind == frames.SHEET:
            self._open(unpacked(Attachment, octets))
        rows = tuple(islice(self.rows, AT_ONCE))
        return packed(Batch(rows, more=len(rows) == AT_ONCE))

    def _open(self, sheet: Attachment) -> None:
        setup = self.setup
        opened = sheet_from_bytes(sheet.name, sheet.content, setup.reading.words, setup.sheets)
        self.rows = opened.rows()


def main() -> None:
    """Answer until the worker is gone."""
    line = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    setup = _setup(line)
    _confine(setup.memory)
    frames.send(line, frames.READY)
    cell = Cell(setup)
    try:
        while True:
            _serve(line, cell)
    except (EOFError, OSError):
        return


def _serve(line: socket.socket, cell: Cell) -> None:
    kind, octets = frames.receive(line)
    try:
        frames.send(line, frames.VALUE, cell.answer(kind, octets))
    except BadSubmission as why:
        frames.send(line, frames.BAD, str(why)[:_LONGEST_WHY].encode("utf-8", "replace"))
    except MemoryError:
        frames.send(line, frames.NO_MEMORY)
        raise EOFError from None  # who knows what was left half-made


def _setup(line: socket.socket) -> Setup:
    _, octets = frames.receive(line)
    setup = pickle.loads(octets)  # noqa: S301 - from the worker that started this process, never from a mail
    assert isinstance(setup, Setup)  # noqa: S101 - the worker sends nothing else
    return setup


def _confine(memory: int) -> None:
    """From here on: so much memory, no file, no core, and nothing said where people read."""
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_CORE, 0)):  # fmt: skip
        _, hard = resource.getrlimit(kind)
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bound, bound))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for said in (0, 1, 2):  # the text of a crash could quote the mail
        os.dup2(nowhere, said)


def _allow(seconds: int) -> None:
    """So much computing from now on; then the kernel ends this process (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
