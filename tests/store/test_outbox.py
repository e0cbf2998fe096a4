"""The verbs of the outbox, on both databases: who may change what, and who comes too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sample import HOUR, NOW, RETRY, arrival, sealed

from worker import verbs
from worker.errors import NoSuchEntry, NotAllowed
from worker.lifecycle import Status, after
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Result, Unsure
from worker.store import outbox, taking, views
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.taking import Sealed

LATER = NOW + HOUR


def put(store: Store, *rows: Sealed, name: str = "s1") -> list[str]:
    made = arrival(store, name)
    return [each.token for each in taking.put(store, made, rows, NOW, hold_changed=True)]


def claim(store: Store, lease: str = "w1", *, limit: int = 1) -> list[Claimed]:
    return outbox.claim(store, lease, NOW, LATER, limit=limit)


def one(store: Store, lease: str = "w1") -> Claimed:
    (claimed,) = claim(store, lease)
    return claimed


def status(store: Store, token: str) -> str:
    return str(views.find(store, token).fields["status"])


def settle(store: Store, claimed: Claimed, result: Result) -> bool:
    change = after(claimed.attempt, result, NOW, RETRY)
    return outbox.settle(store, claimed, change, NOW, {"tls": "TLSv1.3"})


def test_an_entry_is_claimed_once(store: Store) -> None:
    put(store, sealed(1))
    assert len(claim(store, "w1", limit=5)) == 1
    assert claim(store, "w2", limit=5) == []


def test_eight_workers_at_once_claim_every_entry_exactly_once(store: Store) -> None:
    put(store, *(sealed(number) for number in range(40)))

    def work(worker: int) -> list[int]:
        found = []
        while got := claim(store, f"w{worker}", limit=3):
            found += [each.id for each in got]
        return found

    with ThreadPoolExecutor(8) as pool:
        claimed = [each for found in pool.map(work, range(8)) for each in found]
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 40


def test_the_oldest_due_entry_goes_first_and_what_is_not_due_stays(store: Store) -> None:
    rows = [sealed(number) for number in (1, 2, 3)]
    due = {1: NOW, 2: NOW - HOUR, 3: NOW + timedelta(seconds=1)}
    moved = [
        Sealed(row=each.row, token=each.token, decision=each.decision, letter=each.letter,
               status=each.status, not_before=due[each.row])
        for each in rows
    ]  # fmt: skip
    put(store, *moved)
    assert [each.letter.token for each in claim(store, limit=5)] == [rows[1].token, rows[0].token]


def test_claimed_bytes_are_the_sealed_bytes(store: Store) -> None:
    row = sealed(1)
    put(store, row)
    assert one(store).letter == row.letter


def test_a_crash_counts_as_an_attempt_and_not_tried_gives_it_back(store: Store) -> None:
    (token,) = put(store, sealed(1))
    claimed = one(store)
    assert views.find(store, token).fields["attempts"] == 1
    settle(store, claimed, NotTried("the server is down"))
    assert views.find(store, token).fields["attempts"] == 0


def test_the_dot_is_allowed_once_and_only_under_the_lease(store: Store) -> None:
    put(store, sealed(1))
    claimed = one(store)
    stale = Claimed(claimed.id, "somebody else", claimed.attempt, claimed.letter)
    assert not outbox.dot_pending(store, stale, NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    assert not outbox.dot_pending(store, claimed, NOW, LATER)


def test_a_lease_that_ran_out_forbids_the_dot(store: Store) -> None:
    put(store, sealed(1))
    assert not outbox.dot_pending(store, one(store), LATER, LATER + HOUR)


def test_a_confirmed_cancel_forbids_the_dot(store: Store) -> None:
    (token,) = put(store, sealed(1))
    claimed = one(store)
    found = views.find(store, token)
    outbox.act(store, found.id, lambda _: verbs.cancel(), by="hr", now=NOW)
    assert not outbox.dot_pending(store, claimed, NOW, LATER)
    assert not settle(store, claimed, NotTried("taken back"))
    assert status(store, token) == "cancelled"


def test_a_cancel_after_the_dot_says_that_it_is_too_late(store: Store) -> None:
    (token,) = put(store, sealed(1))
    outbox.dot_pending(store, one(store), NOW, LATER)
    with pytest.raises(NotAllowed, match="too late"):
        outbox.act(store, views.find(store, token).id, lambda _: verbs.cancel(), by="hr",
                   now=NOW)  # fmt: skip
    assert status(store, token) == "sending"


def test_a_dead_workers_entry_is_queued_again_when_no_dot_was_pending(store: Store) -> None:
    (token,) = put(store, sealed(1))
    one(store)
    assert outbox.reclaim(store, NOW) == 0
    assert outbox.reclaim(store, LATER) == 1
    assert status(store, token) == "queued"


def test_a_dead_workers_entry_is_unsure_when_its_dot_was_pending(store: Store) -> None:
    (token,) = put(store, sealed(1))
    outbox.dot_pending(store, one(store), NOW, LATER)
    assert outbox.reclaim(store, NOW, all_of_them=True) == 1
    assert status(store, token) == "unsure"
    assert claim(store, limit=5) == []


def test_an_answer_after_the_lease_ran_out_is_still_proof(store: Store) -> None:
    (token,) = put(store, sealed(1))
    claimed = one(store)
    outbox.dot_pending(store, claimed, NOW, LATER)
    outbox.reclaim(store, LATER)
    assert settle(store, claimed, Accepted(Reply(250, "ok")))
    assert status(store, token) == "sent"


def test_a_late_worker_can_not_overwrite_what_came_after_it(store: Store) -> None:
    (token,) = put(store, sealed(1))
    late = one(store)
    outbox.reclaim(store, LATER)
    later = outbox.claim(store, "w2", LATER, LATER + HOUR)[0]
    assert not settle(store, late, Refused("550"))
    assert outbox.settle(store, later, after(later.attempt, Accepted(Reply(250, "ok")), LATER,
                                             RETRY), LATER, {})  # fmt: skip
    assert status(store, token) == "sent"


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (Accepted(Reply(250, "2.0.0 ok")), "sent"),
        (Deferred("451 later"), "queued"),
        (Refused("550 5.1.1 nobody"), "failed"),
        (Unsure("closed"), "unsure"),
        (NotTried("down"), "queued"),
    ],
)
def test_each_result_settles_in_its_state_with_a_journal_line(
    store: Store, result: Result, wanted: str
) -> None:
    (token,) = put(store, sealed(1))
    claimed = one(store)
    assert settle(store, claimed, result)
    assert status(store, token) == wanted
    last = list(views.journal_lines(store, claimed.id))[-1]
    assert last["status"] == wanted
    assert last["worker"] == "w1"
    assert isinstance(last["detail"], dict)
    assert last["detail"]["tls"] == "TLSv1.3"


def test_a_deferred_entry_waits_and_is_given_up_in_the_end(store: Store) -> None:
    (token,) = put(store, sealed(1))
    settle(store, one(store), Deferred("451"))
    assert claim(store) == []
    due = NOW + timedelta(days=6)
    late = outbox.claim(store, "w1", due, due + HOUR)[0]
    change = after(late.attempt, Deferred("451 still"), due, RETRY)
    outbox.settle(store, late, change, due, {})
    assert status(store, token) == "failed"
    assert views.find(store, token).fields["why"] == "out of time"


def test_what_waits_for_two_things_waits_for_the_second_after_the_first(store: Store) -> None:
    row = sealed(1)
    held = Sealed(row=1, token=row.token, decision=row.decision, letter=row.letter,
                  status=Status.HELD, waits=("reason", "approval"), not_before=NOW)  # fmt: skip
    put(store, held)
    found = views.find(store, row.token)
    outbox.act(store, found.id, lambda waits: verbs.release(NOW, waits), by="hr", now=NOW)
    assert views.find(store, row.token).fields["why"] == "approval"
    with pytest.raises(NotAllowed, match="held"):
        outbox.act(store, found.id, lambda waits: verbs.release(NOW, waits), by="hr", now=NOW)
    outbox.act(store, found.id, lambda waits: verbs.approve(NOW, waits), by="boss", now=NOW)
    assert status(store, row.token) == "queued"


@pytest.mark.parametrize("decided_by", ["hr@acme.example", "HR Desk <HR+jobs@acme.example>"])
def test_nobody_approves_their_own_decision(store: Store, decided_by: str) -> None:
    row = sealed(1, decided_by=decided_by)
    held = Sealed(row=1, token=row.token, decision=row.decision, letter=row.letter,
                  status=Status.HELD, waits=("approval",), not_before=NOW)  # fmt: skip
    put(store, held)
    with pytest.raises(NotAllowed, match="somebody else"):
        outbox.act(
            store,
            views.find(store, row.token).id,
            lambda waits: verbs.approve(NOW, waits),
            by="hr@acme.example",
            now=NOW,
        )
    assert status(store, row.token) == "held"


def test_resend_gives_a_failed_entry_all_its_tries_again(store: Store) -> None:
    (token,) = put(store, sealed(1))
    settle(store, one(store), Refused("550"))
    outbox.act(store, views.find(store, token).id, lambda _: verbs.resend(NOW), by="hr",
               now=NOW)  # fmt: skip
    again = one(store)
    assert again.attempt.attempts == 1
    assert again.attempt.first_try_at == NOW


def test_every_change_is_in_the_journal_and_nothing_of_the_letter_is(store: Store) -> None:
    (token,) = put(store, sealed(1))
    claimed = one(store)
    outbox.dot_pending(store, claimed, NOW, LATER)
    settle(store, claimed, Accepted(Reply(250, "2.0.0 queued as 42")))
    lines = list(views.journal_lines(store))
    assert [line["event"] for line in lines] == ["taken", "claimed", "dot_pending", "sent"]
    assert {line["entry"] for line in lines} == {token}
    told = str(lines)
    assert "queued as 42" in told
    assert "candidates.example" not in told
    assert "Ana" not in told


def test_an_entry_is_found_by_the_beginning_of_its_name(store: Store) -> None:
    first, _ = put(store, sealed(1), sealed(2))
    assert views.find(store, first[:12]).fields["entry"] == first
    with pytest.raises(NoSuchEntry, match="followup list"):
        views.find(store, "nothing-like-it")
    with pytest.raises(NoSuchEntry, match="several"):
        views.find(store, "")


def test_a_wildcard_in_a_name_is_only_a_letter(store: Store) -> None:
    put(store, sealed(1))
    with pytest.raises(NoSuchEntry):
        views.find(store, "%")
