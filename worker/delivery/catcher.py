"""A mail server that keeps what it gets: every letter becomes files to open, nothing goes out.

For ``followup demo``, ``followup catch`` and the try-out of docker-compose.yml; never a relay.
It speaks the part of RFC 5321 that a client needs to hand over a letter, with PIPELINING
(RFC 2920), 8BITMIME (RFC 6152) and SIZE (RFC 1870); no TLS and no login, so it listens on the
loopback interface unless told otherwise. Like a careful server it answers the final dot with
250 only when the letter is on the disk (RFC 5321 4.2.5).

What can go wrong: a letter that can't be written is answered 452 and stays with the worker; a
client that goes away before the final dot leaves nothing (RFC 5321 4.1.1.10).
"""

from __future__ import annotations

import re
import socketserver
import threading
from typing import TYPE_CHECKING, Self

from worker.delivery.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

#: Octets of the largest letter that is taken (SIZE, RFC 1870 section 3).
LARGEST = 30_000_000

_NAME = "catcher.localhost"
#: RFC 5321 4.1.1.1: what EHLO is answered with, and nothing that is not kept below.
_HELLO = "\r\n".join(
    (
        f"250-{_NAME}",
        "250-PIPELINING",
        "250-8BITMIME",
        "250-ENHANCEDSTATUSCODES",
        f"250 SIZE {LARGEST}",
    )
)

#: RFC 5321 4.5.3.1.4 allows 512 octets, and every extension may add some.
_LONGEST_COMMAND = 2_000

_FAREWELLS = {"221", "421"}
_PATH = re.compile(r"(?:FROM|TO):\s*<([^>]*)>(.*)", re.IGNORECASE)
_DECLARED_SIZE = re.compile(r"\bSIZE=(\d+)", re.IGNORECASE)


class Catcher:
    """A running catcher, as a context manager. ``port`` 0 takes a free one, told by ``.port``.

    What lies in ``folder`` afterwards, ``shelf`` tells.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _Server((host, port), Shelf(folder))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 100  # a worker opens all of its connections at once

    def __init__(self, address: tuple[str, int], shelf: Shelf) -> None:
        self.shelf = shelf
        super().__init__(address, _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    """One connection. Each verb returns its reply; an empty one ends the conversation."""

    timeout = 300  # RFC 5321 4.5.3.2.7: a server waits at least 5 minutes for a command
    server: _Server

    def handle(self) -> None:
        self._forget()
        reply = f"220 {_NAME} ESMTP, keeps every letter and sends none"
        try:
            while reply:
                self._say(reply)
                reply = "" if reply[:3] in _FAREWELLS else self._answer()
        except (ConnectionError, TimeoutError):
            return  # the client is gone; what was answered with 250 is on the disk

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode("ascii", "replace"))

    def _answer(self) -> str:
        line = self.rfile.readline(_LONGEST_COMMAND)
        if not line:
            return ""
        if not line.endswith(b"\n"):
            return "421 4.3.0 that line is too long; goodbye"
        verb, _, rest = line.decode("latin-1").strip().partition(" ")
        known = _VERBS.get(verb.upper())
        return known(self, rest) if known else "502 5.5.1 not known here"

    def _forget(self) -> None:
        self._sender: str | None = None
        self._recipients: list[str] = []

    def hello(self, _rest: str) -> str:
        self._forget()
        return _HELLO

    def hello_of_old(self, _rest: str) -> str:
        self._forget()
        return f"250 {_NAME}"

    def mail(self, rest: str) -> str:
        path = _PATH.match(rest)
        if self._sender is not None or not path:
            return "503 5.5.1 one MAIL FROM:<address> at a time"
        size = _DECLARED_SIZE.search(path[2])
        if size and int(size[1]) > LARGEST:
            return f"552 5.3.4 more than {LARGEST} octets"
        self._sender = path[1]
        return "250 2.1.0 sender ok"

    def rcpt(self, rest: str) -> str:
        path = _PATH.match(rest)
        if self._sender is None or not path or not path[1]:
            return "503 5.5.1 RCPT TO:<address> after MAIL"
        self._recipients.append(path[1])
        return "250 2.1.5 recipient ok"

    def take(self, _rest: str) -> str:
        if not self._recipients:
            return "503 5.5.1 DATA after RCPT"
        self._say("354 end with a dot on a line of its own")
        content = self._content()
        recipient = self._recipients[0]
        self._forget()
        if len(content) > LARGEST:
            return f"552 5.3.4 more than {LARGEST} octets"
        try:
            return f"250 2.0.0 kept as {self.server.shelf.keep(recipient, content)}"
        except OSError as why:
            return f"452 4.3.1 could not be written: {why.strerror}"

    def _content(self) -> bytes:
        """All up to the final dot; of a letter that is too large, little more than fits.

        Only CR LF ends a line (RFC 5321 4.1.1.4): a dot between bare line feeds is content, or
        one letter could smuggle in another.
        """
        kept: list[bytes] = []
        size, tail = 0, b"\r\n"
        while line := self.rfile.readline(65_536):
            if tail == b"\r\n" and line == b".\r\n":
                return b"".join(kept)
            plain = line.removeprefix(b".") if tail == b"\r\n" else line
            tail = (tail + line)[-2:]
            if size <= LARGEST:
                kept.append(plain)
                size += len(plain)
        raise ConnectionError("closed before the final dot")

    def reset(self, _rest: str) -> str:
        self._forget()
        return "250 2.0.0 forgotten"

    def verify(self, _rest: str) -> str:
        return "252 2.5.2 every recipient is taken"

    def nothing(self, _rest: str) -> str:
        return "250 2.0.0 ok"

    def quit(self, _rest: str) -> str:
        return "221 2.0.0 goodbye"


_VERBS: Mapping[str, Callable[[_Conversation, str], str]] = {
    "EHLO": _Conversation.hello,
    "HELO": _Conversation.hello_of_old,
    "MAIL": _Conversation.mail,
    "RCPT": _Conversation.rcpt,
    "DATA": _Conversation.take,
    "RSET": _Conversation.reset,
    "NOOP": _Conversation.nothing,
    "VRFY": _Conversation.verify,
    "QUIT": _Conversation.quit,
}
