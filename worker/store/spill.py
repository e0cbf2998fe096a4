"""The server's answers that the database could not take yet: ``<database>.answers``.

An answer is written here before it is settled, and cleared afterwards. So it outlives the death
of the process while the database is locked, full or away, and an accepted letter is ``sent`` at
the next start instead of ``unsure``. Taking in again is harmless: an answer is bound to the lease
of its try, and what was settled already has none. What can go wrong: the disk (``OSError``), and
a record that was torn by a power cut, which is told and left out.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from worker.lifecycle import Status, Transition
from worker.store.engine import Checkpoint, pass_by
from worker.store.slots import Slots

#: Octets of one record; a server's reply is cut so that it fits.
SIZE = 4096
LONGEST_REPLY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one try: the entry ``id`` under ``lease``, and the change that follows."""

    id: int
    lease: str
    token: str
    change: Transition
    at: datetime
    tls: str


class Spill:
    """The open file. Each sender has at most one answer in it.

    ``checkpoint`` is told before and after an answer is kept, and cleared.
    """

    def __init__(self, path: Path, senders: int, checkpoint: Checkpoint = pass_by) -> None:
        self._checkpoint = checkpoint
        self._slots = Slots(path, senders, SIZE)
        self._turn = threading.Lock()
        self._free = set(range(self._slots.count)) - {place for place, _ in self._slots.read()}

    def keep(self, answer: Answer) -> int | None:
        """Write it down; its place, or None when there is none to be had.

        Raises ``OSError``, and ``ValueError`` for an answer that is too long.
        """
        with self._turn:
            place = self._free.pop() if self._free else None
        if place is not None:
            self._checkpoint("answer:before")
            try:
                self._slots.write(place, _packed(answer))
            except (OSError, ValueError):
                self.clear(place)
                raise
            self._checkpoint("answer:after")
        return place

    def clear(self, place: int) -> None:
        """It is settled, or told."""
        self._checkpoint("clear:before")
        with self._turn:
            self._free.add(place)
        self._slots.clear(place)
        self._checkpoint("clear:after")

    def kept(self) -> Iterator[tuple[int, Answer | None]]:
        """What lies there with its place; None for what can't be read."""
        for place, record in self._slots.read():
            yield place, _unpacked(record) if record else None

    def sync(self) -> None:
        """From here on, what is kept outlives a power cut too."""
        self._slots.sync()

    def close(self) -> None:
        """Give the file back; what lies in it stays."""
        self._slots.close()


def _packed(answer: Answer) -> dict[str, object]:
    change = answer.change
    return {
        "id": answer.id, "lease": answer.lease, "token": answer.token,
        "at": answer.at.isoformat(), "tls": answer.tls, "event": change.event,
        "from": sorted(change.come_from), "to": change.to, "why": change.why,
        "reply": (change.last_reply or "")[:LONGEST_REPLY] or None,
        "attempts": change.attempts, "detail": dict(change.detail),
        "due": change.not_before.isoformat() if change.not_before else None,
        "sent": change.sent_at.isoformat() if change.sent_at else None,
    }  # fmt: skip


def _unpacked(record: dict[str, Any]) -> Answer | None:
    """None for a record that another version wrote in words this one does not know."""
    try:
        change = Transition(
            event=record["event"],
            come_from=frozenset(Status(each) for each in record["from"]),
            to=Status(record["to"]),
            why=record["why"],
            not_before=_moment(record["due"]),
            sent_at=_moment(record["sent"]),
            last_reply=record["reply"],
            attempts=record["attempts"],
            detail=record["detail"],
        )
        return Answer(id=record["id"], lease=record["lease"], token=record["token"], change=change,
                      at=datetime.fromisoformat(record["at"]), tls=record["tls"])  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
