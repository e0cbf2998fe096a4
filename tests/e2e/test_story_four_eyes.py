"""Four eyes by mail: real Dovecot, the worker as a process; who may approve, and who not."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from confirming import OFFER
from decisions import DECIDER, mail
from mailplace import Place, text
from replying import HR, reply
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import drop, finish, row, start, statuses

pytestmark = pytest.mark.servers

BOSS = "boss@acme.example"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        made = Place(tmp_path, smtp, imap)
        made.environ |= {
            "FOLLOWUP_GUARDS__SECOND_PERSON": '["offer"]',
            "FOLLOWUP_MAILBOX__CONFIRM": "[]",
            "FOLLOWUP_DECIDERS": json.dumps([
                {"address": DECIDER, "name": "Dana Miller", "may_approve": True},
                {"address": BOSS, "name": "Bo Boss", "may_approve": True, "language": "de"},
            ]),
        }  # fmt: skip
        yield made


def to(place: Place, address: str) -> list[EmailMessage]:
    return [each for each in place.mails() if address in each["To"]]


def test_an_offer_goes_out_once_the_second_person_approved_it_and_not_before(place: Place) -> None:
    place.take_in(mail(OFFER))
    (asked,) = to(place, BOSS)
    assert "Bitte lesen und zustimmen: " in asked["Subject"]
    assert "Ana Pérez" in text(asked)
    (receipt,) = place.receipts()
    assert "a second person has to approve it" in text(receipt)

    place.take_in(reply(receipt, "APPROVE"))
    assert "You decided it yourself" in text(place.receipts()[-1])
    place.take_in(reply(asked, "APPROVE", sender=HR))
    assert "You are not among those who may approve" in text(to(place, "hr@acme.example")[-1])
    assert list(statuses(place.home).values()) == ["held"]
    assert place.letters() == []

    place.take_in(reply(asked, "Genehmigt", sender=BOSS))
    (letter,) = place.letters()
    assert letter["To"].addresses[0].addr_spec == "c1@candidates.example"
    assert "in den nächsten Minuten" in text(to(place, BOSS)[-1])
    place.take_in(reply(asked, "APPROVE", sender=BOSS))
    assert "ging hinaus" in text(to(place, BOSS)[-1])
    assert len(place.letters()) == 1
    assert len(to(place, BOSS)) == 3  # nobody is asked twice


def test_a_second_person_answers_for_all_offers_of_a_file_at_once(place: Place) -> None:
    offers = [row(number, outcome="offer", decided_by="Dana Miller") for number in (1, 2, 3)]
    drop(place.home, "offers.csv", offers)
    place.take_in()
    (asked,) = to(place, BOSS)
    assert to(place, DECIDER) == []  # her name stands in the file
    place.take_in(reply(asked, "STOP 3", sender=BOSS), reply(asked, "APPROVE ALL", sender=BOSS))
    assert sorted(statuses(place.home).values()) == ["cancelled", "sent", "sent"]
    assert len(place.letters()) == 2


def test_at_the_command_line_nobody_is_a_second_person_by_their_address(place: Place) -> None:
    drop(place.home, "offers.csv", [row(1, outcome="offer", decided_by="Dana Miller")])
    place.take_in()
    (entry,) = place.entries()
    with start(place.home, place.environ, "approve", entry, "--by", DECIDER) as refused:
        assert refused.wait(60) == 1
    assert "somebody else must approve" in (place.home / "worker.log").read_text()
    finish(place.home, place.environ, "approve", entry, "--by", BOSS)
    assert list(statuses(place.home).values()) == ["queued"]


def test_where_nobody_else_may_approve_hr_is_told(place: Place) -> None:
    place.environ["FOLLOWUP_DECIDERS"] = json.dumps([{"address": DECIDER, "may_approve": True}])
    place.take_in(mail(OFFER))
    (told,) = to(place, "hr@acme.example")
    assert "Nobody can approve" in told["Subject"]
    assert "followup approve" in text(told)
    place.take_in(reply(told, "STOP", sender=HR))
    assert list(statuses(place.home).values()) == ["cancelled"]
