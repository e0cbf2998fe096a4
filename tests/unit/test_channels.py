"""How a decision is told, when a candidate may be called, and the invitation to it.

The cases are in ``tests/rules/channels.toml`` and ``calls.toml``.
"""

import email
import email.policy
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sample import NOW
from tables import cases
from workplace import environment, row, settings

from worker import invitation
from worker.cli import build
from worker.decision import Outcome
from worker.errors import RenderError
from worker.intake import Row
from worker.invitation import Invitation
from worker.letter import Mailbox, Parts, compose
from worker.plain import plain
from worker.policy.calendar import Calendar
from worker.policy.calls import hours_to_call, slot, windows
from worker.policy.timing import parse_hours
from worker.steps.judge import By, House, judge

MADRID = ZoneInfo("Europe/Madrid")
TOKEN = "0123456789abcdef0123"


@cache
def house() -> House:
    """As the settings of the tests make it, with offers that a second person approves."""
    environ = environment(25, FOLLOWUP_GUARDS__SECOND_PERSON='["offer"]')
    return build.house(settings(Path(__file__).parent, environ))


def house_of(case: Mapping[str, Any]) -> House:
    confirms = {name: case.get(name, False) for name in ("confirm_call", "confirm_in_person")}
    live = frozenset(Outcome(each) for each in case.get("live", []))
    guards = replace(house().guards, shadow=case.get("shadow", False), live=live)
    return replace(house(), guards=guards, **confirms)


def words_of(content: bytes | None) -> str:
    """Which letter that is: none, as_usual, or told."""
    shown = plain(content)
    if shown is None:
        return "none"
    return "told" if "in writing what we told you" in shown.text else "as_usual"


@cases("channels")
def test_a_decision_is_told(case: Mapping[str, Any]) -> None:
    fields = row(1, case.get("outcome", "rejected"), channel=case["channel"], phone="+34 600")
    sealed = judge(Row(2, fields), house_of(case), By(), TOKEN, NOW).sealed
    letter = sealed.letter.content if sealed.letter else None
    assert (sealed.status, list(sealed.waits)) == (case["status"], case.get("waits", []))
    assert (words_of(letter), words_of(sealed.after_call)) == (
        case["letter"], case.get("after_call", "none"),
    )  # fmt: skip


def test_both_letters_of_a_call_are_one_mail_to_every_server() -> None:
    fields = row(1, channel="phone", phone="+34 600")
    sealed = judge(Row(2, fields), house_of({"confirm_call": True}), By(), TOKEN, NOW).sealed
    assert sealed.letter is not None
    ids = {message(each)["Message-ID"] for each in (sealed.letter.content, sealed.after_call)}
    assert ids == {sealed.letter.message_id}


@cases("calls")
def test_a_candidate_may_be_called(case: Mapping[str, Any]) -> None:
    now, by = (datetime.fromisoformat(case[name]).replace(tzinfo=MADRID) for name in ("now", "by"))
    off = {date.fromisoformat(each) for each in case.get("holidays", [])}
    own = Calendar(MADRID, lambda day: day in off)
    hours = hours_to_call(parse_hours(case.get("hours", "mon-fri 08:00-18:00")))
    proposed = slot(now.astimezone(UTC), by, hours, own).astimezone(MADRID)
    assert f"{proposed:%Y-%m-%dT%H:%M}" == case["proposed"]
    found = windows(now, by, hours, own)
    assert [f"{each.opens:%Y-%m-%d %H:%M}-{each.closes:%H:%M}" for each in found] == case["windows"]


ABOUT = Invitation(
    token=TOKEN,
    summary="Please call Ana Pérez; a long title has to be folded (Datenänderungen)",
    starts=NOW,
    length=timedelta(minutes=15),
    organizer=Mailbox("talent@acme.example", "Acme, Talent"),
    attendee="lena@acme.example",
)


def message(content: bytes | None) -> EmailMessage:
    return email.message_from_bytes(content or b"", policy=email.policy.default)


def part_of(calendar: str) -> EmailMessage:
    """The invitation as a mail program finds it."""
    parts = Parts(sender=Mailbox("talent@acme.example"), recipient=Mailbox("lena@acme.example"),
                  subject="Please call", text="Please call.", calendar=calendar)  # fmt: skip
    mail = message(compose(parts, TOKEN, NOW).content)
    assert mail.get_content_type() == "multipart/alternative"
    assert not mail.defects
    plainest, invited = mail.iter_parts()
    assert plainest.get_content_type() == "text/plain"
    assert isinstance(invited, EmailMessage)
    assert (invited.get_content_type(), invited.defects) == ("text/calendar", [])
    return invited


def event_of(written: object) -> icalendar.Event:
    assert isinstance(written, str | bytes)
    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


@pytest.mark.parametrize(
    ("write", "method", "status", "alarms"),
    [
        (invitation.request, "REQUEST", "CONFIRMED", 1),
        (invitation.cancel, "CANCEL", "CANCELLED", 0),
    ],
)
def test_an_invitation_reads_as_it_was_meant(
    write: Callable[[Invitation, datetime], str], method: str, status: str, alarms: int
) -> None:
    part = part_of(write(ABOUT, NOW))
    assert part.get_param("method") == method
    event = event_of(part.get_payload(decode=True))
    assert event["STATUS"] == status
    assert event["UID"] == f"call-{TOKEN}@acme.example"
    assert event["SUMMARY"] == ABOUT.summary
    assert (event.start, event.end) == (NOW, NOW + timedelta(minutes=15))
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (
        "mailto:talent@acme.example", "mailto:lena@acme.example",
    )  # fmt: skip
    assert len(event.walk("VALARM")) == alarms


def test_its_lines_are_folded_and_end_as_the_rule_says() -> None:
    """RFC 5545 3.1: CRLF, at most 75 octets, and no character is cut in two."""
    octets = part_of(invitation.request(ABOUT, NOW)).get_payload(decode=True)
    assert isinstance(octets, bytes)
    lines = octets.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)


def test_what_is_sent_later_is_newer_to_a_calendar() -> None:
    written = (invitation.request(ABOUT, NOW), invitation.cancel(ABOUT, NOW + timedelta(seconds=1)))
    first, second = map(event_of, written)
    assert int(str(first["SEQUENCE"])) < int(str(second["SEQUENCE"]))


def test_an_invitation_without_its_method_is_refused() -> None:
    with pytest.raises(RenderError, match="METHOD"):
        part_of(invitation.request(ABOUT, NOW).replace("METHOD:REQUEST", "X-METHOD:REQUEST"))
