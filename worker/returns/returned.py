"""``Returned``: what a report of delivery says, read and bounded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a mail: the actions of RFC 3464 2.3.3, the gravest first."""

    FAILED = "failed"
    DELAYED = "delayed"
    EXPANDED = "expanded"
    RELAYED = "relayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One report. ``tokens`` are those of ours that it names; more than one is a puzzle.

    ``recipients`` are whom it is about, as far as it says so: the address that we wrote to and
    the one it was passed on to. ``status`` is a code of RFC 3463, ``diagnostic`` what the last
    server said, both "" when unknown; ``reporter`` is the server that tells.
    """

    fate: Fate
    tokens: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""
    reporter: str = ""
