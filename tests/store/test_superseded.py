"""What was sent and comes back after a newer decision is never sent again behind that one."""

import pytest
from deciding import BOUNCED, by_mail, confirm, handed_over, put, resend, waiting
from sample import NOW, sealed

from worker.decision import Outcome
from worker.lifecycle import Status
from worker.store import returns, views
from worker.store.engine import Store
from worker.store.taking import Sealed


def comes_back_and_is_sent_again(store: Store, token: str) -> tuple[object, object]:
    about = returns.named(store, token)
    assert about is not None
    assert about.status is Status.SENT
    assert returns.bounce(store, about, BOUNCED, None, by="m", now=NOW)
    resend(store, token)
    fields = views.find(store, token).fields
    return fields["status"], fields["why"]


def test_it_is_superseded_by_another_outcome(store: Store) -> None:
    old = handed_over(store, sealed(1, outcome=Outcome.ON_HOLD))
    handed_over(store, sealed(1, outcome=Outcome.REJECTED))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


def test_it_is_superseded_by_another_stage(store: Store) -> None:
    old = handed_over(store, sealed(1, outcome=Outcome.ADVANCED, stage="phone"))
    put(store, "s2", sealed(1, outcome=Outcome.ADVANCED, stage="on site"))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


def test_it_is_superseded_by_what_waits_for_a_person(store: Store) -> None:
    old = handed_over(store, sealed(1, outcome=Outcome.ON_HOLD))
    put(store, "s2", sealed(1, row=1), sealed(1, row=2, outcome=Outcome.ADVANCED))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


@pytest.mark.parametrize("newer", [
    sealed(1), sealed(1, reason="Another reason."),
    sealed(2, application_id="A-1", outcome=Outcome.ADVANCED),
], ids=["the same", "the same with other words", "somebody else's"])  # fmt: skip
def test_it_is_not_superseded_by(store: Store, newer: Sealed) -> None:
    old = handed_over(store, sealed(1))
    put(store, "s2", newer)
    assert comes_back_and_is_sent_again(store, old) == ("queued", None)


def test_it_is_superseded_by_what_its_decider_confirmed_and_not_before(store: Store) -> None:
    first, second = (
        handed_over(store, sealed(number, outcome=Outcome.ON_HOLD)) for number in (1, 2)
    )
    by_mail(store, "m1", *(waiting(sealed(number), "proof") for number in (1, 2)))
    assert comes_back_and_is_sent_again(store, first) == ("queued", None)
    confirm(store)
    assert comes_back_and_is_sent_again(store, second) == ("cancelled", "superseded")
