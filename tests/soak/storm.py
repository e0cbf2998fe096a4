"""A mail server in bad weather: it breaks off, refuses, is silent or slow, all from one seed.

What befalls a letter at its n-th try, or a connection, follows from the seed and its name alone,
so the same seed gives the same weather however the threads run. ``copies`` is what it keeps, also
where it never said so.
"""

import random
import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import NamedTuple, Self

from faults.copies import Copy, copy_of

CLOSE, SILENT, SLOW = "<close>", "<silent>", "<slow>"


class Fate(NamedTuple):
    """What happens at a stage, and whether the server keeps the letter all the same."""

    weight: int
    stage: str = ""
    does: str = ""
    keeps: bool = False


#: Of a thousand connections.
CONNECTIONS = (
    Fate(960),
    Fate(14, "greeting", CLOSE),
    Fate(8, "greeting", "421 4.3.2 not now"),
    Fate(6, "greeting", "hello?"),
    Fate(8, "ehlo", CLOSE),
    Fate(4, "greeting", SLOW),
)

#: Of a thousand MAIL commands; for whom the letter is shows only behind it.
MAILS = (Fate(990), Fate(5, "mail", CLOSE), Fate(5, "mail", "451 4.3.0 not now"))

#: Of a thousand tries of a letter.
LETTERS = (
    Fate(896),
    Fate(10, "rcpt", CLOSE),
    Fate(12, "rcpt", "450 4.2.0 not now"),
    Fate(2, "rcpt", "550 5.1.1 no such user"),
    Fate(8, "data", CLOSE),
    Fate(8, "data", "451 4.3.0 not now"),
    Fate(10, "body", CLOSE),
    Fate(10, "dot", SLOW, keeps=True),
    Fate(8, "dot", CLOSE, keeps=True),
    Fate(8, "dot", CLOSE),
    Fate(8, "dot", "451 4.3.0 not now"),
    Fate(6, "dot", "421 4.3.2 closing"),
    Fate(2, "dot", "554 5.6.0 not this message"),
    Fate(5, "dot", "garbage", keeps=True),
    Fate(1, "dot", SILENT, keeps=True),
    Fate(6, "quit", CLOSE),
)

_GOOD = {
    "greeting": "220 storm ESMTP",
    "ehlo": "250-storm\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
    "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "data": "354 go ahead", "rset": "250 2.0.0 ok",
    "dot": "250 2.0.0 kept", "quit": "221 2.0.0 bye",
}  # fmt: skip


class Storm:
    """A running server, as a context manager; ``port`` is where it listens."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.copies: list[Copy] = []
        self.faults: Counter[str] = Counter()
        self.over = threading.Event()
        self._names: Counter[str] = Counter()
        self._turn = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.storm = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fate(self, name: str, fates: tuple[Fate, ...]) -> Fate:
        """What befalls it this time."""
        with self._turn:
            self._names[name] += 1
            dice = random.Random(f"{self.seed}:{name}:{self._names[name]}")
            (fate,) = dice.choices(fates, [each.weight for each in fates])
            if fate.stage:
                self.faults[f"smtp {fate.stage} {fate.does}"] += 1
            return fate

    def keep(self, recipient: str, content: bytes) -> None:
        """It has the letter now."""
        with self._turn:
            self.copies.append(copy_of(recipient, content))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 50
    storm: Storm


class _Left(Exception):
    pass


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = 30
    server: _Server

    def handle(self) -> None:
        self.storm = self.server.storm
        self.fate = self.storm.fate("connection", CONNECTIONS)
        self.recipient = ""
        with suppress(OSError, _Left):
            self._answer("greeting")
            while line := self.rfile.readline(2000):
                self._obey(line)

    def _obey(self, line: bytes) -> None:
        stage = line[:4].decode("latin-1").lower()
        if stage == "mail":
            self.fate = self.storm.fate(stage, MAILS)
        elif stage == "rcpt":
            self.recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
            self.fate = self.storm.fate(self.recipient, LETTERS)
        self._answer(stage)
        if stage == "data" and self.fate.stage != "data":
            self._take()
        elif stage == "quit":
            raise _Left

    def _take(self) -> None:
        content = b""
        while (line := self.rfile.readline(100_000)) != b".\r\n":
            if not line or self.fate.stage == "body":
                raise _Left
            content += line.removeprefix(b".")
        if self.fate.stage != "dot" or self.fate.keeps:
            self.storm.keep(self.recipient, content)
        self._answer("dot")

    def _answer(self, stage: str) -> None:
        does = self.fate.does if self.fate.stage == stage else ""
        if does == CLOSE:
            raise _Left
        if does == SILENT:
            self.storm.over.wait(10)
            raise _Left
        if does == SLOW:
            time.sleep(0.3)
        told = _GOOD[stage] if does in {"", SLOW} else does
        self.wfile.write(f"{told}\r\n".encode())
