"""Opening a connection to the mail server: TCP, TLS, EHLO, login, each verified or refused.

Used by ``smtp`` only. What goes wrong is a ``SessionError`` with its stage, what the server said
and how to mend it; ``lasting`` when trying again at once can't help. TLS is verified and never
given up for plain text.

Known faults of smtplib that this module stands in front of: its timeout is per read, so a slow
server holds it for ever (replies are read here under a wall deadline); its default TLS verifies
nothing; a reply that is too long looks like a permanent refusal.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from worker.delivery import login
from worker.delivery.replies import enhanced_code
from worker.delivery.taxonomy import Stage
from worker.errors import SessionError
from worker.result import Reply

#: RFC 5321 4.5.3.2: five minutes for the greeting, MAIL and RCPT; used for every command.
PATIENCE = 300.0
#: For the TCP connection and the TLS handshake, in seconds; the RFC names no minimum for these.
CONNECT = 30.0
#: RFC 5321 4.5.3.1.5 allows 512 octets a reply line; this much is an attack or a fault.
LONGEST_REPLY = 8192

#: Servers repeat the recipient's address; what is kept of a reply names its domain only.
_LOCAL_PART = re.compile(r"[^\s<>()\"'@]+@")

_MEND_TLS = "check smtp.host, smtp.port and smtp.security; set smtp.ca_path for a private CA"
_MEND_AUTH = "check smtp.username and smtp.password"
_MEND_GRANT = "check smtp.username, and what the server grants it (docs/oauth.md)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to reach the mail server and who we are there. ``security``: starttls, tls or none.

    ``by_token`` is how to log in by OAuth2: it is given what logs in with a token, and calls it.
    ``return_path`` is where bounces go, when that is not who a letter is from.
    """

    host: str
    port: int
    security: str
    username: str | None = None
    password: str | None = None
    by_token: Callable[[Callable[[str], None]], None] | None = None
    ca_path: Path | None = None
    return_path: str | None = None
    answer_timeout: timedelta = timedelta(minutes=10)
    pause: timedelta = timedelta(minutes=1)


class Lost(Exception):
    """The server closed, was silent too long, or said what is no reply. Never leaves delivery."""


class _Patient:
    """smtplib's client with every reply read under a wall deadline. Mixed in before its class."""

    sock: Any
    close: Callable[[], None]
    _unread = b""

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib calls it, while it opens the session."""
        try:
            code, texts = self._read_texts(PATIENCE)
        except Lost as why:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(why)) from why
        return code, "\n".join(texts).encode()

    def read_reply(self, patience: float) -> Reply:
        """One reply, or ``Lost`` when it is not there within ``patience`` seconds."""
        code, texts = self._read_texts(patience)
        told = _LOCAL_PART.sub("…@", " ".join(texts).strip())
        return Reply(code, told, enhanced_code(told))

    def _read_texts(self, patience: float) -> tuple[int, list[str]]:
        """A reply's code and the text of each of its lines (RFC 5321 4.2.1)."""
        deadline = time.monotonic() + patience
        texts: list[str] = []
        while True:
            line = self._read_line(deadline)
            code, mark, text = line[:3], line[3:4], line[4:]
            if not (code.isascii() and code.isdigit()) or mark not in {"", " ", "-"}:
                raise Lost(f"no SMTP reply: {line[:80]!r}")
            texts.append(text.strip())
            if mark != "-":
                return int(code), texts

    def _read_line(self, deadline: float) -> str:
        while b"\n" not in self._unread:
            if len(self._unread) > LONGEST_REPLY:
                raise Lost("a reply line without end")
            self._unread += self._receive(deadline - time.monotonic())
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r").replace("\0", "")

    def _receive(self, seconds: float) -> bytes:
        if seconds <= 0:
            raise Lost("no answer in time")
        try:
            self.sock.settimeout(seconds)
            got: bytes = self.sock.recv(4096)
        except TimeoutError as why:
            raise Lost("no answer in time") from why
        except OSError as why:
            raise Lost(_broken(why)) from why
        if not got:
            raise Lost("the server closed the connection")
        return got

    def hears(self) -> bool:
        """Whether the server spoke although nothing was asked; ``Lost`` when it left."""
        if self._unread:
            return True
        self.sock.settimeout(0)
        try:
            self._unread = self.sock.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError as why:
            raise Lost(_broken(why)) from why
        if not self._unread:
            raise Lost("the server closed the connection")
        return True

    def write(self, content: bytes) -> None:
        """All of it, or ``Lost``."""
        self.sock.settimeout(PATIENCE)
        try:
            self.sock.sendall(content)
        except OSError as why:
            raise Lost(_broken(why)) from why


def _broken(why: OSError) -> str:
    return f"connection broken ({why.strerror or type(why).__name__})"


class _Plain(_Patient, smtplib.SMTP):
    pass


class _Tls(_Patient, smtplib.SMTP_SSL):
    pass


Client = _Plain | _Tls


def connect(account: Account) -> Client:
    """Connect, secure, log in. Raises ``SessionError``."""
    with _telling(Stage.CONNECT, account):
        client = _connect(account)
        # The dot is a small write behind a large one; Nagle's algorithm would keep it back until
        # the server's delayed acknowledgement, 40 ms for each letter.
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        _secure(client, account)
        with _telling(Stage.EHLO, account):
            client.ehlo_or_helo_if_needed()
        _log_in(client, account)
    except SessionError:
        client.close()
        raise
    return client


def _log_in(client: Client, account: Account) -> None:
    def attempt(token: str) -> None:
        with _telling(Stage.AUTH, account):
            login.log_in(client, account.username or "", token)

    if account.by_token is not None:
        account.by_token(attempt)
    elif account.username is not None and account.password is not None:
        with _telling(Stage.AUTH, account):
            client.login(account.username, account.password)


def _secure(client: Client, account: Account) -> None:
    if account.security != "starttls":
        return
    with _telling(Stage.TLS, account):
        client.ehlo()
        client.starttls(context=_context(account))
    if client.hears():  # CVE-2021-38371 and its like: commands injected before the handshake
        raise SessionError(
            f"{account.host}:{account.port}: octets in clear behind STARTTLS: somebody is between"
            " us and the server", stage=Stage.TLS, lasting=True,
        )  # fmt: skip


def _connect(account: Account) -> Client:
    host = socket.gethostname()
    name = host if "." in host else "[127.0.0.1]"
    if account.security == "tls":
        return _Tls(account.host, account.port, local_hostname=name, timeout=CONNECT,
                    context=_context(account))  # fmt: skip
    return _Plain(account.host, account.port, local_hostname=name, timeout=CONNECT)


def _context(account: Account) -> ssl.SSLContext:
    """Certificates and host names are checked; TLS 1.2 or newer (RFC 8996)."""
    context = ssl.create_default_context(cafile=account.ca_path)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _telling(stage: Stage, account: Account) -> Iterator[None]:
    """The one place where what smtplib and ssl raise becomes a ``SessionError``."""
    where = f"{account.host}:{account.port}"
    mend_auth = _MEND_GRANT if account.by_token else _MEND_AUTH
    try:
        yield
    except smtplib.SMTPNotSupportedError as why:
        mend = mend_auth if stage is Stage.AUTH else _MEND_TLS
        raise SessionError(f"{where}: {why} {mend}", stage=stage, lasting=True) from why
    except smtplib.SMTPResponseException as why:
        told = f"{why.smtp_code} {_text(why.smtp_error)}"
        hint = f"; {mend_auth}" if stage is Stage.AUTH else ""
        lasting = why.smtp_code // 100 == 5  # noqa: PLR2004 - 5yz
        raise SessionError(f"{where}: {stage} refused: {told}{hint}", stage=stage, reply=told,
                           lasting=lasting) from why  # fmt: skip
    except ssl.SSLError as why:
        raise SessionError(f"{where}: TLS failed ({why.reason or why}); {_MEND_TLS}",
                           stage=Stage.TLS, lasting=True) from why  # fmt: skip
    except (OSError, smtplib.SMTPException) as why:
        told = getattr(why, "strerror", None) or str(why) or type(why).__name__
        raise SessionError(f"{where}: {stage} failed ({told}); check smtp.host and smtp.port",
                           stage=stage) from why  # fmt: skip


def _text(error: bytes | str) -> str:
    return error.decode("utf-8", "replace") if isinstance(error, bytes) else error
