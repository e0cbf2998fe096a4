"""imapclient within bounds: what one command may say, and what its answer may weigh.

For ``opening``. imaplib reads a literal of whatever size a server announces, and puts it all into
memory; a line break in an argument becomes a command of its own (imapclient's issue 657,
CVE-2025-15366). Both are met in the one place that all of it comes through: ``send``, ``read`` and
``readline``. It also keeps what a server wants people to read (ALERT, RFC 9051 7.1) and why it
left (BYE), which imaplib drops.

What can go wrong: ``ValueError`` for what must not be said; imaplib's ``abort`` for an answer
beyond the bounds, after which the connection is no good.
"""

from __future__ import annotations

import re
from contextlib import suppress
from imaplib import IMAP4
from typing import Any

from imapclient import IMAPClient, imap4, tls

#: Beside a mail: sizes, flags and names, for which a line of imaplib has 1 MB.
_SLACK = 16_000_000
#: RFC 7162 4 speaks of 8192 octets for a line; a token of OAuth2 needs more.
_LONGEST_LINE = 16_384
_CRLF = b"\r\n"
_FORBIDDEN = re.compile(rb"[\r\n\0]")
_ALERT = re.compile(rb"\S+ (?:OK|NO|BAD|BYE|PREAUTH) \[ALERT\] *(.*)", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE *(.*)", re.IGNORECASE)
_MOST_ALERTS = 20


class _Bounded(IMAP4):
    """Goes before the two connections of imapclient; each command may cost ``allowance``."""

    allowance = _SLACK
    #: Nothing is allowed for yet when the greeting comes in.
    _left = _SLACK
    _goodbye = b""

    def _command(self, name: str, *args: Any) -> Any:
        self._left = self.allowance
        return super()._command(name, *args)  # type: ignore[misc] # typeshed leaves it out

    def send(self, data: Any) -> None:
        line = bytes(data).removesuffix(_CRLF)
        if _FORBIDDEN.search(line) or len(line) > _LONGEST_LINE:
            raise ValueError(
                f"a command would have a line break, a NUL, or more than {_LONGEST_LINE} octets"
            )
        super().send(data)

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        try:
            line = super().readline()
        except OSError:
            self._part()
            raise
        if not line:
            self._part()
        self._spend(len(line))
        self._hear(line.rstrip(_CRLF))
        return line

    @property
    def unread(self) -> bool:
        """Whether a line was read with the one before it; only while the socket does not block."""
        file: Any = self.file
        with suppress(OSError):  # over TLS it is an error that there is none
            return _CRLF in file.peek()
        return False

    def _part(self) -> None:
        """Nothing more comes: a server that said why is quoted."""
        if self._goodbye:
            raise self.abort(f"the server said BYE {_text(self._goodbye)}")

    def _spend(self, octets: int) -> None:
        self._left -= octets
        if self._left < 0:
            raise self.abort(f"the server sent or announced {octets:,} octets too many")

    def _hear(self, line: bytes) -> None:
        if (alert := _ALERT.fullmatch(line)) and len(self.alerts) < _MOST_ALERTS:
            self.alerts.append(_text(alert[1]))
        if bye := _BYE.fullmatch(line):
            self._goodbye = bye[1]

    @property
    def alerts(self) -> list[str]:
        """What people are to read, since this connection was made."""
        kept: list[str] = self.__dict__.setdefault("_alerts", [])
        return kept


class _Plain(_Bounded, imap4.IMAP4WithTimeout):
    pass


class _Tls(_Bounded, tls.IMAP4_TLS):
    pass


class BoundedClient(IMAPClient):
    """``IMAPClient`` over such a connection. ``room`` is what one mail may have, in octets."""

    def __init__(self, host: str, port: int, *, room: int, **more: Any) -> None:
        self._room = room
        super().__init__(host, port, **more)

    def _create_IMAP4(self) -> Any:  # noqa: N802 - imapclient calls it so
        timeout: Any = self._timeout
        connect = timeout.connect
        made: _Bounded
        if self.ssl:
            made = _Tls(self.host, self.port, self.ssl_context, connect)
        else:
            made = _Plain(self.host, self.port, connect)
        made.allowance = self._room + _SLACK
        return made

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        """For ``idle_check``: what came in one segment with an answer shows on no socket."""
        waiting: Any = super()._poll_socket
        return self._imap.unread or waiting(sock, timeout)

    @property
    def alerts(self) -> list[str]:
        """What the server wants people to read, in its own words."""
        made: _Bounded = self._imap
        return made.alerts


def _text(octets: bytes) -> str:
    return octets[:500].decode("utf-8", "replace")
