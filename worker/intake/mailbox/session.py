"""One session with the decision mailbox.

The package tells who may use it, what is known of imapclient, and what can go wrong.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from imapclient.exceptions import IMAPClientError

from worker.intake.mailbox.account import Gone, MailboxAccount, MailRef, Refused, TooLarge
from worker.intake.mailbox.opening import Spelling, ended, opened, spelling
from worker.intake.mailbox.trouble import attempt, mapped

#: RFC 2177 says 29 minutes; address translation and some providers cut far earlier.
_LONGEST_IDLE = 540.0
_SLICE = 1.0
_AT_ONCE = 500
#: Of a mail that is too large, as much is read as a header may have.
_TOP = 65_536


class Mailbox:
    """One session with one selected folder; usable as a context manager after ``open``."""

    def __init__(
        self, account: MailboxAccount, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._account = account
        self._monotonic = monotonic
        self._client: Any = None
        self._spelling = Spelling()
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
            self._client = opened(self._account)
            self._client.normalise_times = False  # or moments lose their zone
            self._make_folders()
            with mapped("select", self._account):
                selected = self._client.select_folder(self._spelling.of(self._account.folder))
                self.uidvalidity = int(selected[b"UIDVALIDITY"])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the session, whatever state it is in; never raises."""
        client, self._client = self._client, None
        if client is not None:
            ended(client)

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
            found: dict[int, MailRef] = {}
            for at in range(0, len(uids), _AT_ONCE):
                told = self._told_of(uids[at : at + _AT_ONCE])
                found |= {uid: self._listed(uid, each) for uid, each in told.items()}
        return [ref for _, ref in sorted(found.items())]

    def fetch(self, ref: MailRef) -> bytes | TooLarge | Gone | Refused:
        """The octets of a mail, without marking it as seen."""
        limit = self._account.max_bytes
        if ref != self._ref(ref.uid, ref.size):
            return Gone()
        # One octet more than allowed: RFC822.SIZE may lie, and a literal is read whole.
        got = self._octets(ref.uid, _TOP if ref.size > limit else limit + 1)
        if not isinstance(got, bytes):
            return got
        if ref.size > limit or len(got) > limit:
            return TooLarge(max(ref.size, len(got)), limit, got[:_TOP])
        return got

    def move(self, ref: MailRef, folder: str) -> Refused | None:
        """Move a mail to a folder of the account, which is made anew if it vanished.

        A mail that is gone is no error.
        """
        if ref != self._ref(ref.uid, ref.size):
            return None
        with mapped("select", self._account):
            refused = attempt(lambda: self._move(ref.uid, folder))
            if refused is not None and not self._client.folder_exists(self._spelling.of(folder)):
                refused = attempt(lambda: self._make(folder))
                refused = refused or attempt(lambda: self._move(ref.uid, folder))
        return refused

    def alerts(self) -> list[str]:
        """What the server wants people to read (RFC 9051 7.1), since this session began."""
        return list(self._client.alerts) if self._client is not None else []

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait for mail by IDLE (RFC 2177), or just wait. True as soon as the server tells of some.

        Ends early when ``stop`` is set. The answer is only a hint: poll after it in any case.
        """
        with mapped("select", self._account):
            if self._client.has_capability("IDLE"):
                return self._idle(min(seconds, _LONGEST_IDLE), stop)
        stop.wait(seconds)
        return False

    def _make_folders(self) -> None:
        with mapped("select", self._account):
            self._spelling = spelling(self._client)
            for folder in (self._account.done_folder, self._account.problem_folder):
                if not self._client.folder_exists(self._spelling.of(folder)):
                    self._make(folder)

    def _make(self, folder: str) -> None:
        there = self._spelling.of(folder)
        self._client.create_folder(there)
        with suppress(IMAPClientError):  # some servers keep no subscriptions
            self._client.subscribe_folder(there)

    def _told_of(self, uids: list[int]) -> dict[int, dict[bytes, Any]]:
        try:
            told = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        except (OverflowError, AttributeError):  # imapclient, over a moment that is none
            told = self._client.fetch(uids, ["RFC822.SIZE"])
        return dict(told)

    def _listed(self, uid: int, told: dict[bytes, Any]) -> MailRef:
        size = int(told[b"RFC822.SIZE"])
        return replace(self._ref(uid, size), arrived_at=_moment(told.get(b"INTERNALDATE")))

    def _octets(self, uid: int, most: int) -> bytes | Gone | Refused:
        with mapped("select", self._account):
            asked = [f"BODY.PEEK[]<0.{most}>"]
            told = attempt(lambda: self._client.fetch([uid], asked))
        if isinstance(told, Refused):
            return told
        if uid not in told:
            return Gone()
        octets = told[uid].get(b"BODY[]<0>")
        return octets if isinstance(octets, bytes) else Refused("it gave no octets")

    def _move(self, uid: int, folder: str) -> None:
        target = self._spelling.of(folder)
        if self._client.has_capability("MOVE"):
            self._client.move([uid], target)
        else:
            self._copy_and_delete(uid, target)

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
            if early or _announces(told) or _says_bye(told):
                break
        _, last = self._client.idle_done()
        self._client.noop()  # after an early empty answer: is anybody there?
        return _announces(told) or _announces(last)


def _moment(told: object) -> datetime | None:
    if not isinstance(told, datetime) or told.tzinfo is None:
        return None
    try:
        return told.astimezone(UTC)
    except (ValueError, OverflowError):  # a zone or a year that is none
        return None


def _announces(told: list[Any]) -> bool:
    return any(len(each) > 1 and each[1] in {b"EXISTS", b"RECENT"} for each in told)


def _says_bye(told: list[Any]) -> bool:
    return any(each[0] == b"BYE" for each in told)
