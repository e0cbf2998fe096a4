"""What a decision does to the others about the same application, and what it does not do.

What it can't stop holds it back; what it contradicts is not left to go out by itself.
"""

from datetime import timedelta

import pytest
from deciding import (
    act,
    approve,
    at_its_dot,
    by_mail,
    called,
    cancel,
    claim,
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
    unmailed,
    waiting,
    waits_again,
)
from sample import NOW, sealed
from sqlalchemy import update

from worker import verbs
from worker.decision import Channel, Outcome
from worker.result import Deferred, Refused
from worker.store import restored
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.taking import Sealed

BY_THEN = NOW + timedelta(hours=1)


def on_hold(reason: str | None = None) -> Sealed:
    return sealed(1, outcome=Outcome.ON_HOLD, reason=reason)


def offer_by_phone(*waits: str) -> Sealed:
    row = sealed(1, outcome=Outcome.OFFER, channel=Channel.PHONE, phone="+49 30 1")
    return waiting(row, *waits)


def test_a_changed_repeat_holds_the_decision_between_and_says_so(store: Store) -> None:
    handed_over(store, on_hold())
    between, changed = sealed(1), on_hold(reason="We need two weeks more.")
    put(store, "s2", between)
    (placed,) = put(store, "s3", changed)
    assert f"{between.token}) is held" in str(placed.note)
    assert [state(store, each.token) for each in (between, changed)] == [
        ("held", "contradiction"), ("held", "contradiction"),
    ]  # fmt: skip
    assert letters_leave(store) == []
    release(store, changed.token)
    assert status(store, between.token) == "cancelled"
    assert letters_leave(store) == [changed.token]


def test_the_decision_between_that_a_person_sent_holds_the_changed_repeat(store: Store) -> None:
    handed_over(store, on_hold())
    between, changed = sealed(1), on_hold(reason="We need two weeks more.")
    put(store, "s2", between)
    put(store, "s3", changed)
    release(store, between.token)
    assert letters_leave(store) == [between.token]
    release(store, changed.token)
    assert waits_again(store, changed.token, between.token)
    assert letters_leave(store) == []


@pytest.fixture
def forgotten(store: Store) -> str:
    """A letter that may have left before its database was restored."""
    old = sealed(1)
    put(store, "s1", old)
    restored.hold_all(store, "fresh", by="hr", now=NOW)
    return old.token


def test_what_was_forgotten_is_not_cancelled_and_holds_the_newer_one(
    store: Store, forgotten: str
) -> None:
    new = sealed(1, outcome=Outcome.ADVANCED)
    (placed,) = put(store, "s2", new)
    assert f"{forgotten}) may be reaching the candidate" in str(placed.note)
    assert state(store, forgotten) == ("held", "restored")
    assert state(store, new.token) == ("held", "contradiction")
    assert letters_leave(store) == []


def test_what_was_forgotten_is_not_sent_behind_the_newer_one_that_a_person_let_go(
    store: Store, forgotten: str
) -> None:
    new = sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s2", new)
    release(store, new.token)
    assert state(store, forgotten) == ("held", "restored")
    release(store, forgotten)
    assert state(store, forgotten) == ("cancelled",)
    assert letters_leave(store) == [new.token]


def test_what_was_forgotten_can_still_be_found_to_be_sent(store: Store, forgotten: str) -> None:
    put(store, "s2", sealed(1, outcome=Outcome.ADVANCED))
    act(store, forgotten, lambda _: verbs.sent_before_restore(NOW))
    assert status(store, forgotten) == "sent"


def test_it_waits_once_for_each_thing_and_for_what_was_forgotten_first(store: Store) -> None:
    old, new = sealed(1), waiting(sealed(1, outcome=Outcome.OFFER), "proof")
    put(store, "s1", old)
    by_mail(store, "m1", new, token="1")
    restored.hold_all(store, "fresh", by="hr", now=NOW)
    by_mail(store, "m2", waiting(sealed(1, outcome=Outcome.ADVANCED), "proof"), token="2")
    assert state(store, old.token) == ("held", "restored", "contradiction")
    assert state(store, new.token) == ("held", "restored", "contradiction", "proof")


def test_after_a_restore_nobody_is_asked_to_call_about_what_a_newer_decision_superseded(
    store: Store,
) -> None:
    old, new = waiting(sealed(1), "call"), sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", old)
    restored.hold_all(store, "fresh", by="hr", now=NOW)
    put(store, "s2", new)
    assert state(store, new.token) == ("held", "contradiction")
    release(store, old.token)
    assert status(store, old.token) == "cancelled"


def test_whoever_was_told_in_person_does_not_get_the_letter_by_itself(store: Store) -> None:
    letter, told = sealed(1), unmailed(sealed(1, channel=Channel.IN_PERSON))
    put(store, "s1", letter)
    (placed,) = put(store, "s2", told)
    assert (placed.status, state(store, letter.token)) == ("done", ("held", "contradiction"))
    assert letter.token in str(placed.note)
    assert letters_leave(store) == []


def test_what_was_told_in_person_stays_told_when_its_confirmation_is_superseded(
    store: Store,
) -> None:
    """Somebody said no to the candidate, and the letter about it had not left."""
    told, yes = sealed(1, channel=Channel.IN_PERSON), sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", told)
    put(store, "s2", yes)
    assert status(store, told.token) == "cancelled"
    assert state(store, yes.token) == ("held", "contradiction")
    newest = sealed(1, outcome=Outcome.ON_HOLD)
    cancel(store, yes.token)
    put(store, "s3", newest)
    assert state(store, newest.token) == ("held", "contradiction")


@pytest.mark.parametrize("doubt", ["namesake", "proof"])
def test_what_is_doubted_was_not_told_in_person(store: Store, doubt: str) -> None:
    told = waiting(sealed(1, channel=Channel.IN_PERSON), doubt)
    yes = sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", told)
    put(store, "s2", yes)
    assert (status(store, told.token), status(store, yes.token)) == ("cancelled", "queued")


def test_a_call_stops_the_older_letter_that_is_held_beside_it(store: Store) -> None:
    old, new = sealed(1), offer_by_phone("approval", "confirmation", "call")
    put(store, "s1", old)
    by_mail(store, "m1", new)
    release(store, new.token)
    approve(store, new.token)
    assert state(store, new.token) == ("held", "call")
    called(store, new.token)
    assert (status(store, new.token), status(store, old.token)) == ("done", "cancelled")


def test_a_call_stops_the_older_letter_that_was_sent_again_meanwhile(store: Store) -> None:
    old = handed_over(store, sealed(1), Refused("550"))
    new = offer_by_phone("confirmation", "call")
    by_mail(store, "m1", new)
    confirm(store)
    resend(store, old)
    called(store, new.token)
    assert (status(store, new.token), status(store, old)) == ("done", "cancelled")
    assert letters_leave(store) == []


def test_after_a_call_what_was_at_its_dot_is_not_tried_again(store: Store) -> None:
    sending = at_its_dot(store, sealed(1))
    new = offer_by_phone("confirmation", "call")
    by_mail(store, "m1", new)
    release(store, new.token)
    confirm(store)
    called(store, new.token)
    settle(store, sending, Deferred("451"))
    assert status(store, sending.letter.token) == "cancelled"
    assert letters_leave(store, BY_THEN) == []


def test_no_dot_is_allowed_for_what_a_newer_decision_superseded(store: Store) -> None:
    old, new = sealed(1), unmailed(sealed(2))
    put(store, "s1", old)
    put(store, "s2", new)
    claimed = claim(store)
    with store.write() as connection:
        marked = update(entry).where(entry.c.id == claimed.id)
        connection.execute(marked.values(superseded_by=new.token))
    assert not dot(store, claimed)
    settle(store, claimed, Deferred("451"))
    assert status(store, old.token) == "cancelled"


def test_while_an_application_is_of_two_people_no_letter_of_it_goes_by_itself(store: Store) -> None:
    """The note of the newest one names somebody else; what its own candidate waits for is held."""
    own = sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", own)
    put(store, "s2", sealed(1, email="bob@candidates.example"))
    release(store, own.token)
    newest = sealed(1)
    put(store, "s3", newest)
    assert state(store, own.token) == ("held", "contradiction")
    assert state(store, newest.token) == ("held", "contradiction")
    assert letters_leave(store) == []
