"""What happens while something else about the same application is committed, on PostgreSQL."""

from datetime import timedelta

import pytest
from deciding import (
    OK,
    act,
    at_its_dot,
    by_mail,
    cancel,
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
from racing import half_way, while_committing
from sample import NOW, arrival, sealed

from worker import verbs
from worker.decision import Outcome
from worker.result import Deferred, Refused, Unsure
from worker.store import taking
from worker.store.engine import Store
from worker.store.taking import Sealed

pytestmark = [
    pytest.mark.servers, pytest.mark.parametrize("url", ["postgres"], indirect=True),
]  # fmt: skip

BY_THEN = NOW + timedelta(hours=1)
DEFERRED = Deferred("dot: 451")


def offer(*waits: str) -> Sealed:
    return waiting(sealed(1, outcome=Outcome.OFFER), *waits)


@pytest.mark.parametrize("newer", [sealed(1, outcome=Outcome.ADVANCED), withdrawal()],
                         ids=["another outcome", "withdrawn"])  # fmt: skip
def test_what_is_superseded_while_its_answer_is_settled_is_not_tried_again(
    store: Store, newer: Sealed
) -> None:
    sending = at_its_dot(store, sealed(1))
    made = arrival(store, "s2")
    settled = while_committing(
        store,
        lambda slow: taking.put(slow, made, [newer], NOW, hold_changed=True),
        lambda store: settle(store, sending, DEFERRED),
    )
    assert settled is True
    assert state(store, sending.letter.token) == ("cancelled",)
    expected = ("done",) if newer.letter is None else ("held", "contradiction")
    assert state(store, newer.token) == expected
    assert letters_leave(store, BY_THEN) == []


def test_an_answer_that_is_settled_while_the_newer_one_is_confirmed_is_not_lost(
    store: Store,
) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer("confirmation")
    by_mail(store, "m1", new)
    release(store, new.token)
    settled = while_committing(store, confirm, lambda store: settle(store, sending, DEFERRED))
    assert settled is True
    assert state(store, sending.letter.token) == ("cancelled",)
    assert waits_again(store, new.token, sending.letter.token)
    assert letters_leave(store, BY_THEN) == []


def test_a_letter_that_is_settled_as_sent_while_the_newer_one_is_confirmed_holds_that(
    store: Store,
) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer("confirmation")
    by_mail(store, "m1", new)
    release(store, new.token)
    assert while_committing(store, lambda slow: settle(slow, sending, OK), confirm) == [new.token]
    assert waits_again(store, new.token, sending.letter.token)
    assert letters_leave(store, BY_THEN) == []


def test_no_dot_is_allowed_while_the_newer_one_is_let_go(store: Store) -> None:
    old, new = sealed(1), offer("confirmation")
    put(store, "s1", old)
    by_mail(store, "m1", new)
    release(store, new.token)
    release(store, old.token)
    claimed = claim(store)
    assert while_committing(store, confirm, lambda store: dot(store, claimed)) is False
    assert (state(store, new.token), state(store, old.token)) == (("queued",), ("cancelled",))


def test_a_dot_that_is_allowed_while_the_newer_one_is_let_go_holds_that(store: Store) -> None:
    old, new = sealed(1), offer("confirmation")
    put(store, "s1", old)
    by_mail(store, "m1", new)
    release(store, new.token)
    release(store, old.token)
    claimed = claim(store)
    assert while_committing(store, lambda slow: dot(slow, claimed), confirm) == [new.token]
    assert waits_again(store, new.token, old.token)
    assert settle(store, claimed, DEFERRED)
    assert state(store, old.token) == ("cancelled",)


def not_sent(store: Store, token: str) -> None:
    act(store, token, lambda _: verbs.resolved_not_sent(NOW))


@pytest.mark.parametrize("was", ["failed", "unsure", "bounced"])
def test_a_letter_that_a_person_sends_again_while_a_newer_decision_comes_in_is_stopped(
    store: Store, was: str
) -> None:
    row = sealed(1, outcome=Outcome.ON_HOLD)
    if was == "bounced":
        old = come_back(store, row)
    else:
        old = handed_over(store, row, Refused("550") if was == "failed" else Unsure("lost"))
    again = not_sent if was == "unsure" else resend
    new = sealed(1, outcome=Outcome.ADVANCED)
    while_committing(store, lambda slow: again(slow, old), lambda store: put(store, "s2", new))
    assert (state(store, old), state(store, new.token)) == (("cancelled",), ("queued",))
    assert letters_leave(store) == [new.token]


def test_letting_a_decision_go_while_a_newer_one_comes_in_locks_nobody_out(store: Store) -> None:
    first, second = sealed(1), offer("proof")
    put(store, "s1", first)
    by_mail(store, "m1", second)
    release(store, second.token)
    third = sealed(1, outcome=Outcome.ADVANCED)
    half_way(store, lambda slow: release(slow, second.token),
             lambda store: put(store, "s3", third))  # fmt: skip
    assert [status(store, each.token) for each in (first, second)] == ["cancelled", "cancelled"]
    assert letters_leave(store) == [third.token]


def test_what_a_person_holds_while_a_newer_decision_is_taken_in_stays_held_by_them(
    store: Store,
) -> None:
    old, new = sealed(1), offer("proof")
    put(store, "s1", old)
    while_committing(
        store,
        lambda slow: act(slow, old.token, lambda _: verbs.hold()),
        lambda store: put(store, "m1", new),
    )
    assert state(store, old.token) == ("held", "contradiction", "person")


def test_what_a_person_releases_while_a_newer_decision_is_taken_in_is_held_beside_it(
    store: Store,
) -> None:
    old, first, second = (
        sealed(1),
        offer("proof"),
        waiting(sealed(1, outcome=Outcome.ADVANCED), "proof"),
    )
    put(store, "s1", old)
    put(store, "m1", first)
    cancel(store, first.token)
    placed = while_committing(
        store,
        lambda slow: release(slow, old.token),
        lambda store: put(store, "m2", second),
    )
    assert f"{old.token}) is held beside it" in str(placed)
    assert state(store, old.token) == ("held", "contradiction")
    assert letters_leave(store) == []
