"""Watching for the test message of ``sendtest``: where it arrives, and where a copy of it lies."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from worker.intake.mailbox import Copy, Wanted
from worker.intake.mailbox.sentfolder import MESSAGE_ID, TOKEN, Folders

#: Seconds between two looks; what is measured is that coarse.
_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Watched:
    """Where to look, from which UID on in each folder, and for what."""

    begin: Mapping[str, int]
    inboxes: Sequence[str]
    sent: Sequence[str]
    wanted: Wanted


@dataclass(slots=True)
class Seen:
    """What was seen so far. ``finds`` are the headers by which the copy in Sent is found."""

    arrived: Copy | None = None
    arrived_after: int = 0
    sent: Copy | None = None
    sent_after: int = 0
    finds: set[str] = field(default_factory=set)


def watch(folders: Folders, watched: Watched, seconds: float) -> Seen:
    """Look every second until there is nothing more to see. Raises ``SessionError``."""
    seen, start = Seen(), time.monotonic()
    while True:
        after = math.ceil(time.monotonic() - start)
        _look(folders, watched, seen, after)
        if _is_complete(seen, watched) or after >= seconds:
            return seen
        time.sleep(_EVERY)


def _look(folders: Folders, watched: Watched, seen: Seen, after: int) -> None:
    if seen.arrived is None:
        seen.arrived, seen.arrived_after = _came(folders, watched, watched.inboxes), after
    if seen.sent is None:
        seen.sent, seen.sent_after = _came(folders, watched, watched.sent), after
    if seen.sent is not None:
        for header in (TOKEN, MESSAGE_ID):
            if folders.finds(seen.sent.folder, header, watched.wanted):
                seen.finds.add(header)


def _came(folders: Folders, watched: Watched, where: Sequence[str]) -> Copy | None:
    """The test message, known by its subject should every other header be rewritten."""
    for folder in where:
        for each in folders.since(folder, watched.begin[folder]):
            if watched.wanted.token in " ".join(each.fields.get("subject", ())):
                return each
    return None


def _is_complete(seen: Seen, watched: Watched) -> bool:
    """Whether longer watching can't show more."""
    if seen.arrived is None or (seen.sent is None and watched.sent):
        return False
    there = set(seen.sent.bears(watched.wanted)) if seen.sent else set()
    return there & {TOKEN, MESSAGE_ID} <= seen.finds
