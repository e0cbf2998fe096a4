"""What the breaker remembers: nothing while all goes well, and the last letters afterwards."""

from collections.abc import Iterator

import pytest
from sample import HOUR, NOW, RETRY, arrival, letter, sealed
from sqlalchemy import func, select

from worker.lifecycle import after
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Result
from worker.store import outbox, reports, taking
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.records import outcome

TAKEN = Accepted(Reply(250, "ok"))
REFUSED = Refused("550 no")


@pytest.fixture
def letters(store: Store) -> Iterator[Claimed]:
    rows = [sealed(number) for number in range(1, 41)]
    taking.put(store, arrival(store), rows, NOW, hold_changed=True)
    return iter(outbox.claim(store, "w1", NOW, NOW + HOUR, limit=40))


def settle(store: Store, claimed: Claimed, result: Result) -> None:
    assert outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})


def remembered(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(outcome)).scalar_one()


def test_while_all_goes_well_nothing_is_written(store: Store, letters: Iterator[Claimed]) -> None:
    for _ in range(3):
        settle(store, next(letters), TAKEN)
    assert remembered(store) == 0


@pytest.mark.parametrize("result", [Deferred("451"), NotTried("down")])
def test_what_may_pass_is_not_counted(
    store: Store, letters: Iterator[Claimed], result: Result
) -> None:
    for _ in range(5):
        settle(store, next(letters), result)
    assert remembered(store) == 0


def test_the_last_twenty_are_remembered_until_none_of_them_was_refused(
    store: Store, letters: Iterator[Claimed]
) -> None:
    settle(store, next(letters), REFUSED)
    for number in range(19):
        settle(store, next(letters), TAKEN)
        assert remembered(store) == number + 2
    settle(store, next(letters), TAKEN)
    assert remembered(store) == 0


def test_the_window_moves_on(store: Store, letters: Iterator[Claimed]) -> None:
    settle(store, next(letters), REFUSED)
    for number in range(25):
        settle(store, next(letters), REFUSED if number == 10 else TAKEN)
    assert remembered(store) == 20


def test_a_notice_that_is_refused_is_not_counted(store: Store) -> None:
    with store.write() as connection:
        reports.put(connection, "x", letter("hr@acme.example"), NOW)
    (claimed,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    settle(store, claimed, REFUSED)
    assert remembered(store) == 0
