"""A dot of an earlier try: what proves that try still counts while the next one is on its way."""

from collections.abc import Callable

import pytest
from sample import HOUR, NOW, RETRY, arrival, sealed

from worker import verbs
from worker.intake.mailform import Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.lifecycle import Transition, after
from worker.result import Deferred, Refused, Result, Unsure
from worker.returns import Fate, Returned
from worker.steps.returns import Returning, take_reply, take_return
from worker.store import outbox, returns, taking, unsure, views
from worker.store.engine import Store
from worker.store.ledger import Arrival

LATER = NOW + HOUR
ANA = "c1@candidates.example"
BOUNCED = verbs.bounced("address", "550", {})


def tried(store: Store, result: Result | None, *, dot: bool) -> str:
    """One try of what is due, under a lease of its own; None is: still sending."""
    now = NOW + HOUR
    number = sum(line["event"] == "claimed" for line in views.journal_lines(store))
    (claimed,) = outbox.claim(store, f"w{number}", now, now + HOUR)
    if dot:
        assert outbox.dot_pending(store, claimed, now, now + HOUR)
    if result is not None:
        outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})
    return claimed.letter.token


def act(store: Store, token: str, verb: Transition) -> None:
    outbox.act(store, views.find(store, token).id, lambda _: verb, by="hr", now=NOW)


@pytest.fixture(params=[None, Deferred("451 4.7.1 later")], ids=["sending", "queued"])
def token(store: Store, request: pytest.FixtureRequest) -> str:
    """A letter whose answer was lost, taken for not sent, and whose next try has no dot."""
    taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    name = tried(store, Unsure("closed"), dot=True)
    act(store, name, verbs.resolved_not_sent(NOW))
    return tried(store, request.param, dot=False)


def status(store: Store, token: str) -> str:
    return str(views.find(store, token).fields["status"])


def test_a_proof_of_it_stops_the_next_try(store: Store, token: str) -> None:
    assert unsure.proved(store, token, {"proof": "a copy"}, NOW)
    assert status(store, token) == "sent"


def test_a_bounce_of_it_stops_the_next_try(store: Store, token: str) -> None:
    about = returns.named(store, token)
    assert about is not None
    assert returns.bounce(store, about, BOUNCED, None, by="m", now=NOW)
    assert status(store, token) == "bounced"


def answered(into: Returning, token: str) -> None:
    mail = Opened(envelope=Envelope(sender=ANA), proof=Unproved("no results"), quotes=(token,))
    take_reply(mail, Arrival(id="m1", source="mailbox", name="uid 1"), into)


def delayed(into: Returning, token: str) -> None:
    told = Returned(fate=Fate.DELAYED, recipients=(ANA,), status="4.4.1", reporter="mx.example",
                    diagnostic="", tokens=(token,))  # fmt: skip
    mail = Opened(envelope=Envelope(sender=""), proof=Unproved("no results"), returned=told)
    take_return(mail, Arrival(id="m1", source="mailbox", name="uid 1"), into)


@pytest.mark.parametrize("mail", [answered, delayed])
def test_a_mail_about_it_stops_the_next_try(
    store: Store, token: str, mail: Callable[[Returning, str], None]
) -> None:
    mail(Returning(store=store, deciders={}, seal=lambda _: None, zone="UTC", now=lambda: NOW,
                   tell=lambda *_, **__: None), token)  # fmt: skip
    assert status(store, token) == "sent"


@pytest.mark.parametrize("mail", [answered, delayed])
def test_a_mail_about_a_letter_that_never_left_stops_nothing(
    store: Store, mail: Callable[[Returning, str], None]
) -> None:
    row = sealed(1)
    taking.put(store, arrival(store), [row], NOW, hold_changed=True)
    mail(Returning(store=store, deciders={}, seal=lambda _: None, zone="UTC", now=lambda: NOW,
                   tell=lambda *_, **__: None), row.token)  # fmt: skip
    assert status(store, row.token) == "queued"


def test_a_dot_before_a_resend_is_of_a_letter_that_a_person_has_dealt_with(store: Store) -> None:
    taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    name = tried(store, Refused("550 5.1.1 no such user"), dot=True)
    act(store, name, verbs.resend(NOW))
    assert not unsure.proved(store, name, {"proof": "a copy"}, NOW)
    tried(store, None, dot=False)
    assert not unsure.proved(store, name, {"proof": "a copy"}, NOW)


def test_the_dot_of_another_letter_is_no_proof_of_this_one(store: Store) -> None:
    rows = [sealed(1), sealed(2)]
    taking.put(store, arrival(store), rows, NOW, hold_changed=True)
    tried(store, None, dot=True)
    assert not unsure.proved(store, rows[1].token, {"proof": "a copy"}, NOW)


def test_an_absence_says_nothing_of_a_try_that_came_after_the_search(store: Store) -> None:
    taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w0", NOW, LATER)
    outbox.dot_pending(store, claimed, NOW, LATER)
    outbox.settle(store, claimed, after(claimed.attempt, Unsure("closed"), NOW, RETRY), NOW, {})
    searched = unsure.letters(store)
    act(store, claimed.letter.token, verbs.resolved_not_sent(NOW))
    tried(store, Unsure("closed again"), dot=True)  # an hour later
    unsure.missed(store, searched, {"folder": "Sent"}, LATER)
    assert not unsure.send_again(store, searched[0], {}, LATER)
    (missing,) = unsure.letters(store)
    assert (missing.looks, missing.looked_at) == (0, None)
