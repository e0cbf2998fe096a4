"""One SMTP session, spoken step by step so that the stage is known when something goes wrong.

What can go wrong with a letter is a ``Result``, never an exception. The final dot leaves only
after ``may_send_dot`` said, durably, that it may. Its answer is waited for as long as RFC 5321
4.5.3.2.6 says (10 minutes by default): giving up sooner is how others mail twice. QUIT, and all
that follows an accepted letter, changes nothing.
"""

import ssl
from collections.abc import Callable
from contextlib import suppress

from worker.delivery.connect import PATIENCE, Account, Client, Lost, connect
from worker.delivery.envelope import envelope, offered, too_large
from worker.delivery.replies import judge, lost
from worker.delivery.taxonomy import Stage
from worker.errors import SessionError
from worker.letter import Letter
from worker.result import NotTried, Reply, Result, Unsure


class Session:
    """An open session with the server; one thread owns it, and sends letter after letter."""

    def __init__(self, client: Client, account: Account, checkpoint: Callable[[str], None]) -> None:
        self._client = client
        self._account = account
        self._checkpoint = checkpoint
        self._offer = offered(client.esmtp_features)
        self._fresh = True
        self.is_open = True

    @property
    def tls(self) -> str:
        """The version and cipher of TLS, or "none"."""
        sock = self._client.sock
        if not isinstance(sock, ssl.SSLSocket):
            return "none"
        cipher = sock.cipher()
        return f"{sock.version()} {cipher[0] if cipher else ''}".strip()

    def send(self, letter: Letter, may_send_dot: Callable[[], bool]) -> Result:
        """Hand over one letter. Whatever comes of it is the result; nothing is raised."""
        if (refused := too_large(letter, self._offer)) is not None:
            return refused
        stage = Stage.MAIL
        try:
            for stage, line in envelope(letter, self._offer, self._account.return_path):
                reply = self._command(line)
                if not _goes_on(stage, reply):
                    return self._refused(stage, reply)
            stage = Stage.BODY
            self._write(_stuffed(letter.content))
            # Whoever speaks, or leaves, before the dot has nothing: asked before its commit, and
            # once more behind it, for that takes a while.
            if not self._client.hears():
                if not may_send_dot():
                    self.abandon()  # without its dot the transaction is cancelled by the server
                    return NotTried("taken back before the final dot")
                if not self._client.hears():
                    return self._dot()
            return self._refused(stage, self._client.read_reply(PATIENCE))
        except Lost as why:
            self.abandon()
            pause = self._account.pause if self._fresh else None
            return lost(stage, str(why), pause)

    def _dot(self) -> Result:
        try:
            self._write(b".\r\n")
            reply = self._client.read_reply(self._account.answer_timeout.total_seconds())
        except Lost as why:
            self.abandon()
            return Unsure(f"{Stage.DOT}: {why}")
        result = judge(Stage.DOT, reply, self._account.pause)
        self._fresh = False
        if isinstance(result, Unsure) or reply.code == 421:  # noqa: PLR2004 - RFC 5321 3.8
            self.abandon()
        return result

    def _refused(self, stage: Stage, reply: Reply) -> Result:
        """Keep the session for the next letter where RSET can clear it, else leave."""
        result = judge(stage, reply, self._account.pause)
        try:
            clear = stage is not Stage.BODY and self._command("RSET").code == 250  # noqa: PLR2004 - RFC 5321 4.1.1.5
        except Lost:
            clear = False
        if not clear:
            self.abandon()
        return result

    def accepts_sender(self, sender: str) -> Reply:
        """What the server says to MAIL FROM, for ``check``; nothing is sent. ``SessionError``."""
        try:
            reply = self._command(f"MAIL FROM:<{sender}>")
            self._command("RSET")
        except Lost as why:
            raise SessionError(f"lost at MAIL: {why}", stage=Stage.MAIL) from why
        return reply

    def _command(self, line: str) -> Reply:
        self._write(f"{line}\r\n".encode("ascii"))
        return self._client.read_reply(PATIENCE)

    def _write(self, content: bytes) -> None:
        self._checkpoint("write:before")
        self._client.write(content)
        self._checkpoint("write:after")

    def close(self) -> None:
        """Say QUIT and leave; what comes of that changes nothing (the letters are settled)."""
        if self.is_open:
            with suppress(Lost):
                self._write(b"QUIT\r\n")
                self._client.read_reply(1)
        self.abandon()

    def abandon(self) -> None:
        """Leave at once, without a word."""
        self.is_open = False
        with suppress(OSError):
            self._client.close()


def _goes_on(stage: Stage, reply: Reply) -> bool:
    wanted = 3 if stage is Stage.DATA else 2
    return reply.code // 100 == wanted


def _stuffed(content: bytes) -> bytes:
    """With a dot before each leading dot (RFC 5321 4.5.2); content is canonical CRLF already."""
    first = b"." if content.startswith(b".") else b""
    return first + content.replace(b"\r\n.", b"\r\n..")


def open_session(account: Account, checkpoint: Callable[[str], None] = lambda _: None) -> Session:
    """A session that is ready for letters. Raises ``SessionError``.

    ``checkpoint`` is told before and after every write to the socket.
    """
    return Session(connect(account), account, checkpoint)
