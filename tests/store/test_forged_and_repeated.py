"""What repeats what: a decision with weak proof only word for word, for the repeat confirms it.

Whatever else is well proved takes its place, and what is proved no better waits beside it.
"""

from dataclasses import replace

import pytest
from deciding import (
    by_mail,
    confirm,
    handed_over,
    letters_leave,
    put,
    release,
    state,
    status,
    unmailed,
    waiting,
    withdrawal,
)
from sample import sealed

from worker.decision import Channel, Outcome
from worker.store.engine import Store
from worker.store.taking import Sealed

BOB = "bob@candidates.example"


def weak(row: Sealed) -> Sealed:
    return waiting(row, "proof")


FORGED = pytest.mark.parametrize("forged", [
    {"job_title": "Analyst - claim your bonus at evil.example"}, {"last_name": "Evil"},
    {"phone": "+1 900 1"}, {"recruiter_email": "mallory@evil.example"}, {"reason": "None."},
    {"next_step": "Pay at evil.example"},
], ids=lambda changed: str(next(iter(changed))))  # fmt: skip


@FORGED
def test_a_forged_decision_with_a_word_of_its_own_makes_way_for_the_true_one(
    store: Store, forged: dict[str, str]
) -> None:
    lie, truth = weak(sealed(1, 1, **forged)), sealed(1)
    by_mail(store, "m1", lie)
    (placed,) = put(store, "s1", truth)
    assert (placed.status, placed.token) == ("queued", truth.token)
    assert state(store, lie.token) == ("cancelled",)
    assert confirm(store) == []
    assert letters_leave(store) == [truth.token]


@FORGED
def test_two_that_are_weakly_proved_and_not_the_same_wait_for_people(
    store: Store, forged: dict[str, str]
) -> None:
    lie, truth = weak(sealed(1, 1, **forged)), weak(sealed(1))
    by_mail(store, "m1", lie, token="1")
    (placed,) = by_mail(store, "m2", truth, token="2")
    assert (placed.status, placed.token) == ("held", truth.token)
    assert lie.token in str(placed.note)
    assert confirm(store, "2") == [truth.token]
    assert state(store, truth.token) == ("held", "contradiction")
    assert state(store, lie.token) == ("held", "proof")
    assert letters_leave(store) == []
    release(store, truth.token)
    assert state(store, lie.token) == ("cancelled",)
    assert letters_leave(store) == [truth.token]


def test_word_for_word_it_is_repeated_whoever_decided_it(store: Store) -> None:
    first = weak(sealed(1, decided_by="dana@acme.example"))
    by_mail(store, "m1", first)
    (placed,) = put(store, "s1", sealed(1, decided_by="Dana Miller"))
    assert (placed.status, placed.token) == ("duplicate", first.token)
    assert "needs no confirmation any more" in str(placed.note)
    assert letters_leave(store) == [first.token]


def test_by_another_weak_mail_it_is_repeated_and_not_confirmed(store: Store) -> None:
    first = weak(sealed(1))
    by_mail(store, "m1", first, token="1")
    (placed,) = by_mail(store, "m2", weak(sealed(1)), token="2")
    assert (placed.status, placed.token) == ("duplicate", first.token)
    assert state(store, first.token) == ("held", "proof")


def test_a_true_withdrawal_does_not_repeat_one_under_another_address(store: Store) -> None:
    old = sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", old)
    by_mail(store, "m1", weak(withdrawal("proof", email=BOB)))
    release(store, old.token)
    (placed,) = put(store, "s2", withdrawal())
    assert (placed.status, status(store, placed.token)) == ("done", "done")
    assert state(store, old.token) == ("cancelled",)
    assert letters_leave(store) == []


@pytest.mark.parametrize("before", [False, True], ids=["behind the letter", "before the letter"])
def test_a_withdrawal_whose_address_was_mended_stops_the_letter(
    store: Store, *, before: bool
) -> None:
    old = sealed(1, outcome=Outcome.ADVANCED)
    came = [("s0", withdrawal(email=BOB)), ("s1", old)]
    for name, row in came if before else reversed(came):
        put(store, name, row)
    assert state(store, old.token) == ("held", "contradiction")
    release(store, old.token)
    (placed,) = put(store, "s2", withdrawal())
    assert (placed.status, status(store, placed.token)) == ("done", "done")
    assert state(store, old.token) == ("cancelled",)
    assert letters_leave(store) == []


def test_whatever_the_guard_a_row_told_in_person_lets_no_forged_letter_go(store: Store) -> None:
    lie = weak(sealed(1, outcome=Outcome.OFFER, conditions="Pay at evil.example"))
    by_mail(store, "m1", lie, hold_changed=False)
    truth = unmailed(sealed(1, outcome=Outcome.OFFER, channel=Channel.IN_PERSON))
    (placed,) = put(store, "s1", truth, hold_changed=False)
    assert (placed.status, placed.token) == ("done", truth.token)
    assert state(store, lie.token) == ("cancelled",)
    assert letters_leave(store) == []


def test_a_file_that_grows_frees_and_confirms_its_later_row_at_once(store: Store) -> None:
    first = sealed(1, row=1, outcome=Outcome.ON_HOLD)
    handed_over(store, first)
    later = weak(sealed(1, row=2))
    by_mail(store, "m1", later)
    told, placed = put(
        store, "s2", sealed(1, row=1, outcome=Outcome.ON_HOLD), sealed(1, row=2)
    )  # fmt: skip
    assert later.token in str(told.note)
    assert (placed.status, placed.token) == ("duplicate", later.token)
    assert "needs no confirmation any more" in str(placed.note)
    assert letters_leave(store) == [later.token]


def test_what_is_held_beside_an_unconfirmed_row_is_not_freed_by_a_later_row(store: Store) -> None:
    handed_over(store, sealed(1, outcome=Outcome.ON_HOLD))
    old, new = sealed(1), replace(waiting(sealed(1, outcome=Outcome.OFFER), "confirmation"), row=2)
    put(store, "s2", old)
    again, beside, _ = by_mail(
        store, "m1", sealed(1, row=1, outcome=Outcome.ON_HOLD), new, sealed(1, row=3)
    )
    assert old.token in str(again.note)
    assert f"{old.token}) is held beside it" in str(beside.note)
    assert state(store, old.token) == ("held", "contradiction")
    assert state(store, new.token) == ("held", "contradiction", "confirmation")
    assert letters_leave(store) == []
