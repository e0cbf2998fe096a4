"""What went out while a newer decision waited is put before people before that one goes as well.

Only a ``release`` of that contradiction goes on; and also that one waits again where an older
letter has gone to its dot since.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from deciding import (
    OK,
    act,
    approve,
    at_its_dot,
    by_mail,
    claim,
    come_back,
    confirm,
    dot,
    handed_over,
    letters_leave,
    put,
    release,
    resend,
    settle,
    state,
    status,
    waiting,
    waits_again,
    withdrawal,
)
from sample import NOW, sealed

from worker import verbs
from worker.decision import Outcome
from worker.result import Deferred, Refused
from worker.store import restored
from worker.store.engine import Store
from worker.store.taking import Sealed

BY_THEN = NOW + timedelta(hours=1)


def offer(*waits: str) -> Sealed:
    return waiting(sealed(1, outcome=Outcome.OFFER), *waits)


def confirm_and_release(store: Store, token: str) -> None:
    confirm(store)
    release(store, token)


LET_GO: dict[str, tuple[tuple[str, ...], Callable[[Store, str], object]]] = {
    "confirmed": (("confirmation",), lambda store, _: confirm(store)),
    "approved": (("approval", "confirmation"), approve),
    "released": (("shadow", "proof"), confirm_and_release),
}


@pytest.mark.parametrize("comes_back", [False, True], ids=["failed", "bounced"])
@pytest.mark.parametrize("how", sorted(LET_GO))
def test_a_letter_sent_again_meanwhile_makes_the_newer_decision_wait_again(
    store: Store, how: str, *, comes_back: bool
) -> None:
    waits, let_go = LET_GO[how]
    row = sealed(1)
    old = come_back(store, row) if comes_back else handed_over(store, row, Refused("550"))
    (placed,) = by_mail(store, "m1", offer(*waits))
    new = placed.token
    resend(store, old)
    assert letters_leave(store) == [old]
    let_go(store, new)
    assert waits_again(store, new, old)
    assert letters_leave(store) == []
    release(store, new)
    assert letters_leave(store) == [new]


def test_what_is_at_its_dot_is_not_said_to_be_held(store: Store) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer("confirmation")
    (placed,) = by_mail(store, "m1", new)
    assert "may be reaching the candidate right now" in str(placed.note)
    assert "held beside it" not in str(placed.note)
    assert state(store, new.token) == ("held", "contradiction", "confirmation")
    release(store, new.token)
    assert settle(store, sending, OK)
    confirm(store)
    assert waits_again(store, new.token, sending.letter.token)
    assert letters_leave(store) == []


def test_what_was_at_its_dot_and_is_tried_again_still_makes_the_newer_one_wait(
    store: Store,
) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer("confirmation")
    by_mail(store, "m1", new)
    release(store, new.token)
    settle(store, sending, Deferred("451"))
    assert letters_leave(store, BY_THEN) == [sending.letter.token]
    confirm(store)
    assert waits_again(store, new.token, sending.letter.token)
    assert letters_leave(store, BY_THEN) == []


def test_the_older_one_that_a_person_let_go_and_that_left_is_told_of(store: Store) -> None:
    old = sealed(1)
    put(store, "s1", old)
    new = offer("approval", "confirmation")
    by_mail(store, "m1", new)
    release(store, new.token)
    release(store, old.token)
    assert letters_leave(store) == [old.token]
    approve(store, new.token)
    assert waits_again(store, new.token, old.token)
    assert letters_leave(store) == []


def test_of_two_that_wait_for_their_decider_the_second_waits_for_people_too(store: Store) -> None:
    first, second = offer("confirmation"), waiting(sealed(1), "proof")
    by_mail(store, "m1", first, token="1")
    by_mail(store, "m2", second, token="2")
    for each in (first, second):
        release(store, each.token)
    confirm(store, "1")
    assert letters_leave(store) == [first.token]
    confirm(store, "2")
    assert waits_again(store, second.token, first.token)
    assert letters_leave(store) == []
    release(store, second.token)
    assert letters_leave(store) == [second.token]


def test_to_release_it_from_something_else_says_nothing_about_the_older_one(store: Store) -> None:
    old = handed_over(store, sealed(1), Refused("550"))
    new = offer("proof", "shadow")
    by_mail(store, "m1", new)
    confirm(store)
    resend(store, old)
    sending = claim(store)
    assert dot(store, sending)
    release(store, new.token)
    assert waits_again(store, new.token, old)
    settle(store, sending, OK)
    assert letters_leave(store) == []
    release(store, new.token)
    assert letters_leave(store) == [new.token]


def test_a_release_of_the_contradiction_waits_again_where_the_older_one_left_since(
    store: Store,
) -> None:
    old = sealed(1)
    put(store, "s1", old)
    new = offer("confirmation")
    by_mail(store, "m1", new)
    confirm(store)
    assert state(store, new.token) == ("held", "contradiction")
    release(store, old.token)
    assert letters_leave(store) == [old.token]
    release(store, new.token)
    assert waits_again(store, new.token, old.token)
    release(store, new.token)
    assert letters_leave(store) == [new.token]


def test_a_withdrawal_that_is_confirmed_after_the_letter_left_is_recorded(store: Store) -> None:
    old = sealed(1)
    put(store, "s1", old)
    new = withdrawal("proof")
    by_mail(store, "m1", new)
    release(store, old.token)
    assert letters_leave(store) == [old.token]
    confirm(store)
    assert (status(store, new.token), status(store, old.token)) == ("done", "sent")


@pytest.fixture
def forgotten(store: Store) -> tuple[str, str]:
    """A rejection and an offer beside it, in a database that was restored; all but let go."""
    old, new = sealed(1), offer("confirmation")
    put(store, "s1", old)
    by_mail(store, "m1", new)
    restored.hold_all(store, "fresh", by="hr", now=NOW)
    assert state(store, old.token) == ("held", "restored", "contradiction")
    assert state(store, new.token) == ("held", "restored", "contradiction", "confirmation")
    release(store, new.token)
    release(store, new.token)
    return old.token, new.token


def test_what_a_restored_database_forgot_is_not_cancelled_and_holds_the_newer_one(
    store: Store, forgotten: tuple[str, str]
) -> None:
    old, new = forgotten
    confirm(store)
    assert state(store, old) == ("held", "restored", "contradiction")
    assert waits_again(store, new, old)
    assert letters_leave(store) == []


def test_a_person_who_knows_that_it_was_sent_lets_the_newer_one_go(
    store: Store, forgotten: tuple[str, str]
) -> None:
    old, new = forgotten
    confirm(store)
    act(store, old, lambda _: verbs.sent_before_restore(NOW))
    release(store, new)
    assert (status(store, old), letters_leave(store)) == ("sent", [new])


def test_behind_a_newer_one_what_was_forgotten_leaves_no_more(
    store: Store, forgotten: tuple[str, str]
) -> None:
    old, new = forgotten
    confirm(store)
    release(store, new)
    release(store, old)
    assert state(store, old) == ("cancelled",)
    assert letters_leave(store) == [new]
