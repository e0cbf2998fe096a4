"""Invitations to a call: iCalendar objects for a calendar to take in (RFC 5545, 5546, 6047).

The only owner of icalendar. Nobody is expected to answer one. Calendars are shared, so neither
the summary nor anything else in it says what was decided.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from worker.address import domain_of
from worker.letter import Mailbox

#: How long before it the calendar reminds.
ALARM = timedelta(minutes=10)

#: A SEQUENCE counts seconds from here: what is sent later is newer (RFC 5545 3.8.7.4).
_COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A call in somebody's calendar. ``token`` names the entry, and with it the invitation."""

    token: str
    summary: str
    starts: datetime
    length: timedelta
    organizer: Mailbox
    attendee: str


def request(about: Invitation, now: datetime) -> str:
    """Put it into the calendar, with an alarm."""
    event = _event(about, now, "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", about.summary)
    alarm.add("trigger", -ALARM)
    event.add_component(alarm)
    return _written("REQUEST", event)


def cancel(about: Invitation, now: datetime) -> str:
    """Take it out again."""
    return _written("CANCEL", _event(about, now, "CANCELLED"))


def _event(about: Invitation, now: datetime, status: str) -> Event:
    event = Event()
    event.add("uid", f"call-{about.token}@{domain_of(about.organizer.address)}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", max(0, int((now - _COUNTED_FROM).total_seconds())))
    event.add("dtstart", about.starts.astimezone(UTC))
    event.add("dtend", (about.starts + about.length).astimezone(UTC))
    event.add("summary", about.summary)
    event.add("status", status)
    event.add("class", "PRIVATE")
    event["organizer"] = _address(about.organizer)
    attendee = _address(Mailbox(about.attendee))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    return event


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        address.params["cn"] = vText(mailbox.name)
    return address


def _written(method: str, event: Event) -> str:
    """With CRLF and folded lines (RFC 5545 3.1)."""
    calendar = Calendar()
    calendar.add("prodid", "-//followup//call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")
