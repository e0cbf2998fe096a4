"""An SMTP server that does at each stage what a test tells it to, and keeps what it was given.

For faults that no real server shows on request. ``script`` maps a stage to what is done there, one
item a time it is reached, and the good answer when the list is used up. An item is the lines to
answer with, or CLOSE (leave without a word), HANG (say nothing), or bytes (sent as they are, then
on as if answered). The stage ``body`` acts once the first octets after DATA came.
"""

import socket
import ssl
from collections.abc import Callable, Mapping

from servers.listening import Leave, Listening

CLOSE, HANG = "<close>", "<hang>"

GOOD = {
    "greeting": "220 scripted ESMTP",
    "ehlo": "250-scripted\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
    "starttls": "220 2.0.0 go ahead",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go ahead",
    "dot": "250 2.0.0 queued as 1234",
    "rset": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}


class ScriptedServer(Listening):
    """A server on a free loopback port; ``taken`` holds (recipient, message) once the dot came."""

    def __init__(
        self,
        script: Mapping[str, list[str | bytes]] | None = None,
        *,
        ehlo: str | None = None,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
    ) -> None:
        super().__init__()
        self.script = {stage: list(items) for stage, items in (script or {}).items()}
        self.good = GOOD | ({"ehlo": ehlo} if ehlo else {})
        self.tls, self.implicit = tls, implicit
        self.taken: list[tuple[str, bytes]] = []
        #: What it did not refuse after the dot; an answer that never came may have been a yes.
        self.kept: list[tuple[str, bytes]] = []
        self.commands: list[str] = []
        self.connections = 0
        self.conversations: list[Conversation] = []
        self.dots = 0

    def let_in(self, connection: socket.socket) -> Callable[[], None]:
        self.connections += 1
        conversation = Conversation(self, connection)
        self.conversations.append(conversation)
        return conversation.hold

    def say(self, octets: bytes) -> None:
        """Speak on every open connection, as the test wants it."""
        for each in self.conversations:
            each.connection.sendall(octets)

    def next(self, stage: str) -> str | bytes:
        """What is done at this stage, this time."""
        items = self.script.get(stage)
        return items.pop(0) if items else self.good[stage]


class Conversation:
    """One connection."""

    def __init__(self, server: ScriptedServer, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.unread = b""
        self.recipient = ""

    def hold(self) -> None:
        """All of it; TLS may have put another socket in the place of the one let in."""
        try:
            if self.server.implicit:
                self.secure()
            self.talk()
        finally:
            self.connection.close()

    def talk(self) -> None:
        """From the greeting to the end."""
        self.answer("greeting")
        while line := self.line():
            self.server.commands.append(line.decode("latin-1").strip())
            self.obey(line.upper().split(b" ")[0].strip().decode(), line)

    def obey(self, verb: str, line: bytes) -> None:
        """One command."""
        stage = {"HELO": "ehlo", "EHLO": "ehlo"}.get(verb, verb.lower())
        if stage == "rcpt":
            self.recipient = line[line.index(b"<") + 1 : line.rindex(b">")].decode()
        self.answer(stage)
        if stage == "starttls":
            self.secure()
        elif stage == "data" and self.last.startswith("354"):
            self.body()
        elif stage == "quit":
            raise Leave

    def secure(self) -> None:
        """The server's side of the handshake."""
        assert self.server.tls is not None
        plain = self.connection
        try:
            self.connection = self.server.tls.wrap_socket(plain, server_side=True)
        finally:
            plain.close()

    def body(self) -> None:
        """The message, up to its dot."""
        self.last = ""
        if self.server.script.get("body"):
            self.unread += self.connection.recv(1)
            self.answer("body")
        refused = self.last.startswith(("4", "5"))  # said once; nothing follows the dot then
        kept = []
        while (line := self.line()) != b".\r\n":
            kept.append(line.removeprefix(b"."))
        self.server.dots += 1
        if refused:
            return
        taken = (self.recipient, b"".join(kept))
        self.server.taken.append(taken)
        answer = self.server.next("dot")
        if not (isinstance(answer, str) and answer.startswith(("4", "5"))):
            self.server.kept.append(taken)
        self.do(answer)

    def line(self) -> bytes:
        """One line, or ``Leave`` when the client went away."""
        while b"\n" not in self.unread:
            got = self.connection.recv(65536)
            if not got:
                raise Leave
            self.unread += got
        line, _, self.unread = self.unread.partition(b"\n")
        return line + b"\n"

    def answer(self, stage: str) -> None:
        """Do what the script says."""
        self.do(self.server.next(stage))

    def do(self, item: str | bytes) -> None:
        """One item of the script."""
        self.last = item if isinstance(item, str) else ""
        if item == CLOSE:
            raise Leave
        if item == HANG:
            self.server.hang()
        octets = item if isinstance(item, bytes) else f"{item}\r\n".encode()
        self.connection.sendall(octets)
