"""Around the dot while the database or the disk is away: no dot without its commit, no lost answer.

The database that is away is the real one behind a door that a test can shut.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sample import NOW, RETRY, arrival, open_store, sealed
from sqlalchemy import Connection

from worker.errors import StoreAway
from worker.lifecycle import Status, Transition, after
from worker.result import Accepted, NotTried, Reply, Result, Unsure
from worker.steps.settle import Handover, Settling, take_in_answers
from worker.store import outbox, taking, views
from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.spill import Answer

LATER = NOW + timedelta(hours=1)
OK = Accepted(Reply(250, "2.0.0 queued"))


class Shut(Store):
    """The database, away for as many writes as it is told."""

    away = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if self.away:
            self.away -= 1
            raise StoreAway("disk full")
        with super().write() as connection:
            yield connection


@dataclass
class Waits:
    """Counts the waits, and says after how many it is time to stop."""

    stop_after: int = 100
    times: int = field(default=0)

    def __call__(self, _: float) -> bool:
        self.times += 1
        return self.times >= self.stop_after


class Scene:
    """An entry that is claimed, and what is beside its database."""

    def __init__(self, folder: Path) -> None:
        open_store(folder).close()
        self.store = Shut(f"sqlite:///{folder}/followup.db")
        self.beside = Beside(self.store, folder, 1, monotonic=lambda: 0.0)
        self.waits = Waits()
        self.told: list[str] = []
        taking.put(self.store, arrival(self.store), [sealed()], NOW, hold_changed=True)
        [self.claimed] = outbox.claim(self.store, "w1", NOW, LATER)

    @property
    def settling(self) -> Settling:
        return Settling(store=self.store, beside=self.beside, wait=self.waits,
                        tell=self.tell, complain=self.tell)  # fmt: skip

    def tell(self, event: str, **_: object) -> None:
        self.told.append(event)

    def handover(self) -> Handover:
        return Handover(self.settling, self.claimed)

    def status(self) -> object:
        [found] = views.entries(self.store, views.Asked())
        return found["status"]

    def kept(self) -> list[int]:
        return [each.id for _, each in self.beside.spill.kept() if each]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.beside.close()
    made.store.close()


def change(claimed: Claimed, result: Result) -> Transition:
    return after(claimed.attempt, result, NOW, RETRY)


def test_the_dot_may_go_when_both_have_written_it_down(scene: Scene) -> None:
    handover = scene.handover()
    assert handover.may_send_dot(NOW, LATER)
    assert [dot.lease for dot in scene.beside.fence.memory().dots] == ["w1"]
    assert handover.settle(change(scene.claimed, OK), NOW, "none")
    assert scene.status() == Status.SENT
    assert scene.kept() == []


def test_no_dot_without_its_commit_and_the_entry_is_provably_unsent(scene: Scene) -> None:
    handover = scene.handover()
    scene.store.away = 1
    assert not handover.may_send_dot(NOW, LATER)
    assert scene.beside.fence.memory().dots == ()
    with pytest.raises(StoreAway):
        handover.settle(change(scene.claimed, NotTried("no dot")), NOW, "none")
    assert scene.status() == Status.QUEUED


def test_no_dot_without_its_note_and_the_entry_is_provably_unsent(scene: Scene) -> None:
    handover = scene.handover()
    file = scene.beside.fence._slots._file
    only_for_reading = os.open(scene.beside.fence._slots.path, os.O_RDONLY)
    os.dup2(only_for_reading, file)
    os.close(only_for_reading)
    assert not handover.may_send_dot(NOW, LATER)
    with pytest.raises(StoreAway, match="fence"):
        handover.settle(change(scene.claimed, NotTried("no dot")), NOW, "none")
    assert scene.status() == Status.QUEUED


def test_an_answer_is_written_as_soon_as_the_database_takes_it(scene: Scene) -> None:
    handover = scene.handover()
    handover.may_send_dot(NOW, LATER)
    scene.store.away = 5
    assert handover.settle(change(scene.claimed, OK), NOW, "none")
    assert scene.waits.times == 5
    assert set(scene.told) == {"store_away"}
    assert scene.status() == Status.SENT
    assert scene.kept() == []


def test_told_to_stop_meanwhile_it_leaves_the_answer_for_the_next_start(scene: Scene) -> None:
    handover = scene.handover()
    handover.may_send_dot(NOW, LATER)
    scene.store.away, scene.waits.stop_after = 3, 3
    with pytest.raises(StoreAway):
        handover.settle(change(scene.claimed, OK), NOW, "none")
    assert scene.status() == Status.SENDING
    assert scene.kept() == [scene.claimed.id]
    assert take_in_answers(scene.settling, LATER) == 1
    assert scene.status() == Status.SENT


def test_a_lost_answer_is_no_knowledge_and_is_not_kept(scene: Scene) -> None:
    handover = scene.handover()
    handover.may_send_dot(NOW, LATER)
    scene.store.away, scene.waits.stop_after = 1, 1
    with pytest.raises(StoreAway):
        handover.settle(change(scene.claimed, Unsure("closed")), NOW, "none")
    assert scene.kept() == []


def test_where_nothing_can_be_kept_the_answer_is_settled_all_the_same(scene: Scene) -> None:
    handover = scene.handover()
    handover.may_send_dot(NOW, LATER)
    other = Answer(id=99, lease="w9", token="t9", change=change(scene.claimed, OK), at=NOW, tls="")
    assert scene.beside.spill.keep(other) == 0  # the only place
    assert handover.settle(change(scene.claimed, OK), NOW, "none")
    assert scene.status() == Status.SENT
