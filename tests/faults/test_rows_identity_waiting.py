"""Row 39, the part about time: a DNS that does not answer, and mail that lay in the mailbox.

On a real Dovecot, with the worker's own wiring; only the name server is the test's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from decisions import decision, mail
from servers.dovecot import Dovecot
from servers.nameserver import NameServer, resolver
from servers.scripted import ScriptedServer
from signing import dated, record, signed

from faults.post import DONE, PROBLEMS, Post
from worker.cli import build
from worker.cli.mailroom import Mailroom
from worker.cli.patience import Seldom
from worker.intake.txt import look_up
from worker.steps.mails import LONGEST_WAIT
from worker.store import views

pytestmark = pytest.mark.servers

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
SELECTORS = ("s1", "s2", "s3")


def place(selector: str) -> str:
    return f"{selector}._domainkey.acme.example"


def ask(port: int, name: str) -> str | None:
    """The worker's own question, to the server of the test."""
    return look_up(name, resolver(port))


def a_mail(number: int = 1, selector: str = "s1") -> bytes:
    """Signed by the decider's domain just now."""
    return signed(dated(mail(decision(number), results=""), NOW), s=selector)


def seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


class Office:
    """A worker's mailbox that is guarded by DKIM, and the DNS that it asks."""

    def __init__(self, post: Post, imap: Dovecot, dns: NameServer) -> None:
        self.post, self.imap, self.dns = post, imap, dns

    @contextmanager
    def room(self, later: timedelta = timedelta(0)) -> Iterator[Mailroom]:
        """A worker that was started anew, so much later."""
        with self.post.room() as room:
            setup = room.jail._setup
            means = replace(setup.reading.means, txt=partial(ask, self.dns.port))
            room.jail._setup = replace(setup, reading=replace(setup.reading, means=means))
            room.inbox.mails = replace(room.inbox.mails, now=lambda: build.now() + later)
            yield room

    def lies_in(self) -> tuple[int, int, int]:
        """How many mails wait, are done, are put aside."""
        waiting, done, aside = map(len, map(self.imap.messages, ("INBOX", DONE, PROBLEMS)))
        return waiting, done, aside

    def notices(self) -> list[str]:
        """To whom something is to be told."""
        with self.post.store() as store:
            found = views.entries(store, views.Asked(kind=None))
            return [str(each["email"]) for each in found if each["kind"] == "notice"]

    def problem(self) -> str:
        with self.post.store() as store:
            (told,) = [line["detail"] for line in views.journal_lines(store)
                       if line["event"] == "quarantined"]  # fmt: skip
        assert isinstance(told, dict)
        return str(told["problem"])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    keys = {place(each): [quoted(record())] for each in SELECTORS}
    with ScriptedServer() as smtp, Dovecot() as imap, NameServer(keys) as dns:
        post = Post(tmp_path, smtp, imap)
        post.environ["FOLLOWUP_MAILBOX__PROOF"] = "dkim"
        yield Office(post, imap, dns)


def quoted(text: str) -> str:
    """As a zone file has it: a text of a TXT record has at most 255 octets (RFC 1035 3.3)."""
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


def test_row_39_a_mail_waits_for_the_dns_and_those_behind_it_do_not(office: Office) -> None:
    office.dns.away = {place("s1")}
    office.imap.append(a_mail(1, "s1"))
    office.imap.append(a_mail(2, "s2"))
    with office.room() as room:
        assert room.look()
        assert office.lies_in() == (1, 1, 0)
        assert room.look()
        assert office.lies_in() == (1, 1, 0)
        office.dns.away.clear()
        assert room.look()
    assert office.lies_in() == (0, 2, 0)
    assert {each["email"] for each in office.post.entries()} == {
        "c1@candidates.example", "c2@candidates.example"
    }  # fmt: skip


def test_row_39_a_mail_that_waits_is_neither_journalled_nor_told(office: Office) -> None:
    office.dns.away = {place("s1")}
    office.imap.append(a_mail())
    told, complained = list[str](), list[str]()
    with office.room() as room:
        assert isinstance(room.inbox.mails.complain, Seldom)
        room.inbox.mails = replace(room.inbox.mails, tell=noting(told), complain=noting(complained))
        for _ in range(3):
            assert room.look()
    assert complained == ["mail_waits"] * 3
    assert told == []
    assert office.post.events() == []
    assert office.notices() == []


def noting(into: list[str]) -> Callable[..., None]:
    def note(event: str, **_fields: object) -> None:
        into.append(event)

    return note


def test_row_39_after_a_day_it_is_put_aside_with_the_mend_and_counts_when_it_is_moved_back(
    office: Office,
) -> None:
    office.dns.away = {place("s1")}
    office.imap.append(aged(), arrived_at=NOW - 59 * HOUR)
    for later in (timedelta(0), LONGEST_WAIT - HOUR):
        with office.room(later) as room:
            assert room.look()
        assert office.lies_in() == (1, 0, 0), later
    with office.room(LONGEST_WAIT + HOUR) as room:
        assert room.look()
    assert office.lies_in() == (0, 0, 1)
    for told in ("could not be looked up", "see the DNS", "for 24 hours", "move the mail back"):
        assert told in office.problem()
    assert office.notices() == ["hr@acme.example"]
    office.dns.away.clear()
    office.imap.command(PROBLEMS, ("MOVE", "1", "INBOX"))
    with office.room(LONGEST_WAIT + 2 * HOUR) as room:
        assert room.look()
    assert office.lies_in() == (0, 1, 0)


def test_row_39_a_mail_that_was_put_aside_and_moved_back_waits_as_well(office: Office) -> None:
    key = office.dns.records.pop(place("s1"))
    office.imap.append(a_mail())
    with office.room() as room:
        assert room.look()
        assert office.lies_in() == (0, 0, 1)
        office.imap.command(PROBLEMS, ("MOVE", "1", "INBOX"))
        office.dns.away = {place("s1")}
        for _ in range(2):
            assert room.look()
            assert office.lies_in() == (1, 0, 0)
        office.dns.away.clear()
        office.dns.records[place("s1")] = key
        assert room.look()
    assert office.lies_in() == (0, 1, 0)


def test_row_39_each_look_asks_about_one_waiting_mail_and_none_is_kept_from_its_turn(
    office: Office,
) -> None:
    places = [place(each) for each in SELECTORS]
    office.dns.away = set(places)
    for number, each in enumerate(SELECTORS):
        office.imap.append(a_mail(number, each))
    with office.room() as room:
        for _ in range(4):
            assert room.look()
        assert office.dns.asked == [*places, *places]
        office.dns.away = {place("s1")}
        assert room.look()  # s1 again: it stays, and goes behind the others
        assert office.lies_in() == (3, 0, 0)
        assert room.look()
    assert office.lies_in() == (1, 2, 0)


def test_row_39_what_is_no_decision_does_not_wait_for_the_dns(office: Office) -> None:
    office.dns.away = {place("s1")}
    office.imap.append(signed(dated(mail("Away.\n", Auto_Submitted="auto-replied"), NOW)))
    with office.room() as room:
        assert room.look()
    assert office.lies_in() == (0, 0, 1)


def test_row_39_an_answer_that_confirms_waits_for_the_dns_as_well(office: Office) -> None:
    office.dns.away = {place("s1")}
    answer = mail("CONFIRM\n", results="", subject=f"Re: Received [confirm {'0' * 20}]")
    office.imap.append(signed(dated(answer, NOW)))
    with office.room() as room:
        assert room.look()
        assert office.lies_in() == (1, 0, 0)


def aged() -> bytes:
    """Signed 60 hours ago, to be believed for ten of them."""
    then = NOW - 60 * HOUR
    raw = dated(mail(decision(), results=""), then)
    return signed(raw, t=seconds(then), x=seconds(then + 10 * HOUR))


def test_row_39_a_mail_that_came_in_time_counts_after_days_of_downtime(office: Office) -> None:
    office.imap.append(aged(), arrived_at=NOW - 59 * HOUR)
    with office.room() as room:
        assert room.look()
    assert office.lies_in() == (0, 1, 0)


@pytest.mark.parametrize("arrived_at", [None, NOW - 40 * HOUR, NOW + 24 * HOUR])
def test_row_39_an_old_mail_that_is_delivered_again_is_refused(
    office: Office, arrived_at: datetime | None
) -> None:
    office.imap.append(aged(), arrived_at=arrived_at)
    with office.room() as room:
        assert room.look()
    assert office.lies_in() == (0, 0, 1)
    assert "ran out" in office.problem()


def test_row_39_what_waited_for_the_dns_stops_nothing_that_came_after_it(office: Office) -> None:
    office.dns.away = {place("s1")}
    office.imap.append(a_mail(1, "s1"))
    newer = mail(decision(1, word="thank_you"), results="")
    office.imap.append(signed(dated(newer, NOW), s="s2"))
    with office.room() as room:
        assert room.look()
        assert office.lies_in() == (1, 1, 0)
        office.dns.away.clear()
        assert room.look()
        assert office.lies_in() == (0, 2, 0)
    found = {str(each["outcome"]): (each["status"], each["why"]) for each in office.post.entries()}
    assert found == {"thank_you": ("queued", None), "rejected": ("held", "contradiction")}
