"""The pace of sending as a row: it holds for all workers at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from sample import HOUR, NOW, arrival, sealed

from worker.store import outbox, rate, taking, views
from worker.store.engine import Store

MINUTE = timedelta(minutes=1)


def take(store: Store, limit: float | None, at: timedelta = timedelta(0)) -> bool:
    with store.write() as connection:
        return rate.take(connection, limit, NOW + at)


def test_without_a_rate_nothing_is_held_back(store: Store) -> None:
    assert all(take(store, None) for _ in range(5))
    assert rate.wait(store, None, NOW) == timedelta(0)
    assert rate.per_minute(store, None, NOW) is None


def test_with_a_rate_the_next_letter_waits_its_turn(store: Store) -> None:
    assert take(store, 30.0)
    assert not take(store, 30.0)
    wait = rate.wait(store, 30.0, NOW)
    assert timedelta(seconds=1.9) < wait <= timedelta(seconds=2)
    assert take(store, 30.0, wait)


def test_what_is_not_allowed_is_not_claimed_and_costs_no_attempt(store: Store) -> None:
    taking.put(store, arrival(store), [sealed(1), sealed(2)], NOW, hold_changed=True)
    gate = partial(rate.take, limit=30.0, now=NOW)
    found = [outbox.claim(store, "w1", NOW, NOW + HOUR, gate=gate) for _ in range(2)]
    assert [len(each) for each in found] == [1, 0]
    assert {each["attempts"] for each in views.entries(store, views.Asked())} == {0, 1}


def test_nothing_due_takes_nothing(store: Store) -> None:
    outbox.claim(store, "w1", NOW, NOW + HOUR, gate=partial(rate.take, limit=30.0, now=NOW))
    assert rate.wait(store, 30.0, NOW) == timedelta(0)


def test_eight_workers_at_once_get_one_letter_through(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take(store, 30.0), range(8)))
    assert sum(taken) == 1


def test_too_fast_introduces_a_pace_and_halves_it(store: Store) -> None:
    assert rate.slow(store, None, now=NOW, by="w1") == 20.0
    assert rate.slow(store, None, now=NOW + timedelta(seconds=1), by="w2") == 20.0
    assert rate.slow(store, None, now=NOW + 5 * MINUTE, by="w1") == 10.0
    assert rate.per_minute(store, None, NOW + 5 * MINUTE) == 10.0
    assert [line["event"] for line in views.journal_lines(store)] == ["slowed", "slowed"]


def test_the_pace_comes_back_by_itself(store: Store) -> None:
    rate.slow(store, 30.0, now=NOW, by="w1")
    found = [rate.per_minute(store, 30.0, NOW + minutes * MINUTE) for minutes in (0, 10, 40, 50)]
    assert found == [15.0, 18.0, 27.0, 30.0]
