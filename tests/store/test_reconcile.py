"""Going on after a restore: what may have gone out waits for a person, a running worker goes on."""

from fencing import LATER, Worker, copy, put_back
from sample import NOW
from sqlalchemy import delete

from worker import verbs
from worker.lifecycle import Status
from worker.steps.restore import doubts, reconcile, still_known
from worker.store import outbox, restored, unsure, views
from worker.store.fence import Fence
from worker.store.schema import journal


def test_reconciling_holds_what_may_have_gone_out_and_sending_may_go_on(local: Worker) -> None:
    local.starts()
    local.takes_in(1, 2, 3)
    local.sends("w1")
    backup = copy(local, "backup.db")
    local.sends("w2")
    put_back(local, backup)
    local.starts()
    assert reconcile(local.store, [local.fence], "unused", by="dana", now=LATER) == 2
    assert local.statuses() == [("sent", None), ("held", "restored"), ("held", "restored")]
    assert restored.resting(local.store) is None
    assert doubts(local.store, local.fence.memory()) is None
    assert local.starts() is None


def test_what_was_held_for_something_waits_for_it_after_the_restore_too(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    [found] = views.entries(worker.store, views.Asked())
    entry = views.find(worker.store, str(found["entry"]))
    outbox.act(worker.store, entry.id, lambda _: verbs.hold(), by="dana", now=NOW)
    reconcile(worker.store, [worker.fence], "fresh", by="dana", now=LATER)
    [held] = views.entries(worker.store, views.Asked())
    assert (held["why"], held["waits"]) == ("restored", ["restored", "person"])
    outbox.act(worker.store, entry.id, lambda waits: verbs.release(NOW, waits), by="d", now=NOW)
    assert worker.statuses() == [("held", "person")]


def test_what_a_person_finds_in_the_sent_folder_is_sent(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    reconcile(worker.store, [worker.fence], "fresh", by="dana", now=LATER)
    [found] = views.entries(worker.store, views.Asked())
    entry = views.find(worker.store, str(found["entry"]))
    change = verbs.sent_before_restore(LATER)
    outbox.act(worker.store, entry.id, lambda _: change, by="dana", now=LATER)
    assert worker.statuses() == [(Status.SENT, None)]


def test_reconciling_again_changes_nothing(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    for held in (1, 0):
        assert reconcile(worker.store, [worker.fence], "fresh", by="d", now=LATER) == held


def test_a_worker_that_runs_goes_on_when_a_person_has_reconciled(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1")
    with worker.store.write() as connection:
        connection.execute(delete(journal).where(journal.c.worker == "w1"))
    assert not still_known(worker.store, worker.fence, LATER)
    by_command = Fence(worker.fence._slots.path, lambda: 0.0)
    reconcile(worker.store, [by_command], "fresh", by="dana", now=LATER)
    by_command.close()
    assert still_known(worker.store, worker.fence, LATER)
    assert restored.resting(worker.store) is None


def test_a_worker_that_runs_notices_it_before_its_next_letter(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1")
    assert still_known(worker.store, worker.fence, LATER)
    with worker.store.write() as connection:
        connection.execute(delete(journal).where(journal.c.worker == "w1"))
    assert not still_known(worker.store, worker.fence, LATER)
    assert restored.resting(worker.store) is not None


def test_what_was_looked_for_before_the_restore_is_looked_for_again(worker: Worker) -> None:
    worker.starts()
    worker.takes_in(1)
    worker.sends("w1", settled=False)
    outbox.reclaim(worker.store, LATER)
    [missing] = unsure.letters(worker.store)
    unsure.missed(worker.store, [missing], {}, LATER)
    change = verbs.resolved_not_sent(LATER)
    outbox.act(worker.store, missing.id, lambda _: change, by="dana", now=LATER)
    reconcile(worker.store, [worker.fence], "fresh", by="dana", now=LATER)
    [held] = unsure.restored(worker.store, 9)
    assert (held.token, held.looks, held.looked_at) == (missing.token, 0, None)
