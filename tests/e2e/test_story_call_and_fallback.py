"""Told by phone: real Dovecot, the worker as a process; the sheet, the answer, and the fallback."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest
from decisions import DECIDER, decision, mail
from mailplace import Place, text
from replying import reply
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import finish, statuses

pytestmark = pytest.mark.servers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        made = Place(tmp_path, smtp, imap)
        made.environ["FOLLOWUP_MAILBOX__ADDRESS"] = "decisions@acme.example"
        yield made


def by_phone(number: int = 1) -> bytes:
    return mail(f"Channel: phone\nPhone: +34 600 000 000\n{decision(number)}")


def told(place: Place, begins: str) -> list[EmailMessage]:
    """What the caller was sent under such a subject."""
    return [each for each in place.receipts() if each["Subject"].startswith(begins)]


def test_a_call_is_asked_for_with_an_invitation_and_ends_with_called(place: Place) -> None:
    place.take_in(by_phone())
    (sheet,) = told(place, "Please call Ana Pérez")
    assert "We looked for hands-on experience with Kubernetes." in text(sheet)
    assert "the salary was an issue" not in text(sheet)
    (invited,) = [part for part in sheet.walk() if part.get_content_type() == "text/calendar"]
    (event,) = icalendar.Calendar.from_ical(invited.get_content()).walk("VEVENT")
    assert event["ATTENDEE"] == f"mailto:{DECIDER}"
    assert "reject" not in invited.get_content().lower()
    (entry,) = place.entries()
    finish(place.home, place.environ, "called", entry)
    place.take_in()
    assert list(statuses(place.home).values()) == ["done"]
    assert (place.letters(), told(place, "Please do not call")) == ([], [])


def test_a_call_is_confirmed_in_writing_once_its_caller_answers_called(place: Place) -> None:
    place.environ["FOLLOWUP_CHANNELS__CONFIRM_CALL"] = "true"
    place.take_in(by_phone())
    assert place.letters() == []
    (sheet,) = told(place, "Please call")
    place.take_in(reply(sheet, "CALLED"))
    place.take_in(reply(sheet, "CALLED"))
    (letter,) = place.letters()
    assert "in writing what we told you on the phone" in text(letter)
    assert letter["Message-ID"].startswith(f"<{place.entries()[0]}@")
    assert list(statuses(place.home).values()) == ["sent"]


def test_when_nobody_calls_in_time_the_letter_goes_once(place: Place) -> None:
    place.environ |= {
        "FOLLOWUP_CHANNELS__CALL_WITHIN": "0s", "FOLLOWUP_CHANNELS__CONFIRM_CALL": "true",
    }  # fmt: skip
    place.take_in(by_phone())
    assert len(told(place, "Please call")) == 1
    place.take_in()
    place.take_in()
    (letter,) = place.letters()
    (off,) = told(place, "Please do not call")
    assert "told you" not in text(letter)
    assert "goes by mail" in text(off)
    (cancelled,) = [part for part in off.walk() if part.get_content_type() == "text/calendar"]
    assert cancelled.get_param("method") == "CANCEL"
    assert "fell_back" in place.events()
