"""Confirmation by reply: real Dovecot, the worker as a process; what a forged From can't do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confirming import OFFER, answer, asked
from decisions import DECIDER, decision, mail
from mailplace import DONE, Place, text
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import finish, statuses

pytestmark = pytest.mark.servers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        yield Place(tmp_path, smtp, imap)


def test_an_offer_by_mail_goes_out_when_its_decider_has_confirmed_it(place: Place) -> None:
    place.take_in(mail(OFFER))
    assert place.letters() == []
    assert list(statuses(place.home).values()) == ["held"]
    place.take_in(answer(asked(place)))
    (letter,) = place.letters()
    assert letter["To"].addresses[0].addr_spec == "c1@candidates.example"
    assert place.lies_in() == {DONE: 2}
    assert "Confirmed" in place.receipts()[-1]["Subject"]
    assert "confirmed" in place.events()


def test_with_weak_proof_every_decision_waits_for_the_mailbox_on_file(place: Place) -> None:
    place.environ["FOLLOWUP_MAILBOX__PROOF"] = "none"
    place.take_in(mail(decision(), sender=DECIDER.upper(), results=""))
    assert place.letters() == []
    (receipt,) = place.receipts()
    assert receipt["To"].addresses[0].addr_spec == DECIDER
    place.take_in(answer(asked(place), results=""))
    assert len(place.letters()) == 1


def test_a_second_person_who_approves_stands_for_the_confirmation(place: Place) -> None:
    place.environ["FOLLOWUP_GUARDS__SECOND_PERSON"] = '["offer"]'
    place.take_in(mail(OFFER))
    (entry,) = place.entries()
    finish(place.home, place.environ, "approve", entry, "--by", "boss@acme.example")
    place.take_in()
    assert len(place.letters()) == 1


def test_a_confirmation_does_not_stand_for_the_second_person(place: Place) -> None:
    place.environ["FOLLOWUP_GUARDS__SECOND_PERSON"] = '["offer"]'
    place.take_in(mail(OFFER))
    place.take_in(answer(asked(place)))
    assert place.letters() == []
    (entry,) = place.entries()
    finish(place.home, place.environ, "approve", entry, "--by", "boss@acme.example")
    place.take_in()
    assert len(place.letters()) == 1


def test_a_confirmation_with_an_exception_below_lets_nothing_go(place: Place) -> None:
    place.take_in(mail(OFFER))
    place.take_in(answer(asked(place), "CONFIRM\n\nBut not Candidate 1, please wait with that."))
    assert place.letters() == []
    assert list(statuses(place.home).values()) == ["held"]
    assert "answer again with CONFIRM alone" in text(place.receipts()[-1])
    place.take_in(answer(asked(place)))  # the token was not used up
    assert len(place.letters()) == 1
