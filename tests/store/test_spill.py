"""Answers that the database could not take: kept beside it, torn ones told, taken in once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sample import NOW, RETRY, arrival, sealed
from sqlalchemy import update

from worker.lifecycle import Kind, Status, Try, after
from worker.result import Accepted, Deferred, Refused, Reply, Result
from worker.steps.settle import Settling, take_in_answers
from worker.store import outbox, taking, views
from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.schema import entry
from worker.store.spill import SIZE, Answer, Spill

LATER = NOW + timedelta(hours=1)
FIRST = Try(kind=Kind.LETTER, attempts=1, first_try_at=NOW)
OK = Accepted(Reply(250, "2.0.0 queued as 1234"))


def answer(number: int = 1, result: Result = OK, lease: str = "w1") -> Answer:
    change = after(FIRST, result, NOW, RETRY)
    return Answer(id=number, lease=lease, token=f"t{number}", change=change, at=NOW, tls="TLSv1.3")


@pytest.fixture
def spill(tmp_path: Path) -> Iterator[Spill]:
    made = Spill(tmp_path / "db.answers", 2)
    yield made
    made.close()


@pytest.mark.parametrize(
    "result", [OK, Deferred("451 4.7.1 later"), Refused("550 5.1.1 no such user")]
)
def test_an_answer_comes_back_as_it_was_kept(spill: Spill, result: Result) -> None:
    place = spill.keep(answer(result=result))
    assert list(spill.kept()) == [(place, answer(result=result))]


def test_what_is_cleared_is_gone_and_its_place_is_free_again(spill: Spill) -> None:
    places = [spill.keep(answer(1)), spill.keep(answer(2))]
    assert spill.keep(answer(3)) is None
    assert places[0] is not None
    spill.clear(places[0])
    assert [each.id for _, each in spill.kept() if each] == [2]
    assert spill.keep(answer(3)) == places[0]


def test_what_was_kept_is_there_for_the_next_one_who_opens_it(tmp_path: Path) -> None:
    first = Spill(tmp_path / "db.answers", 1)
    first.keep(answer())
    second = Spill(tmp_path / "db.answers", 1)
    assert list(second.kept()) == [(0, answer())]
    assert second.keep(answer(2)) is None  # its place is taken until that one is taken in
    first.close()
    second.close()


def test_the_space_is_taken_beforehand(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "db.answers", 3)
    seen = (tmp_path / "db.answers").stat()
    assert seen.st_size == 3 * SIZE
    assert seen.st_blocks * 512 >= 3 * SIZE
    spill.close()


@pytest.mark.parametrize("text", ["x" * 5000, "é" * 5000, "\x00" * 5000, '"' * 5000])
def test_whatever_a_server_says_fits(spill: Spill, text: str) -> None:
    spill.keep(answer(result=Accepted(Reply(250, text))))
    [(_, kept)] = spill.kept()
    assert kept is not None
    assert kept.change.to is Status.SENT
    assert str(kept.change.last_reply).startswith("250 ")


@pytest.mark.parametrize("octet", [0, 3, 9, 40, 200])
def test_a_record_that_was_torn_is_none(tmp_path: Path, octet: int) -> None:
    path = tmp_path / "db.answers"
    spill = Spill(path, 1)
    spill.keep(answer())
    whole = bytearray(path.read_bytes())
    whole[octet] ^= 1
    path.write_bytes(whole)
    assert [each for _, each in spill.kept()] == [None]
    spill.close()


def test_a_record_of_another_version_is_none(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "db.answers", 1)
    spill._slots.write(0, {"id": 1, "to": "teleported"})
    assert [each for _, each in spill.kept()] == [None]
    spill.close()


class Told:
    """What was said."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def __call__(self, event: str, **_: object) -> None:
        self.events.append(event)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def settling(store: Store, tmp_path: Path, told: Told) -> Iterator[Settling]:
    beside = Beside(store, tmp_path / "var", 2, monotonic=lambda: 0.0)
    yield Settling(store=store, beside=beside, wait=lambda _: True, tell=told, complain=told)
    beside.close()


@pytest.fixture
def claimed(store: Store) -> Claimed:
    """An entry whose dot went out."""
    taking.put(store, arrival(store), [sealed()], NOW, hold_changed=True)
    [claimed] = outbox.claim(store, "w1", NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    return claimed


def kept(claimed: Claimed, result: Result = OK, lease: str | None = None) -> Answer:
    change = after(claimed.attempt, result, NOW, RETRY)
    return Answer(id=claimed.id, lease=lease or claimed.lease, token=claimed.letter.token,
                  change=change, at=NOW, tls="none")  # fmt: skip


def status(store: Store) -> object:
    [found] = views.entries(store, views.Asked())
    return found["status"]


def journalled(store: Store) -> list[dict[str, Any]]:
    return list(views.journal_lines(store))


def test_an_answer_that_lies_there_is_taken_in_and_gone(
    settling: Settling, claimed: Claimed, told: Told
) -> None:
    settling.beside.spill.keep(kept(claimed))
    assert take_in_answers(settling, LATER) == 1
    assert status(settling.store) == Status.SENT
    assert list(settling.beside.spill.kept()) == []
    assert told.events == ["answer_taken_in"]
    sent = journalled(settling.store)[-1]
    assert (sent["event"], sent["detail"]["reply"]) == ("sent", "250 2.0.0 queued as 1234")


def test_it_is_also_proof_for_what_housekeeping_made_unsure(
    settling: Settling, claimed: Claimed
) -> None:
    settling.beside.spill.keep(kept(claimed))
    outbox.reclaim(settling.store, LATER, all_of_them=True)
    assert status(settling.store) == Status.UNSURE
    assert take_in_answers(settling, LATER) == 1
    assert status(settling.store) == Status.SENT


def test_taking_in_what_was_settled_before_changes_nothing(
    settling: Settling, claimed: Claimed, told: Told
) -> None:
    settling.beside.spill.keep(kept(claimed))
    outbox.settle(settling.store, claimed, kept(claimed).change, NOW, {})
    lines = len(journalled(settling.store))
    assert take_in_answers(settling, LATER) == 0
    assert len(journalled(settling.store)) == lines
    assert told.events == []


@pytest.mark.parametrize("change", ["another lease", "no such entry"])
def test_an_answer_that_fits_nothing_is_told_and_moves_nothing(
    settling: Settling, claimed: Claimed, told: Told, change: str
) -> None:
    lease = "w0" if change == "another lease" else "w1"
    settling.beside.spill.keep(kept(claimed, lease=lease))
    if change == "no such entry":
        with settling.store.write() as connection:
            connection.execute(update(entry).values(token="other", lease="w9"))
    assert take_in_answers(settling, LATER) == 0
    assert status(settling.store) == Status.SENDING
    assert told.events == ["answer_too_late"]
    assert journalled(settling.store)[-1]["event"] == "answer_too_late"
    assert list(settling.beside.spill.kept()) == []


def test_a_definite_no_counts_as_well(settling: Settling, claimed: Claimed) -> None:
    settling.beside.spill.keep(kept(claimed, Refused("550 5.7.1 no")))
    take_in_answers(settling, LATER)
    assert status(settling.store) == Status.FAILED


def test_a_torn_record_is_told_and_what_is_whole_is_taken_in(
    settling: Settling, claimed: Claimed, told: Told
) -> None:
    places = [settling.beside.spill.keep(kept(claimed)) for _ in range(2)]
    settling.beside.spill._slots.write(places[0] or 0, {"cut": "off"})
    assert take_in_answers(settling, LATER) == 1
    assert sorted(told.events) == ["answer_taken_in", "answer_torn"]
    assert status(settling.store) == Status.SENT
