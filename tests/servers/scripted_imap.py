"""An IMAP server that lies, breaks and falls silent when a test tells it to.

For faults that no real server shows on request. It keeps its mails in memory and answers what the
worker asks well, except where ``script`` has something for that command: one item a time it comes,
and the good answer when the list is used up. An item is octets (``{tag}`` in them is the command's
tag), or CLOSE (leave without a word), or HANG (say nothing more), or None (the good answer).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from servers.listening import Leave, Listening

CLOSE, HANG = "<close>", "<hang>"

Item = bytes | str | None

_CAPABILITIES = b"IMAP4rev1 IDLE MOVE UIDPLUS"
_PARTIAL = re.compile(rb"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", re.IGNORECASE)


class ScriptedImap(Listening):
    """A server on a free loopback port; ``mails`` is the inbox, ``moved`` where the rest went."""

    def __init__(
        self, script: Mapping[str, list[Item]] | None = None, mails: Iterable[bytes] = ()
    ) -> None:
        super().__init__()
        self.script = {verb: list(items) for verb, items in (script or {}).items()}
        self.mails = dict(enumerate(mails, 1))
        self.moved: dict[str, list[int]] = {}
        self.uidvalidity = 7
        self.commands: list[str] = []
        self.connections: list[socket.socket] = []

    def let_in(self, connection: socket.socket) -> Callable[[], None]:
        self.connections.append(connection)
        return partial(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            _Session(self, connection).say("greeting", b"*", b"* OK scripted\r\n")
            for line in lines:
                if line != b"DONE\r\n":
                    _Session(self, connection).obey(line, lines.readline)

    def speak(self, octets: bytes) -> None:
        """Say something that nobody asked for, on the latest connection, and leave."""
        self.connections[-1].sendall(octets)
        self.connections[-1].shutdown(socket.SHUT_RDWR)

    def next(self, verb: str) -> Item:
        """What the script has for this command, this time."""
        items = self.script.get(verb)
        return items.pop(0) if items else None


class _Session:
    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self.server, self.connection = server, connection

    def obey(self, line: bytes, read: object) -> None:
        """One command."""
        tag, _, rest = line.strip().partition(b" ")
        words = rest.split(b" ")
        verb = b" ".join(words[: 2 if words[0].upper() == b"UID" else 1]).upper().decode()
        self.server.commands.append(rest.decode("latin-1"))
        if verb == "IDLE":
            self.idle(tag, read)
            return
        self.say(verb, tag, self.good(verb, rest) + tag + b" OK done\r\n")
        if verb == "LOGOUT":
            raise Leave

    def idle(self, tag: bytes, read: object) -> None:
        """Until DONE comes."""
        self.say("IDLE", tag, b"+ idling\r\n")
        assert callable(read)
        if read() == b"DONE\r\n":
            self.server.commands.append("DONE")
            self.say("DONE", tag, tag + b" OK idled\r\n")

    def say(self, verb: str, tag: bytes, good: bytes) -> None:
        """What the script says, or the good answer."""
        item = self.server.next(verb)
        if item == CLOSE:
            raise Leave
        if item == HANG:
            self.server.hang()
        octets = item.replace(b"{tag}", tag) if isinstance(item, bytes) else good
        self.connection.sendall(octets)

    def good(self, verb: str, rest: bytes) -> bytes:
        """The untagged part of a good answer."""
        match verb:
            case "CAPABILITY":
                return b"* CAPABILITY " + _CAPABILITIES + b"\r\n"
            case "LIST":
                return b'* LIST () "/" ' + rest.rpartition(b" ")[2] + b"\r\n"
            case "SELECT":
                validity = b"* OK [UIDVALIDITY %d] valid\r\n" % self.server.uidvalidity
                return b"* %d EXISTS\r\n" % len(self.server.mails) + validity
            case "UID SEARCH":
                return b"* SEARCH" + b"".join(b" %d" % uid for uid in self.server.mails) + b"\r\n"
            case "UID FETCH":
                return self._fetched(rest)
            case "UID MOVE":
                self._move(rest)
        return b""

    def _fetched(self, rest: bytes) -> bytes:
        partial = _PARTIAL.fullmatch(rest)
        if partial is None:
            return b"".join(
                b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, uid, len(raw))
                for uid, raw in self.server.mails.items()
            )
        uid, most = int(partial[1]), int(partial[2])
        octets = self.server.mails[uid][:most]
        return (
            b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, uid, len(octets)) + octets + b")\r\n"
        )

    def _move(self, rest: bytes) -> None:
        _, _, uid, folder = rest.split(b" ", 3)
        if self.server.mails.pop(int(uid), None) is not None:
            self.server.moved.setdefault(folder.decode().strip('"'), []).append(int(uid))
