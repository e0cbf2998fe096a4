"""Calls: the sheet, the answer, the letter when nobody calls; each told once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from calling import CALLER, HR, Switchboard, to_call
from deciding import act, called, cancel, claim, letters_leave, put, release, state, waiting
from mailplace import text
from sample import NOW, sealed

from worker import verbs
from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.store import calls
from worker.store.engine import Store, pass_by
from worker.store.upgrade import upgrade

LATER = NOW + timedelta(days=3)


@pytest.fixture
def board(store: Store, tmp_path: Path) -> Switchboard:
    return Switchboard(store, tmp_path)


def asked_to_call(board: Switchboard, **changed: object) -> str:
    """A candidate to be called, and the caller has the sheet."""
    row = to_call(**changed)  # type: ignore[arg-type]
    put(board.store, "s1", row)
    board.look()
    assert board.asked() == (1, 0)
    return row.token


def test_the_caller_gets_one_sheet_once_the_letter_might_go(board: Switchboard) -> None:
    put(board.store, "s1", replace(to_call(), not_before=NOW + timedelta(hours=1)))
    board.look()
    assert board.asked() == (0, 0)
    board.now += timedelta(hours=2)
    board.look()
    board.look()
    (sheet,) = board.notices("call")
    assert sheet["To"] == CALLER
    assert "+34 600 000 000" in text(sheet)


def test_a_caller_who_is_none_of_ours_is_not_told_but_hr(board: Switchboard) -> None:
    put(board.store, "s1", to_call(recruiter_email="lena@elsewhere.example"))
    board.look()
    assert [each["To"] for each in board.notices("call")] == [HR]


def test_what_waits_for_something_else_first_is_not_asked_for(board: Switchboard) -> None:
    put(board.store, "s1", replace(to_call(), waits=("approval", "call")))
    board.look()
    assert board.asked() == (0, 0)


def test_who_called_hears_no_more_and_nothing_is_mailed(board: Switchboard) -> None:
    token = asked_to_call(board)
    called(board.store, token)
    board.now = LATER
    board.look()
    assert state(board.store, token) == ("done",)
    assert board.asked() == (1, 0)
    assert token not in letters_leave(board.store, LATER)


def test_after_the_call_goes_the_letter_that_confirms_it_and_no_other(board: Switchboard) -> None:
    row = to_call(confirmed=True)
    put(board.store, "s1", row)
    board.look()
    act(board.store, row.token, lambda _: verbs.called_then_write(NOW))
    assert board.content(row) == row.after_call != (row.letter and row.letter.content)
    board.now = LATER
    board.look()
    assert board.asked() == (1, 0)
    assert letters_leave(board.store, LATER).count(row.token) == 1


def test_without_a_letter_that_confirms_it_a_call_is_only_recorded(board: Switchboard) -> None:
    token = asked_to_call(board)
    act(board.store, token, lambda _: verbs.called_then_write(NOW))
    assert state(board.store, token) == ("done",)


def test_a_call_is_recorded_only_while_the_entry_waits_for_one(board: Switchboard) -> None:
    row = sealed(1)
    put(board.store, "s1", row)
    with pytest.raises(NotAllowed, match="while held for call"):
        act(board.store, row.token, lambda _: verbs.called_then_write(NOW))


def test_the_letter_goes_once_when_nobody_called_and_the_caller_is_told(
    board: Switchboard,
) -> None:
    row = to_call(confirmed=True)
    put(board.store, "s1", row)
    board.look()
    board.now = LATER
    board.look()
    board.look()
    (off,) = board.notices("call_off")
    assert off["To"] == CALLER
    assert "goes by mail" in text(off)
    assert row.letter is not None
    assert board.content(row) == row.letter.content
    assert letters_leave(board.store, LATER).count(row.token) == 1
    board.look()
    assert board.asked() == (1, 1)


def test_where_nobody_can_be_told_the_letter_goes_by_mail_as_well(
    store: Store, tmp_path: Path
) -> None:
    board, row = Switchboard(store, tmp_path, hr=""), to_call(recruiter_email=None)
    put(store, "s1", row)
    board.look()
    board.now = LATER
    board.look()
    assert board.asked() == (0, 0)
    assert letters_leave(store, LATER) == [row.token]


def test_a_letter_that_promises_what_has_passed_meanwhile_waits_for_a_person(
    board: Switchboard,
) -> None:
    token = asked_to_call(board, outcome=Outcome.ON_HOLD, update_on=date(2026, 11, 24))
    board.now = LATER
    board.look()
    assert state(board.store, token) == ("held", "stale")
    assert board.asked() == (1, 1)


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        (cancel, "was stopped"),
        (release, "let the letter go"),
        (lambda store, _: put(store, "s2", sealed(1, outcome=Outcome.ADVANCED)), "newer decision"),
        (lambda store, token: act(store, token, verbs.contradicted), "waits for something else"),
        (lambda store, token: act(store, token, verbs.shadowed), "waits for something else"),
    ],
    ids=["cancelled", "released", "superseded", "contradicted", "shadowed"],
)  # fmt: skip
def test_whoever_has_a_sheet_is_told_once_not_to_call(
    board: Switchboard, ends: Callable[[Store, str], object], says: str
) -> None:
    token = asked_to_call(board)
    ends(board.store, token)
    board.look()
    board.look()
    (off,) = board.notices("call_off")
    assert off["To"] == CALLER
    assert says in text(off)


def test_whoever_had_no_sheet_yet_is_told_nothing(board: Switchboard) -> None:
    row = to_call()
    put(board.store, "s1", row)
    cancel(board.store, row.token)
    board.look()
    assert board.asked() == (0, 0)


def test_what_waits_for_a_call_again_is_asked_for_again(board: Switchboard) -> None:
    token = asked_to_call(board)
    act(board.store, token, verbs.contradicted)
    board.look()
    release(board.store, token)
    board.look()
    assert board.asked() == (2, 1)
    assert state(board.store, token) == ("held", "call")


def test_several_workers_ask_once_and_fall_back_once(board: Switchboard) -> None:
    put(board.store, "s1", *(to_call(number) for number in range(1, 6)))
    together = Barrier(4)

    def look(_: int) -> None:
        together.wait()
        board.look()

    for moment, told in ((NOW, (5, 0)), (LATER, (5, 5))):
        board.now = moment
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(look, range(4)))
        assert board.asked() == told
    notices = 10
    assert len(letters_leave(board.store, LATER)) == 5 + notices


class Killed(BaseException):
    """As a kill ends a process."""


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moment", ["commit:before", "commit:after"])
@pytest.mark.parametrize("dies_at", range(1, 5))
def test_killed_around_any_commit_nobody_is_told_twice_and_the_letter_goes_once(
    url: str, tmp_path: Path, dies_at: int, moment: str
) -> None:
    """The commits: the sheet, the fallback, the word not to call, and nothing more."""
    seen: list[str] = []

    def checkpoint(told: str) -> None:
        seen.append(told)
        if seen.count(moment) == dies_at and told == moment:
            raise Killed

    whole = Store(url)
    upgrade(whole)
    row = to_call()
    put(whole, "s1", row)
    dying, restarted = (Switchboard(Store(url, each), tmp_path) for each in (checkpoint, pass_by))
    alive = dying
    for now in (NOW, LATER, LATER):
        alive.now = restarted.now = now
        try:
            alive.look()
        except Killed:
            alive = restarted
            alive.look()
    assert restarted.asked() == (1, 1)
    assert letters_leave(whole, LATER).count(row.token) == 1


def test_of_a_call_and_the_letter_without_one_the_first_wins(board: Switchboard) -> None:
    late = LATER
    for number, first in ((1, "call"), (2, "letter")):
        row = to_call(number)
        put(board.store, f"s{number}", row)
        board.look()
        (overdue,) = calls.overdue(board.store, late, 9)
        fell = verbs.call_overdue(late)
        if first == "call":
            called(board.store, row.token)
            assert not calls.fall_back(board.store, overdue, fell, late)
            assert state(board.store, row.token) == ("done",)
        else:
            assert calls.fall_back(board.store, overdue, fell, late)
            with pytest.raises(NotAllowed, match="queued"):
                called(board.store, row.token)


def test_a_letter_after_a_call_speaks_against_a_newer_decision_as_the_call_did(
    store: Store,
) -> None:
    """The candidate was told; a newer one that was let go waits for people again."""
    old = to_call(confirmed=True)
    put(store, "s1", old)
    new = waiting(sealed(1, outcome=Outcome.ADVANCED), "proof")
    put(store, "s2", new)
    release(store, old.token)  # from the contradiction in which the newer one put it
    act(store, old.token, lambda _: verbs.called_then_write(LATER))
    release(store, new.token)  # the same
    release(store, new.token)
    assert state(store, old.token) == ("cancelled",)
    assert state(store, new.token) == ("held", "contradiction")


def test_a_claim_takes_what_fell_back_like_any_other_letter(board: Switchboard) -> None:
    row = to_call()
    put(board.store, "s1", row)
    (due,) = calls.due(board.store, NOW, 9)
    assert calls.ask(board.store, due, None, NOW, NOW)
    (overdue,) = calls.overdue(board.store, NOW, 9)
    assert calls.fall_back(board.store, overdue, verbs.call_overdue(NOW), NOW)
    assert claim(board.store).letter.content == (row.letter and row.letter.content)
