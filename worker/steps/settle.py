"""Around the final dot: it goes out only when that is written down, and its answer is kept.

The answer is written beside the database first (``store.spill``), then settled. While the
database can't be written, the sender that has the answer goes on trying, and sends nothing more:
what a mail server has said can't be asked again. What lies there at the next start is taken in
before anything else. Nothing here talks to a mail server.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from worker.errors import StoreAway
from worker.lifecycle import Status, Transition
from worker.store import outbox
from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.fence import Dot
from worker.store.late import note_late, prove_late
from worker.store.outbox import Claimed
from worker.store.spill import Answer, Spill

#: Seconds between two tries to write what the server said.
AGAIN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Where results go. ``wait`` sleeps for seconds and says whether to stop.

    ``complain`` is ``tell`` for what would be said again and again.
    """

    store: Store
    beside: Beside
    wait: Callable[[float], bool]
    tell: Callable[..., None]
    complain: Callable[..., None]


@dataclass(slots=True)
class Handover:
    """One letter between its claim and its result; ``away`` is why its dot was not allowed."""

    settling: Settling
    claimed: Claimed
    away: StoreAway | None = field(default=None)

    def may_send_dot(self, now: datetime, until: datetime) -> bool:
        """Write down that the dot goes out next: in the database, then in the fence.

        False when it must not: the entry is not ours any more, or one of the two can't be
        written. No dot leaves then, whatever became of the commit, and ``settle`` says so.
        """
        try:
            if not outbox.dot_pending(self.settling.store, self.claimed, now, until):
                return False
            self.settling.beside.fence.note(
                Dot(self.claimed.id, self.claimed.letter.token, self.claimed.lease, now)
            )
        except StoreAway as why:
            self.away = why
        return self.away is None

    def settle(self, change: Transition, now: datetime, tls: str) -> bool:
        """Write what came of the try, for as long as it takes; False when it was taken back.

        Raises ``StoreAway`` when told to stop before it could be written, and after writing it
        when the dot was not allowed for want of the database.
        """
        answer = Answer(
            id=self.claimed.id,
            lease=self.claimed.lease,
            token=self.claimed.letter.token,
            change=change,
            at=now,
            tls=tls,
        )
        place = self._keep(answer)
        settled = self._until_written(answer)
        if place is not None:
            _forget(self.settling, self.settling.beside.spill, place)
        if self.away is not None:
            raise self.away
        return settled

    def _keep(self, answer: Answer) -> int | None:
        """A lost answer is no knowledge; everything else is kept."""
        if answer.change.to is Status.UNSURE:
            return None
        try:
            return self.settling.beside.spill.keep(answer)
        except (OSError, ValueError) as why:
            self.settling.complain("answer_not_kept", entry=answer.token, why=type(why).__name__)
            return None

    def _until_written(self, answer: Answer) -> bool:
        while True:
            try:
                return self._write(answer)
            except StoreAway as why:
                self.settling.complain("store_away", entry=answer.token, why=str(why))
                _sync(self.settling)
                if self.settling.wait(AGAIN):
                    raise

    def _write(self, answer: Answer) -> bool:
        """A yes that moves nothing any more is for people to read."""
        written = _write(self.settling.store, answer)
        if not written and answer.change.to is Status.SENT:
            note_late(self.settling.store, answer, answer.at)
        return written


def take_in_answers(settling: Settling, now: datetime) -> int:
    """Settle what workers before us could not; how many entries moved. ``StoreAway``."""
    moved = _take_in(settling, settling.beside.spill, now)
    return moved + sum(_take_in(settling, each, now) for each in settling.beside.left())


def _take_in(settling: Settling, spill: Spill, now: datetime) -> int:
    moved = 0
    for place, answer in list(spill.kept()):
        if answer is None:
            settling.tell("answer_torn")
        elif _write(settling.store, answer):
            settling.tell("answer_taken_in", entry=answer.token, status=answer.change.to)
            moved += 1
        elif note_late(settling.store, answer, now):
            settling.tell("answer_too_late", entry=answer.token, status=answer.change.to)
        _forget(settling, spill, place)
    return moved


def _write(store: Store, answer: Answer) -> bool:
    detail: Mapping[str, str] = {"tls": answer.tls}
    settled = outbox.settle(store, answer, answer.change, answer.at, detail)
    return settled or prove_late(store, answer)


def _forget(settling: Settling, spill: Spill, place: int) -> None:
    """Empty its place; what can't be emptied is taken in again, and changes nothing."""
    try:
        spill.clear(place)
    except OSError as why:
        settling.tell("answer_not_cleared", why=why.strerror)


def _sync(settling: Settling) -> None:
    try:
        settling.beside.spill.sync()
    except OSError as why:
        settling.complain("answer_not_kept", why=why.strerror)
