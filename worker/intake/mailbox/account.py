"""Values of the decision mailbox: where it is, which mail is meant, what became of a fetch.

Pure. ``session`` works with them; the composition root and the steps name them. What can go
wrong: ``ValueError`` for a text that must not reach a server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

Security = Literal["tls", "starttls", "none"]

_LONGEST_ARGUMENT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAccount:
    """Where the mailbox is and who we are there; folders are written with ``/`` between levels.

    Times are in seconds, ``max_bytes`` bounds one mail. ``ca_path`` is a file of certificates to
    trust instead of the system's. ``by_token`` is how to log in by OAuth2, instead of by password:
    it is given what logs in with a token, and calls it.
    """

    host: str
    port: int
    username: str
    password: str = ""
    by_token: Callable[[Callable[[str], None]], None] | None = None
    security: Security = "tls"
    folder: str = "INBOX"
    done_folder: str = "Decisions/Done"
    problem_folder: str = "Decisions/Problems"
    ca_path: Path | None = None
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    max_bytes: int = 10_000_000

    @property
    def name(self) -> str:
        """The name of the account in the ledger; it does not change with the password."""
        return f"{self.username}@{self.host}"


@dataclass(frozen=True, slots=True)
class MailRef:
    """Which mail: its UID means something only with folder and UIDVALIDITY (RFC 9051 2.3.1.1).

    ``size`` is what the server says it has, and may be a lie; ``arrived_at`` is when it came in,
    as the server says (INTERNALDATE, RFC 9051 2.3.3), in UTC, or None where it says nothing.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: int
    size: int = field(compare=False)
    arrived_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The mail has more octets than ``limit``; no more than the top of its header was read."""

    size: int
    limit: int
    head: bytes = field(default=b"", compare=False)


@dataclass(frozen=True, slots=True)
class Gone:
    """The mail is no longer there: a person or another program moved or deleted it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no or did not understand, about this one mail; the session goes on."""

    reply: str


def safe(text: str) -> str:
    """A text fit to be an argument of a command; ``ValueError`` if it could end one.

    imapclient puts CR and LF on the wire as they are (its issue 657): a folder name could delete.
    """
    if any(mark in text for mark in "\r\n\0") or len(text) > _LONGEST_ARGUMENT:
        raise ValueError(
            f"a name or password has a line break, a NUL, or > {_LONGEST_ARGUMENT} characters"
        )
    return text
