"""One session with the decision mailbox.

The package tells who may use it, what is known of imapclient, and what can go wrong.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from worker.intake.mailbox.account import Gone, MailboxAccount, MailRef, TooLarge, safe
from worker.intake.mailbox.trouble import mapped

#: RFC 2177 says 29 minutes; address translation and some providers cut far earlier.
_LONGEST_IDLE = 540.0
_SLICE = 1.0
_FAREWELL = 5.0
_SIZES_AT_ONCE = 500


class Mailbox:
    """One session with one selected folder; usable as a context manager after ``open``."""

    def __init__(
        self, account: MailboxAccount, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._account = account
        self._monotonic = monotonic
        self._client: Any = None
        self._prefix = ""
        self._separator = "/"
        self.uidvalidity = 0

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connect, log in, make the folders that are missing and select. Raises SessionError."""
        try:
            self._connect()
            self._log_in()
            self._make_folders()
            with mapped("select", self._account):
                selected = self._client.select_folder(self._there(self._account.folder))
                self.uidvalidity = int(selected[b"UIDVALIDITY"])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the session, whatever state it is in; never raises."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(OSError, IMAPClientError):
            client.socket().settimeout(_FAREWELL)
            client.logout()
        with suppress(OSError):
            client.shutdown()

    def capabilities(self) -> frozenset[str]:
        """What the server offers, in capitals; for ``check`` and for people."""
        with mapped("select", self._account):
            return frozenset(
                each.decode("ascii", "replace") for each in self._client.capabilities()
            )

    def pending(self) -> list[MailRef]:
        """The mails of the folder that are not marked deleted, in the order they came.

        The order matters: of two decisions about one application the newer one stands.
        """
        with mapped("select", self._account):
            self._client.noop()  # so that the server tells what came in since
            uids = self._client.search(["UNDELETED"])
            sizes: dict[int, int] = {}
            for at in range(0, len(uids), _SIZES_AT_ONCE):
                told = self._client.fetch(uids[at : at + _SIZES_AT_ONCE], ["RFC822.SIZE"])
                sizes |= {uid: int(each[b"RFC822.SIZE"]) for uid, each in told.items()}
        return [self._ref(uid, size) for uid, size in sorted(sizes.items())]

    def fetch(self, ref: MailRef) -> bytes | TooLarge | Gone:
        """The octets of a mail, without marking it as seen."""
        limit = self._account.max_bytes
        if ref != self._ref(ref.uid, ref.size):
            return Gone()
        if ref.size > limit:
            return TooLarge(ref.size, limit)
        with mapped("select", self._account):
            # One octet more than allowed: RFC822.SIZE may lie, and a literal is read whole.
            told = self._client.fetch([ref.uid], [f"BODY.PEEK[]<0.{limit + 1}>"])
        octets = told.get(ref.uid, {}).get(b"BODY[]<0>")
        if not isinstance(octets, bytes):
            return Gone()
        return octets if len(octets) <= limit else TooLarge(len(octets), limit)

    def move(self, ref: MailRef, folder: str) -> None:
        """Move a mail to a folder of the account. A mail that is gone is no error."""
        if ref != self._ref(ref.uid, ref.size):
            return
        with mapped("select", self._account):
            target = self._there(folder)
            if self._client.has_capability("MOVE"):
                self._client.move([ref.uid], target)
            else:
                self._copy_and_delete(ref.uid, target)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait for mail by IDLE (RFC 2177), or just wait. True as soon as the server tells of some.

        Ends early when ``stop`` is set. The answer is only a hint: poll after it in any case.
        """
        with mapped("select", self._account):
            if self._client.has_capability("IDLE"):
                return self._idle(min(seconds, _LONGEST_IDLE), stop)
        stop.wait(seconds)
        return False

    def _connect(self) -> None:
        account = self._account
        with mapped("connect", account):
            context = _tls(account.ca_path)
            self._client = IMAPClient(
                safe(account.host),
                account.port,
                ssl=account.security == "tls",
                ssl_context=context,
                timeout=_timeout(account),
            )
            # A peer that vanished without a word is noticed even while nothing is sent.
            self._client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if account.security == "starttls":
            with mapped("starttls", account):
                self._client.starttls(context)

    def _log_in(self) -> None:
        account = self._account
        with mapped("auth", account):
            username, password = safe(account.username), safe(account.password)
            # LOGIN of imaplib is ASCII only; PLAIN carries UTF-8 (RFC 4616 2).
            ascii_only = f"{username}{password}".isascii()
            log_in = self._client.login if ascii_only else self._client.plain_login
            log_in(username, password)

    def _make_folders(self) -> None:
        with mapped("select", self._account):
            self._separator = _separator(self._client.list_folders("", ""))
            if self._client.has_capability("NAMESPACE"):
                self._prefix = _prefix(self._client.namespace().personal)
            for folder in (self._account.done_folder, self._account.problem_folder):
                there = self._there(folder)
                if not self._client.folder_exists(there):
                    self._client.create_folder(there)
                    with suppress(IMAPClientError):  # some servers keep no subscriptions
                        self._client.subscribe_folder(there)

    def _there(self, folder: str) -> str:
        """The name of a folder on this server: its separator, below its personal namespace."""
        name = safe(folder).replace("/", self._separator)
        inbox = name.upper() == "INBOX" or name.upper().startswith(f"INBOX{self._separator}")
        return name if inbox or name.startswith(self._prefix) else self._prefix + name

    def _ref(self, uid: int, size: int) -> MailRef:
        return MailRef(self._account.name, self._account.folder, self.uidvalidity, uid, size)

    def _copy_and_delete(self, uid: int, target: str) -> None:
        self._client.copy([uid], target)
        self._client.delete_messages([uid], silent=True)
        # A bare EXPUNGE would also remove what people have marked deleted; without UIDPLUS
        # (RFC 4315) the mail stays, marked, and ``pending`` passes over it.
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])

    def _idle(self, seconds: float, stop: threading.Event) -> bool:
        end = self._monotonic() + seconds
        # Dovecot does not tell in IDLE what came in between the last command and IDLE.
        _, told = self._client.noop()
        if _announces(told):
            return True
        self._client.idle()
        while not stop.is_set() and (left := end - self._monotonic()) > 0:
            before = self._monotonic()
            share = min(left, _SLICE)
            told = self._client.idle_check(timeout=share)
            early = not told and self._monotonic() - before < share / 2
            if early or _announces(told):
                break
        _, last = self._client.idle_done()
        self._client.noop()  # after an early empty answer: is anybody there?
        return _announces(told) or _announces(last)


def _announces(told: list[Any]) -> bool:
    return any(len(each) > 1 and each[1] in {b"EXISTS", b"RECENT"} for each in told)


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
