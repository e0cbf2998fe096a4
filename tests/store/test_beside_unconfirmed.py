"""A decision that waits for its confirmation, beside an older one about the same application.

Whatever happens then, by people, by the confirmation or by another row, never do both letters go.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sample import NOW, RETRY, arrival, sealed

from worker import verbs
from worker.decision import Outcome
from worker.lifecycle import Status, Transition, after
from worker.result import Deferred, Refused
from worker.steps.confirm import GOOD_FOR
from worker.store import confirmations, ledger, outbox, taking, views
from worker.store.confirmations import Asked
from worker.store.engine import Store
from worker.store.ledger import Ending
from worker.store.taking import Placed, Sealed

TOKEN = "0123456789abcdef0123"
WAITS = ("approval", "confirmation")


def put(store: Store, name: str, *rows: Sealed) -> list[Placed]:
    return taking.put(store, arrival(store, name), rows, NOW, hold_changed=True)


def rejection(store: Store) -> str:
    row = sealed(1)
    put(store, "s1", row)
    return row.token


def offer(store: Store, *waits: str, email: str = "c1@candidates.example") -> str:
    """An offer by mail, that waits; its token is asked for."""
    row = sealed(1, outcome=Outcome.OFFER, email=email)
    return by_mail(store, replace(row, status=Status.HELD, waits=waits or WAITS))


def withdrawal(*waits: str) -> Sealed:
    row = replace(sealed(1, outcome=Outcome.WITHDRAWN), letter=None, waits=waits)
    return replace(row, status=Status.HELD if waits else Status.DONE)


def by_mail(store: Store, row: Sealed) -> str:
    made = arrival(store, "m1")
    (placed,) = taking.put(store, made, [row], NOW, hold_changed=True)
    asked = Asked(token=TOKEN, decider="dana@acme.example", expires_at=NOW + GOOD_FOR)
    ledger.finish(store, made, Ending(state="taken", event="taken", asked=asked), NOW)
    return placed.token


def act(store: Store, token: str, verb: Callable[[tuple[str, ...]], Transition]) -> None:
    outbox.act(store, views.find(store, token).id, verb, by="boss", now=NOW)


def release(store: Store, token: str) -> None:
    act(store, token, lambda waits: verbs.release(NOW, waits))


def confirm(store: Store) -> None:
    confirmations.use(store, TOKEN, lambda _, waits: verbs.confirmed(NOW, waits), by="m2", now=NOW)


def status(store: Store, token: str) -> object:
    return views.find(store, token).fields["status"]


def test_both_wait_for_a_person(store: Store) -> None:
    old = rejection(store)
    new = offer(store)
    assert views.find(store, old).fields["why"] == "contradiction"
    assert views.find(store, new).fields["waits"] == ["contradiction", *WAITS]


def test_the_newer_one_that_is_let_go_stops_the_older(store: Store) -> None:
    old, new = rejection(store), offer(store)
    release(store, new)
    assert status(store, old) == "held"
    act(store, new, lambda waits: verbs.approve(NOW, waits))
    assert (status(store, new), status(store, old)) == ("queued", "cancelled")


def test_the_older_one_that_was_let_go_is_stopped_by_the_confirmation(store: Store) -> None:
    old, new = rejection(store), offer(store, "confirmation")
    release(store, old)
    release(store, new)
    assert status(store, old) == "queued"
    confirm(store)
    assert (status(store, new), status(store, old)) == ("queued", "cancelled")


def test_while_the_older_one_may_be_out_the_confirmed_one_waits(store: Store) -> None:
    old = rejection(store)
    (claimed,) = outbox.claim(store, "w", NOW, NOW + GOOD_FOR)
    outbox.dot_pending(store, claimed, NOW, NOW + GOOD_FOR)
    new = offer(store, "confirmation")
    release(store, new)
    confirm(store)
    assert views.find(store, new).fields["why"] == "contradiction"
    outbox.settle(store, claimed, after(claimed.attempt, Deferred("451"), NOW, RETRY), NOW, {})
    assert status(store, old) == "cancelled"


def test_what_was_refused_before_is_not_sent_again_behind_the_newer(store: Store) -> None:
    old = rejection(store)
    (claimed,) = outbox.claim(store, "w", NOW, NOW + GOOD_FOR)
    outbox.settle(store, claimed, after(claimed.attempt, Refused("550"), NOW, RETRY), NOW, {})
    new = offer(store)
    act(store, new, lambda waits: verbs.approve(NOW, waits))
    assert status(store, new) == "queued"
    act(store, old, lambda _: verbs.resend(NOW))
    assert status(store, old) == "cancelled"


def test_a_repeat_of_the_older_one_in_the_same_sheet_frees_nothing(store: Store) -> None:
    old = rejection(store)
    row = replace(sealed(1, outcome=Outcome.OFFER), status=Status.HELD, waits=("proof",))
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
    new = by_mail(store, withdrawal("proof"))
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
    old = rejection(store)
    (claimed,) = outbox.claim(store, "w", NOW, NOW + GOOD_FOR)
    outbox.settle(store, claimed, after(claimed.attempt, Refused("550"), NOW, RETRY), NOW, {})
    row = sealed(1, outcome=Outcome.ON_HOLD)
    put(store, "s2", row)
    act(store, row.token, lambda _: verbs.cancel())
    act(store, old, lambda _: verbs.resend(NOW))
    assert status(store, old) == "queued"
