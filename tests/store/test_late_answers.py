"""A yes of the server that comes after its try was given up: no other try of the letter leaves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sample import HOUR, NOW, RETRY, arrival, sealed

from worker import verbs
from worker.lifecycle import Transition, after
from worker.result import Accepted, Deferred, Refused, Reply, Result
from worker.steps.settle import Handover, Settling, take_in_answers
from worker.store import outbox, taking, views
from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.spill import Answer

OVER = NOW + 2 * HOUR
OK = Accepted(Reply(250, "2.0.0 queued as 1234"))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def settling(store: Store, tmp_path: Path, told: list[str]) -> Iterator[Settling]:
    beside = Beside(store, tmp_path / "var", 2, monotonic=lambda: 0.0)
    yield wired(store, beside, told)
    beside.close()


def wired(store: Store, beside: Beside, told: list[str]) -> Settling:
    def tell(event: str, **_: object) -> None:
        told.append(event)

    return Settling(store=store, beside=beside, wait=lambda _: True, tell=tell, complain=tell)


@pytest.fixture
def given_up(store: Store) -> Claimed:
    """A letter whose dot was out, reclaimed when its lease ran out, and taken for not sent."""
    taking.put(store, arrival(store), [sealed()], NOW, hold_changed=True)
    [claimed] = outbox.claim(store, "a", NOW, NOW + HOUR)
    assert outbox.dot_pending(store, claimed, NOW, NOW + HOUR)
    assert outbox.reclaim(store, OVER) == 1
    act(store, claimed, verbs.resolved_not_sent(OVER))
    return claimed


def act(store: Store, claimed: Claimed, change: Transition) -> None:
    outbox.act(store, claimed.id, lambda _: change, by="hr", now=OVER)


def kept(claimed: Claimed, result: Result = OK) -> Answer:
    change = after(claimed.attempt, result, NOW, RETRY)
    return Answer(id=claimed.id, lease=claimed.lease, token=claimed.letter.token,
                  change=change, at=NOW, tls="none")  # fmt: skip


def status(store: Store) -> object:
    [found] = views.entries(store, views.Asked())
    return found["status"]


def events(store: Store) -> list[str]:
    return [str(line["event"]) for line in views.journal_lines(store)]


def test_one_that_was_kept_makes_a_queued_letter_sent(
    settling: Settling, given_up: Claimed, told: list[str]
) -> None:
    settling.beside.spill.keep(kept(given_up))
    assert take_in_answers(settling, OVER) == 1
    assert (status(settling.store), told) == ("sent", ["answer_taken_in"])
    found = views.find(settling.store, given_up.letter.token)
    assert found.fields["last_reply"] == "250 2.0.0 queued as 1234"
    assert found.fields["sent_at"] == "2026-11-23T09:00:00Z"
    assert outbox.claim(settling.store, "b", OVER, OVER + HOUR) == []


@pytest.mark.parametrize("dot", [False, True])
def test_one_that_was_kept_ends_a_try_that_is_on_its_way(
    settling: Settling, given_up: Claimed, *, dot: bool
) -> None:
    settling.beside.spill.keep(kept(given_up))
    [again] = outbox.claim(settling.store, "b", OVER, OVER + HOUR)
    if dot:
        assert outbox.dot_pending(settling.store, again, OVER, OVER + HOUR)
    assert take_in_answers(settling, OVER) == 1
    assert not outbox.dot_pending(settling.store, again, OVER, OVER + HOUR)
    later = after(again.attempt, Deferred("451"), OVER, RETRY)
    assert not outbox.settle(settling.store, again, later, OVER, {})
    assert status(settling.store) == "sent"


def test_one_that_was_kept_ends_what_a_person_holds(settling: Settling, given_up: Claimed) -> None:
    settling.beside.spill.keep(kept(given_up))
    act(settling.store, given_up, verbs.hold())
    assert take_in_answers(settling, OVER) == 1
    assert status(settling.store) == "sent"


def test_one_that_is_read_live_after_the_lease_counts_as_well(
    settling: Settling, given_up: Claimed
) -> None:
    change = after(given_up.attempt, OK, OVER, RETRY)
    assert Handover(settling, given_up).settle(change, OVER, "none")
    assert status(settling.store) == "sent"


def test_one_that_can_not_move_its_letter_any_more_is_in_the_journal(
    settling: Settling, given_up: Claimed
) -> None:
    act(settling.store, given_up, verbs.cancel())
    change = after(given_up.attempt, OK, OVER, RETRY)
    assert not Handover(settling, given_up).settle(change, OVER, "none")
    assert (status(settling.store), events(settling.store)[-1]) == ("cancelled", "answer_too_late")


def test_taking_it_in_again_says_nothing(
    settling: Settling, given_up: Claimed, told: list[str]
) -> None:
    settling.beside.spill.keep(kept(given_up))
    take_in_answers(settling, OVER)
    settling.beside.spill.keep(kept(given_up))
    lines = len(events(settling.store))
    assert take_in_answers(settling, OVER) == 0
    assert (len(events(settling.store)), told) == (lines, ["answer_taken_in"])


@pytest.mark.parametrize("result", [Deferred("451"), Refused("550")])
def test_anything_but_a_yes_that_comes_late_moves_nothing(
    settling: Settling, given_up: Claimed, told: list[str], result: Result
) -> None:
    settling.beside.spill.keep(kept(given_up, result))
    assert take_in_answers(settling, OVER) == 0
    assert (status(settling.store), told) == ("queued", ["answer_too_late"])


def test_a_yes_to_what_a_person_sends_anew_is_of_the_letter_before(
    settling: Settling, given_up: Claimed
) -> None:
    store = settling.store
    [again] = outbox.claim(store, "b", OVER, OVER + HOUR)
    outbox.settle(store, again, after(again.attempt, Refused("550"), OVER, RETRY), OVER, {})
    act(store, given_up, verbs.resend(OVER))
    settling.beside.spill.keep(kept(given_up))
    assert take_in_answers(settling, OVER) == 0
    assert status(store) == "queued"


def test_with_fewer_workers_the_answers_of_the_others_are_taken_in(
    store: Store, tmp_path: Path, told: list[str]
) -> None:
    if store.is_sqlite:
        return  # one worker, one file
    taking.put(store, arrival(store), [sealed()], NOW, hold_changed=True)
    [claimed] = outbox.claim(store, "b", NOW, NOW + HOUR)
    assert outbox.dot_pending(store, claimed, NOW, NOW + HOUR)
    first, second = (Beside(store, tmp_path, 2, monotonic=lambda: 0.0) for _ in range(2))
    second.spill.keep(kept(claimed))
    settling = wired(store, first, told)
    assert take_in_answers(settling, NOW + timedelta(minutes=1)) == 0  # its worker still has it
    second.close()
    assert take_in_answers(settling, NOW + timedelta(minutes=1)) == 1
    assert (status(store), told) == ("sent", ["answer_taken_in"])
    again = Beside(store, tmp_path, 2, monotonic=lambda: 0.0)
    assert list(again.spill.kept()) == []
    again.close()
    first.close()
