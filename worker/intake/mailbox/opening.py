"""Opening and ending a connection to a mailbox, and how its server spells the names of folders.

For ``session`` and ``sentfolder``. TLS is verified, times are bounded, and no argument holds a
line break. What can go wrong is a ``SessionError`` of ``trouble``, with its stage and its mend.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from imapclient import SocketTimeout
from imapclient.exceptions import IMAPClientError

from worker.intake.mailbox.account import MailboxAccount, safe
from worker.intake.mailbox.bounded import BoundedClient
from worker.intake.mailbox.trouble import mapped

_FAREWELL = 5.0


def opened(account: MailboxAccount) -> Any:
    """A client that is connected, secured and logged in. Raises ``SessionError``."""
    with mapped("connect", account):
        context = _tls(account.ca_path)
        client: Any = BoundedClient(
            safe(account.host),
            account.port,
            room=account.max_bytes,
            ssl=account.security == "tls",
            ssl_context=context,
            timeout=_timeout(account),
        )
    try:
        with mapped("connect", account):
            # A peer that vanished without a word is noticed even while nothing is sent.
            client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if account.security == "starttls":
            with mapped("starttls", account):
                client.starttls(context)
        _log_in(client, account)
    except BaseException:
        ended(client)
        raise
    return client


def ended(client: Any) -> None:
    """End a session, whatever state it is in; never raises."""
    with suppress(OSError, IMAPClientError):
        client.socket().settimeout(_FAREWELL)
        client.logout()
    with suppress(OSError):
        client.shutdown()


def _log_in(client: Any, account: MailboxAccount) -> None:
    if account.by_token is not None:
        account.by_token(partial(_log_in_by_token, client, account))
        return
    with mapped("auth", account):
        username, password = safe(account.username), safe(account.password)
        # LOGIN of imaplib is ASCII only; PLAIN carries UTF-8 (RFC 4616 2).
        ascii_only = f"{username}{password}".isascii()
        log_in = client.login if ascii_only else client.plain_login
        log_in(username, password)


def _log_in_by_token(client: Any, account: MailboxAccount, token: str) -> None:
    """XOAUTH2, as "OAuth 2.0 Mechanism" (developers.google.com) has it.

    Not by ``oauth2_login`` of imapclient, which says the token again where the server tells why
    it refused it and waits for an empty line.
    """
    with mapped("auth", account):
        if not client.has_capability("AUTH=XOAUTH2"):
            raise LookupError("XOAUTH2 is not offered there; check mailbox.host and mailbox.auth")
        said = f"user={safe(account.username)}\1auth=Bearer {token}\1\1"
        client.sasl_login("XOAUTH2", lambda why: "" if why else said)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a server spells folders: its separator, and the prefix of the personal namespace."""

    separator: str = "/"
    prefix: str = ""

    def of(self, folder: str) -> str:
        """The name of a folder, written with ``/``, on this server."""
        name = safe(folder).replace("/", self.separator)
        inbox = name.upper() == "INBOX" or name.upper().startswith(f"INBOX{self.separator}")
        return name if inbox or name.startswith(self.prefix) else self.prefix + name


def spelling(client: Any) -> Spelling:
    """Ask the server."""
    separator = _separator(client.list_folders("", ""))
    if not client.has_capability("NAMESPACE"):
        return Spelling(separator)
    return Spelling(separator, _prefix(client.namespace().personal))


def _separator(listed: list[Any]) -> str:
    # RFC 9051 6.3.9: LIST with an empty pattern tells the separator, NIL in a flat mailbox.
    return listed[0][1].decode() if listed and listed[0][1] else "/"


def _prefix(personal: list[Any]) -> str:
    return personal[0][0] if personal else ""


def _tls(ca_path: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca_path) if ca_path else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _timeout(account: MailboxAccount) -> Any:
    # imapclient annotates a float, but takes (and without a read timeout hangs) as this says.
    return SocketTimeout(connect=account.connect_timeout, read=account.read_timeout)
