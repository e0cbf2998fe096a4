"""A decision that waits for its confirmation, beside an older one about the same application.

Whatever happens then, by people, by the confirmation or by another row, never do both letters go.
"""

from dataclasses import replace

import pytest
from deciding import (
    ANA,
    approve,
    at_its_dot,
    by_mail,
    cancel,
    claim,
    confirm,
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
from sample import sealed

from worker.decision import Outcome
from worker.result import Deferred, Refused
from worker.store.engine import Store

WAITS = ("approval", "confirmation")


def rejection(store: Store) -> str:
    row = sealed(1)
    put(store, "s1", row)
    return row.token


def refused(store: Store) -> str:
    """A rejection that the server refused before its dot."""
    old = rejection(store)
    settle(store, claim(store), Refused("550"))
    return old


def offer(store: Store, *waits: str, email: str = ANA) -> str:
    """An offer by mail, that waits; its token is asked for."""
    row = waiting(sealed(1, outcome=Outcome.OFFER, email=email), *(waits or WAITS))
    by_mail(store, "m1", row)
    return row.token


def test_both_wait_for_a_person(store: Store) -> None:
    old = rejection(store)
    new = offer(store)
    assert state(store, old) == ("held", "contradiction")
    assert state(store, new) == ("held", "contradiction", *WAITS)


def test_the_newer_one_that_is_let_go_stops_the_older(store: Store) -> None:
    old, new = rejection(store), offer(store)
    release(store, new)
    assert status(store, old) == "held"
    approve(store, new)
    assert (status(store, new), status(store, old)) == ("queued", "cancelled")


def test_the_older_one_that_was_let_go_is_stopped_by_the_confirmation(store: Store) -> None:
    old, new = rejection(store), offer(store, "confirmation")
    release(store, old)
    release(store, new)
    assert status(store, old) == "queued"
    confirm(store)
    assert (status(store, new), status(store, old)) == ("queued", "cancelled")


def test_while_the_older_one_may_be_out_the_confirmed_one_waits(store: Store) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer(store, "confirmation")
    release(store, new)
    confirm(store)
    assert waits_again(store, new, sending.letter.token)
    settle(store, sending, Deferred("451"))
    assert status(store, sending.letter.token) == "cancelled"


def test_what_was_refused_before_is_not_sent_again_behind_the_newer(store: Store) -> None:
    old = refused(store)
    new = offer(store)
    approve(store, new)
    assert status(store, new) == "queued"
    resend(store, old)
    assert status(store, old) == "cancelled"


def test_a_repeat_of_the_older_one_in_the_same_sheet_frees_nothing(store: Store) -> None:
    old = rejection(store)
    row = waiting(sealed(1, outcome=Outcome.OFFER), "proof")
    put(store, "m1", row, replace(sealed(1), row=2))
    assert (status(store, old), status(store, row.token)) == ("held", "held")


def test_the_same_decision_better_proved_confirms_it(store: Store) -> None:
    new = offer(store, "proof")
    (placed,) = put(store, "s2", sealed(1, outcome=Outcome.OFFER))
    assert placed.token == new
    assert "needs no confirmation any more" in (placed.note or "")
    assert status(store, new) == "queued"


@pytest.mark.parametrize("better", [False, True])
def test_a_withdrawal_stops_the_letter_once_it_is_confirmed(store: Store, *, better: bool) -> None:
    old = rejection(store)
    (placed,) = by_mail(store, "m1", withdrawal("proof"))
    new = placed.token
    assert (status(store, old), status(store, new)) == ("held", "held")
    if better:
        put(store, "s2", withdrawal())
    else:
        confirm(store)
    assert (status(store, old), status(store, new)) == ("cancelled", "done")


def test_somebody_elses_letter_is_not_stopped(store: Store) -> None:
    old = rejection(store)
    new = offer(store, "confirmation", email="bob@candidates.example")
    release(store, new)
    confirm(store)
    assert (status(store, new), status(store, old)) == ("queued", "held")


def test_a_newer_decision_that_was_cancelled_stops_nothing_any_more(store: Store) -> None:
    old = refused(store)
    row = sealed(1, outcome=Outcome.ON_HOLD)
    put(store, "s2", row)
    cancel(store, row.token)
    resend(store, old)
    assert status(store, old) == "queued"
