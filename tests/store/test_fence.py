"""A database that was restored is noticed before anything is sent from it, and a crash is not."""

from datetime import timedelta
from pathlib import Path

import pytest
from fencing import LATER, Worker, copy, put_back
from sample import NOW, open_store
from sqlalchemy import delete

from worker.errors import StoreAway
from worker.store import fence as fences
from worker.store import outbox, restored, views
from worker.store.engine import Store
from worker.store.fence import DOTS, Dot, Fence
from worker.store.records import identity
from worker.store.schema import journal


def test_a_new_database_gets_a_name_and_is_the_one_from_then_on(worker: Worker) -> None:
    assert worker.starts() is None
    assert worker.fence.memory().identity == "a-name"
    assert worker.starts() is None
    with worker.store.read() as connection:
        assert fences.identity_of(connection) == "a-name"


def test_what_was_sent_is_known_at_the_next_start(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1, 2)
    worker.sends("w1")
    worker.sends("w2", settled=False)
    assert [dot.lease for dot in worker.fence.memory().dots] == ["w1", "w2"]
    assert worker.starts() is None


def test_a_crash_between_the_commit_and_the_note_is_no_doubt(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    [claimed] = outbox.claim(worker.store, "w1", NOW, LATER)
    outbox.dot_pending(worker.store, claimed, NOW, LATER)
    assert worker.starts() is None


def test_last_nights_backup_is_noticed_and_nothing_may_be_sent(local: Worker) -> None:
    local.starts()
    local.takes_in(1, 2)
    local.sends("w1")
    backup = copy(local, "backup.db")
    local.sends("w2")
    put_back(local, backup)
    doubt = local.starts()
    assert doubt is not None
    assert [dot.lease for dot in doubt.unknown] == ["w2"]
    assert restored.resting(local.store) == doubt.why
    assert [line["event"] for line in views.journal_lines(local.store)][-1] == "paused"


def test_a_database_that_lacks_the_line_of_a_dot_is_older(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1, 2)
    worker.sends("w1")
    worker.sends("w2")
    with worker.store.write() as connection:
        connection.execute(delete(journal).where(journal.c.worker == "w2"))
    doubt = worker.starts()
    assert doubt is not None
    assert [dot.lease for dot in doubt.unknown] == ["w2"]


def test_it_stays_so_at_every_start_and_is_journalled_once(local: Worker) -> None:
    local.starts()
    backup = copy(local, "backup.db")
    local.takes_in(1)
    local.sends("w1")
    put_back(local, backup)
    for _ in range(3):
        assert local.starts() is not None
    events = [line["event"] for line in views.journal_lines(local.store)]
    assert events.count("paused") == 1


def test_work_on_the_restored_database_does_not_hide_that_it_was_restored(local: Worker) -> None:
    """Numbers catch up; the very line of the last dot does not come back."""
    local.starts()
    local.takes_in(1, 2)
    backup = copy(local, "backup.db")
    local.sends("w1")
    put_back(local, backup)
    [claimed, other] = outbox.claim(local.store, "w8", NOW, LATER, limit=2)
    for each in (claimed, other):
        outbox.dot_pending(local.store, each, NOW, LATER)
    assert local.starts() is not None


def test_the_right_database_put_back_is_taken_without_a_word(local: Worker) -> None:
    local.starts()
    backup = copy(local, "backup.db")
    local.takes_in(1)
    local.sends("w1")
    right = copy(local, "right.db")
    put_back(local, backup)
    assert local.starts() is not None
    put_back(local, right)
    assert local.starts() is None
    assert restored.resting(local.store) is None


def test_a_database_that_came_without_its_fence_has_been_moved_or_restored(
    local: Worker, tmp_path: Path
) -> None:
    local.starts()
    local.takes_in(1)
    local.sends("w1")
    alone = Worker(local.store, Fence(tmp_path / "other.fence", lambda: 0.0))
    doubt = alone.starts()
    assert doubt is not None
    assert "its fence is gone" in doubt.why
    alone.fence.close()


def test_a_database_that_never_sent_may_come_without_its_fence(
    local: Worker, tmp_path: Path
) -> None:
    local.starts()
    local.takes_in(1)
    alone = Worker(local.store, Fence(tmp_path / "other.fence", lambda: 0.0))
    assert alone.starts() is None
    alone.fence.close()


def test_a_database_of_the_first_release_has_no_name_and_is_taken(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1")
    worker.fence.renew("")
    worker.fence._slots.clear(0)
    with worker.store.write() as connection:
        connection.execute(delete(identity))
    assert worker.starts() is None
    assert worker.starts() is None


def test_a_first_start_that_ends_between_the_two_names_is_begun_again(worker: Worker) -> None:
    worker.takes_in(1)
    worker.sends("w1")  # by the first release, which had no fence
    worker.fence.renew("a-name-that-was-never-committed")
    assert worker.starts() is None
    with worker.store.read() as connection:
        assert fences.identity_of(connection) == "a-name-that-was-never-committed"


def test_a_database_of_the_first_release_put_back_later_is_noticed(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1")
    with worker.store.write() as connection:
        connection.execute(delete(identity))
        connection.execute(delete(journal).where(journal.c.worker == "w1"))
    assert worker.starts() is not None


def test_an_empty_database_beside_the_fence_of_another_is_noticed(
    local: Worker, tmp_path: Path
) -> None:
    local.starts()
    local.takes_in(1)
    local.sends("w1")
    fresh = Worker(open_store(tmp_path / "fresh"), local.fence)
    doubt = fresh.starts()
    assert doubt is not None
    fresh.store.close()


def test_another_workers_fence_is_not_needed_on_a_server(worker: Worker, tmp_path: Path) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1")
    second = Worker(worker.store, Fence(tmp_path / "second.fence", lambda: 0.0))
    assert (second.starts() is None) is not worker.store.is_sqlite
    second.fence.close()


def test_the_fence_remembers_the_last_dots_and_goes_on_behind_them(
    store: Store, tmp_path: Path
) -> None:
    for opened in range(2):
        fence = Fence(tmp_path / "db.fence", lambda: 0.0)
        for number in range(DOTS):
            moment = NOW + timedelta(seconds=opened * DOTS + number)
            fence.note(Dot(number, "t", f"w{opened}", moment))
        fence.close()
    fence = Fence(tmp_path / "db.fence", lambda: 0.0)
    fence.note(Dot(0, "t", "newest", LATER))
    memory = fence.memory()
    assert len(memory.dots) == DOTS
    assert memory.dots[0] == Dot(1, "t", "w1", NOW + timedelta(seconds=DOTS + 1))
    assert memory.dots[-1].lease == "newest"
    fence.close()
    store.close()


def test_a_torn_note_is_none_and_the_others_stand(tmp_path: Path) -> None:
    path = tmp_path / "db.fence"
    fence = Fence(path, lambda: 0.0)
    fence.renew("a-name")
    fence.note(Dot(1, "t", "w1", NOW))
    fence.note(Dot(2, "t", "w2", LATER))
    whole = bytearray(path.read_bytes())
    whole[2 * fences.SIZE + 12] ^= 1
    path.write_bytes(whole)
    assert fence.memory() == fences.Memory("a-name", (Dot(1, "t", "w1", NOW),))
    fence.close()


def test_a_fence_that_can_not_be_written_stops_the_dot(tmp_path: Path) -> None:
    fence = Fence(tmp_path / "db.fence", lambda: 0.0)
    fence.close()
    with pytest.raises(StoreAway, match=r"db\.fence can't be written"):
        fence.note(Dot(1, "t", "w1", NOW))


def test_a_fence_that_can_not_be_renewed_is_a_disk_to_look_at(tmp_path: Path) -> None:
    fence = Fence(tmp_path / "db.fence", lambda: 0.0)
    fence.close()
    with pytest.raises(StoreAway, match=r"db\.fence can't be written"):
        fence.renew("a-name")
