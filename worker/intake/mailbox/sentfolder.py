"""Copies of our letters in the Sent folder: proof that the server took them. It only reads.

A connection of its own, short, with EXAMINE and BODY.PEEK: it disturbs neither the session with
the decision mailbox nor the flags that people see. A search proves nothing by itself, for
servers match parts of words (RFC 9051 6.4.4) and some match whatever they like; a copy counts
when its header, read back, bears the very token or Message-ID and its one To is the recipient.
Arguments are our own tokens and ids alone.

What can go wrong: ``SessionError`` when the server is away, when the folder is not there, and
when the server refuses every search. Then nothing was looked at, and nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import getaddresses
from types import TracebackType
from typing import Any, Self

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from worker.errors import SessionError
from worker.intake.mailbox.account import MailboxAccount, safe
from worker.intake.mailbox.opening import Spelling, ended, opened, spelling
from worker.intake.mailbox.sentnames import Listed, sent_folders
from worker.intake.mailbox.trouble import mapped
from worker.intake.mailhead import read_fields

TOKEN, MESSAGE_ID = "X-Followup-Id", "Message-ID"
#: Exchange gives a message an id of its own and keeps ours here.
_MICROSOFT = "X-Microsoft-Original-Message-ID"
HEADERS = (TOKEN, MESSAGE_ID, _MICROSOFT)

#: Read back of a header: the fields that matter, and no more of them than an honest mail has.
_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADERS).upper()} TO SUBJECT)]<0.16384>"
#: A search that matches everything must not make us read a whole mailbox.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter that is looked for; ``message_id`` has its angle brackets. Neither is empty."""

    token: str
    message_id: str
    recipient: str

    def value(self, header: str) -> str:
        """What a copy bears in this header."""
        return self.token if header == TOKEN else self.message_id


@dataclass(frozen=True, slots=True)
class Copy:
    """A message in a folder: when the server stored it, and the fields that were read back."""

    folder: str
    uid: int
    at: datetime | None
    fields: Mapping[str, Sequence[str]]

    def bears(self, wanted: Wanted) -> list[str]:
        """Which of our headers are on it, exactly; none when it is not to the recipient."""
        to = [address for _, address in getaddresses(self.fields.get("to", []))]
        if [each.casefold() for each in to] != [wanted.recipient.casefold()]:
            return []
        return [name for name in HEADERS
                if wanted.value(name) in self.fields.get(name.lower(), [])]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Searched:
    """Where was looked, by which headers, and the copies that were found, by token."""

    folders: Sequence[str]
    headers: Sequence[str]
    copies: Mapping[str, Copy] = field(default_factory=dict)


def search_sent(account: MailboxAccount, chosen: str | None, wanted: Sequence[Wanted]) -> Searched:
    """Look for copies of letters; ``chosen`` is the setting, None finds the folder by itself."""
    with Folders(account) as folders:
        found: dict[str, Copy] = {}
        headers: set[str] = set()
        places = folders.sent(chosen)
        for place in places:
            for each in wanted:
                copy, answered = folders.find(place, each)
                headers |= answered
                if copy is not None:
                    found.setdefault(each.token, copy)
        if not headers:
            raise _refused(account, places)
        return Searched(places, [name for name in HEADERS if name in headers], found)


def _refused(account: MailboxAccount, places: Sequence[str]) -> SessionError:
    where = f"mailbox {account.host}:{account.port}"
    return SessionError(f"{where}: the server refuses to search {', '.join(places)} by header",
                        stage="select", lasting=True)  # fmt: skip


class Folders(AbstractContextManager["Folders"]):
    """A connection that only reads. Folders are named as the server does."""

    def __init__(self, account: MailboxAccount) -> None:
        self._account = account
        self._client: Any = None
        self._spelling = Spelling()

    def __enter__(self) -> Self:
        self._client = opened(self._account)
        self._client.normalise_times = False  # or moments lose their zone
        try:
            with mapped("select", self._account):
                self._spelling = spelling(self._client)
        except BaseException:
            ended(self._client)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        ended(self._client)

    def spelt(self, folder: str) -> str:
        """The name on this server of a folder written with ``/``."""
        with mapped("select", self._account):
            return self._spelling.of(folder)

    def sent(self, chosen: str | None) -> list[str]:
        """The Sent folders. Raises ``SessionError`` when there is none."""
        with mapped("select", self._account):
            if chosen is not None:
                there = self._spelling.of(chosen)
                found = [there] if self._client.folder_exists(there) else []
            else:
                listed = [Listed(frozenset(flag.lower() for flag in flags), name)
                          for flags, _, name in self._client.list_folders()]  # fmt: skip
                found = sent_folders(listed, self._spelling.separator, self._spelling.prefix)
        if not found:
            raise self._none(chosen)
        return found

    def _none(self, chosen: str | None) -> SessionError:
        what = f"there is no folder {chosen}" if chosen else "no folder looks like Sent"
        return SessionError(
            f"mailbox {self._account.host}:{self._account.port}: {what};"
            " set mailbox.sent_folder to the folder that keeps copies of what was sent",
            stage="select", lasting=True,
        )  # fmt: skip

    def next_uid(self, folder: str) -> int:
        """What comes into the folder from now on has this UID or a higher one."""
        with mapped("select", self._account):
            return int(self._client.select_folder(safe(folder), readonly=True).get(b"UIDNEXT", 1))

    def since(self, folder: str, uid: int) -> list[Copy]:
        """What came into the folder from this UID on."""
        with mapped("select", self._account):
            self._client.select_folder(safe(folder), readonly=True)
            found = self._client.search(["UID", f"{int(uid)}:*"])
            # RFC 9051 6.4.9: n:* always names the last message, too.
            return self._read(folder, [each for each in sorted(found) if each >= uid][-_MOST:])

    def find(self, folder: str, wanted: Wanted) -> tuple[Copy | None, set[str]]:
        """A copy of the letter, and by which headers the server would search at all."""
        answered = set()
        with mapped("select", self._account):
            self._client.select_folder(safe(folder), readonly=True)
            for header in HEADERS:
                uids = self._search(header, wanted.value(header))
                if uids is None:
                    continue
                answered.add(header)
                for each in self._read(folder, uids[-_MOST:]) if uids else ():
                    if each.bears(wanted):
                        return each, answered
        return None, answered

    def finds(self, folder: str, header: str, wanted: Wanted) -> bool:
        """Whether searching by this one header leads to a copy."""
        with mapped("select", self._account):
            self._client.select_folder(safe(folder), readonly=True)
            uids = self._search(header, wanted.value(header)) or []
            return any(each.bears(wanted) for each in self._read(folder, uids[-_MOST:]))

    def _search(self, header: str, value: str) -> list[int] | None:
        """None when the server refuses to search by this header; some do."""
        try:
            return sorted(self._client.search(["HEADER", header, safe(value)]))
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return None

    def _read(self, folder: str, which: Sequence[int]) -> list[Copy]:
        told = self._client.fetch(which, ["INTERNALDATE", _FIELDS]) if which else {}
        return [_copy(folder, uid, each) for uid, each in sorted(told.items())]


def _copy(folder: str, uid: int, told: Mapping[bytes, Any]) -> Copy:
    block = next((value for name, value in told.items() if name.startswith(b"BODY[")), b"")
    fields: dict[str, list[str]] = {}
    for name, value in read_fields(block or b""):
        fields.setdefault(name, []).append(value)
    return Copy(folder, uid, told.get(b"INTERNALDATE"), fields)
