"""Undo by reply: real Dovecot, the worker as a process; who may stop what, and is told what."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from confirming import OFFER, answer, asked
from decisions import DECIDER, decision, mail
from mailplace import DONE, PROBLEMS, Place, text
from replying import HR, reply
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import drop, finish, row, statuses

pytestmark = pytest.mark.servers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        made = Place(tmp_path, smtp, imap)
        made.environ["FOLLOWUP_MAILBOX__ADDRESS"] = "decisions@acme.example"
        yield made


def to_hr(place: Place) -> list[EmailMessage]:
    return [each for each in place.mails() if "hr@acme.example" in each["To"]]


def test_a_decider_stops_a_letter_by_answering_the_receipt(place: Place) -> None:
    place.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    place.take_in(mail(decision()))
    (receipt,) = place.receipts()
    assert receipt["Reply-To"].addresses[0].addr_spec == "decisions@acme.example"
    assert "with the one word STOP" in text(receipt)
    place.take_in(reply(receipt, "Stopp, danke!"))
    assert list(statuses(place.home).values()) == ["cancelled"]
    assert "It is stopped. No letter goes out." in text(place.receipts()[-1])
    place.take_in(reply(receipt, "STOP"), reply(receipt, "SEND NOW"))
    assert list(statuses(place.home).values()) == ["cancelled"]
    again, send = place.receipts()[-2:]
    assert "It is stopped. No letter goes out." in text(again)
    assert "It is stopped. No letter goes out." in text(send)
    assert place.letters() == []
    assert place.lies_in() == {DONE: 3, PROBLEMS: 1}


def test_a_stop_that_comes_too_late_says_when_the_letter_left(place: Place) -> None:
    place.take_in(mail(decision()))
    (receipt,) = place.receipts()
    (letter,) = place.letters()
    # The candidate knows the letter's Message-ID, which is the entry's name, and nothing by it.
    candidate = mail("STOP", sender="c1@candidates.example", In_Reply_To=str(letter["Message-ID"]),
                     results="dmarc=pass header.from=candidates.example")  # fmt: skip
    place.take_in(reply(receipt, "STOP", headers=False), candidate)
    assert "Too late: the letter left on" in text(place.receipts()[-1])
    assert list(statuses(place.home).values()) == ["sent"]
    assert len(place.letters()) == 1


def test_a_stranger_stops_nothing_and_is_not_answered(place: Place) -> None:
    place.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    place.take_in(mail(decision()))
    (receipt,) = place.receipts()
    stranger = reply(receipt, "STOP", sender="eve@evil.example",
                     results="dmarc=pass header.from=evil.example")  # fmt: skip
    place.take_in(stranger, reply(receipt, "STOP", results=""))
    assert list(statuses(place.home).values()) == ["queued"]
    assert len(place.receipts()) == 1
    assert not [each for each in place.mails() if "evil.example" in each["To"]]
    assert place.lies_in() == {DONE: 1, PROBLEMS: 2}


def test_hr_stops_one_row_of_a_file_and_a_decider_sends_another_now(place: Place) -> None:
    place.environ |= {"FOLLOWUP_TIMING__HOLD": "1h", "FOLLOWUP_CSV__RECEIPT": "true"}
    drop(place.home, "monday.csv", [row(1), row(2), row(3, outcome="advanced", next_step="")])
    place.take_in()
    (receipt,) = to_hr(place)
    assert "monday.csv" in receipt["Subject"]
    assert "Row 4: next_step" in text(receipt)
    assert "problems/monday.csv" in text(receipt)
    place.take_in(reply(receipt, "STOP", sender=HR), reply(receipt, "STOP 2", sender=HR))
    # Several connections send; either may be first.
    stopped, which = sorted(to_hr(place)[-2:], key=lambda each: "name the row" in text(each))
    assert "name the row: STOP 2, or STOP ALL" in text(which)
    assert "No letter goes out" in text(stopped)
    assert sorted(statuses(place.home).values()) == ["cancelled", "queued"]
    place.take_in(reply(receipt, "SEND NOW 3"))
    (letter,) = place.letters()
    assert letter["To"].addresses[0].addr_spec == "c2@candidates.example"
    assert "within the next minutes" in text(place.receipts()[-1])


def test_a_doubtful_stop_holds_the_letter_for_a_person(place: Place) -> None:
    place.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    place.take_in(mail(decision()))
    (receipt,) = place.receipts()
    place.take_in(reply(receipt, "Stop please, wrong Ana"))
    assert list(statuses(place.home).values()) == ["held"]
    answered = place.receipts()[-1]
    assert "held, to be safe" in text(answered)
    (entry,) = place.entries()
    finish(place.home, place.environ, "release", entry)
    place.take_in(reply(answered, "STOP"))
    assert list(statuses(place.home).values()) == ["cancelled"]


def test_whatever_our_last_mail_about_it_said_stop_answers_it(place: Place) -> None:
    place.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    place.take_in(mail(OFFER))
    place.take_in(reply(place.receipts()[-1], "Something is wrong here.\n\nSTOP"))
    assert "Not understood" in place.receipts()[-1]["Subject"]
    place.take_in(answer(asked(place)))
    confirmed = place.receipts()[-1]
    assert list(statuses(place.home).values()) == ["queued"]
    place.take_in(reply(place.receipts()[-2], "Stop, wrong Ana"))
    assert list(statuses(place.home).values()) == ["held"]
    place.take_in(reply(confirmed, "STOP", attached=("new.csv", b"email,name\nc2@x.example,Bo\n")))
    assert list(statuses(place.home).values()) == ["cancelled"]
    assert '"new.csv" that came with your answer was not taken in' in text(place.receipts()[-1])


def test_a_receipt_of_a_file_goes_to_whom_all_its_rows_name(place: Place) -> None:
    place.environ["FOLLOWUP_CSV__RECEIPT"] = "true"
    drop(place.home, "monday.csv", [row(1, decided_by=DECIDER), row(2, decided_by=DECIDER)])
    drop(place.home, "tuesday.csv", [row(3, decided_by="boss@evil.example")])
    place.take_in()
    assert ["monday.csv" in each["Subject"] for each in place.receipts()] == [True]
    assert ["tuesday.csv" in each["Subject"] for each in to_hr(place)] == [True]
    drop(place.home, "monday.csv", [row(1, decided_by=DECIDER)])
    (place.home / "var/drop/odd.csv").write_text("a,b\n1,2\n")
    place.take_in()
    assert len(place.receipts()) == 1  # all of it was known
    odd = to_hr(place)[-1]
    assert "Nothing was taken in from the file" in text(odd)
    assert "problems/odd.csv" in text(odd)
