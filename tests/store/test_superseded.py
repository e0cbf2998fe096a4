"""What was sent and comes back after a newer decision is never sent again behind that one."""

from dataclasses import replace

import pytest
from sample import NOW, RETRY, arrival, sealed

from worker import verbs
from worker.decision import Outcome
from worker.lifecycle import Status, after
from worker.result import Accepted, Reply
from worker.steps.confirm import GOOD_FOR
from worker.store import confirmations, ledger, outbox, returns, taking, views
from worker.store.engine import Store
from worker.store.ledger import Ending
from worker.store.taking import Placed, Sealed

OK = Accepted(Reply(250, "ok"))
BOUNCED = verbs.bounced("full", "452 4.2.2", {})


def put(store: Store, name: str, *rows: Sealed) -> list[Placed]:
    return taking.put(store, arrival(store, name), rows, NOW, hold_changed=True)


def sent(store: Store, name: str, row: Sealed) -> str:
    put(store, name, row)
    (claimed,) = outbox.claim(store, name, NOW, NOW + GOOD_FOR)
    outbox.dot_pending(store, claimed, NOW, NOW + GOOD_FOR)
    outbox.settle(store, claimed, after(claimed.attempt, OK, NOW, RETRY), NOW, {})
    return row.token


def comes_back_and_is_sent_again(store: Store, token: str) -> tuple[object, object]:
    about = returns.named(store, token)
    assert about is not None
    assert about.status is Status.SENT
    assert returns.bounce(store, about, BOUNCED, None, by="m", now=NOW)
    outbox.act(store, about.id, lambda _: verbs.resend(NOW), by="hr", now=NOW)
    fields = views.find(store, token).fields
    return fields["status"], fields["why"]


def test_it_is_superseded_by_another_outcome(store: Store) -> None:
    old = sent(store, "s1", sealed(1, outcome=Outcome.ON_HOLD))
    sent(store, "s2", sealed(1, outcome=Outcome.REJECTED))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


def test_it_is_superseded_by_another_stage(store: Store) -> None:
    old = sent(store, "s1", sealed(1, outcome=Outcome.ADVANCED, stage="phone"))
    put(store, "s2", sealed(1, outcome=Outcome.ADVANCED, stage="on site"))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


def test_it_is_superseded_by_what_waits_for_a_person(store: Store) -> None:
    old = sent(store, "s1", sealed(1, outcome=Outcome.ON_HOLD))
    put(store, "s2", sealed(1, row=1), sealed(1, row=2, outcome=Outcome.ADVANCED))
    assert comes_back_and_is_sent_again(store, old) == ("cancelled", "superseded")


@pytest.mark.parametrize("newer", [
    sealed(1), sealed(1, reason="Another reason."),
    sealed(2, application_id="A-1", outcome=Outcome.ADVANCED),
], ids=["the same", "the same with other words", "somebody else's"])  # fmt: skip
def test_it_is_not_superseded_by(store: Store, newer: Sealed) -> None:
    old = sent(store, "s1", sealed(1))
    put(store, "s2", newer)
    assert comes_back_and_is_sent_again(store, old) == ("queued", None)


def test_it_is_superseded_by_what_its_decider_confirmed_and_not_before(store: Store) -> None:
    first, second = (
        sent(store, f"s{number}", sealed(number, outcome=Outcome.ON_HOLD)) for number in (1, 2)
    )
    made = arrival(store, "m1")
    rows = [
        replace(sealed(number, outcome=Outcome.REJECTED), status=Status.HELD, waits=("proof",))
        for number in (1, 2)
    ]
    taking.put(store, made, rows, NOW, hold_changed=True)
    asked = confirmations.Asked(token="t", decider="dana@acme.example", expires_at=NOW + GOOD_FOR)
    ledger.finish(store, made, Ending(state="taken", event="taken", asked=asked), NOW)
    assert comes_back_and_is_sent_again(store, first) == ("queued", None)
    confirmations.use(store, "t", lambda _, waits: verbs.confirmed(NOW, waits), by="m2", now=NOW)
    assert comes_back_and_is_sent_again(store, second) == ("cancelled", "superseded")
