"""What happens to mail that can't be taken in, and who hears of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import environment, with_mailbox

from worker.cli import build
from worker.cli.mailroom import Mailroom, mailroom
from worker.intake.jail import Jail
from worker.intake.opened import Opened
from worker.intake.sheets import SheetRules
from worker.policy.answers import MOST_A_DAY, MOST_IN_TURN, may_answer
from worker.settings import load
from worker.steps.inbox import MOST_TRIES
from worker.store import views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending

pytestmark = pytest.mark.servers


class Desk:
    """A mailroom over a real mailbox, in this process."""

    def __init__(self, room: Mailroom, store: Store, imap: Dovecot) -> None:
        self.room, self.store, self.imap = room, store, imap

    def take_in(self, *raws: bytes) -> None:
        for raw in raws:
            self.imap.append(raw)
        assert self.room.look()

    def told(self) -> list[str]:
        """To whom notices wait to be sent."""
        with self.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT email FROM entry WHERE kind = 'notice'")
            return [str(row[0]) for row in rows]

    def reasons(self) -> list[str]:
        details = [line["detail"] for line in views.journal_lines(self.store)]
        return [str(each["problem"]) for each in details
                if isinstance(each, dict) and "problem" in each]  # fmt: skip


class Unloadable:
    """Can be sent to the jail, and ends it there."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


@contextmanager
def working(home: Path, imap: Dovecot, **more: str) -> Iterator[Desk]:
    with ScriptedServer() as smtp:
        given = load(with_mailbox(environment(smtp.port, **more), imap), home)
    store = build.open_store(given)
    room = mailroom(given, store, build.house(given), threading.Event())
    try:
        yield Desk(room, store, imap)
    finally:
        room.close()
        store.close()


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def test_hr_is_told_once_a_day_of_mail_in_a_deciders_name(tmp_path: Path, imap: Dovecot) -> None:
    forged = [mail(decision(number), results="dmarc=fail") for number in range(3)]
    junk = mail(decision(9), sender="m@evil.example", results="")
    with working(tmp_path, imap) as desk:
        desk.take_in(junk)
        assert desk.told() == []
        desk.take_in(*forged)
        assert desk.told() == ["hr@acme.example"]


def test_hr_is_told_of_a_deciders_mail_that_is_too_large_and_not_of_a_strangers(
    tmp_path: Path, imap: Dovecot
) -> None:
    large = decision() + "x" * 30_000
    with working(tmp_path, imap, FOLLOWUP_MAILBOX__MAX_BYTES="20000") as desk:
        desk.take_in(mail(large, sender="m@evil.example"))
        assert desk.told() == []
        desk.take_in(mail(large))
        assert desk.told() == ["hr@acme.example"]
        assert all("mailbox.max_bytes allows 20,000" in each for each in desk.reasons())


def test_a_fault_of_ours_over_one_mail_stops_no_other_and_ends_in_the_problems(
    tmp_path: Path, imap: Dovecot
) -> None:
    crashes = []

    def stumble(opened: Opened, _arrival: Arrival) -> Ending | None:
        if opened.envelope.subject == "Poison":
            raise RuntimeError("nobody foresaw this")
        return None

    with working(tmp_path, imap) as desk:
        inbox = desk.room.inbox
        inbox.crashed = lambda: crashes.append(1)
        object.__setattr__(inbox.mails, "takers", [stumble, *inbox.mails.takers])
        desk.take_in(mail(decision(1), subject="Poison"), mail(decision(2)))
        assert len(imap.messages("Decisions.Done")) == 1
        assert len(imap.messages("INBOX")) == 1
        for _ in range(MOST_TRIES):
            assert desk.room.look()
        assert len(crashes) == MOST_TRIES
        assert len(imap.messages("Decisions.Problems")) == 1
        assert sorted(desk.told()) == [DECIDER, "hr@acme.example"]
        assert desk.reasons() == ["it could not be taken in (RuntimeError)"]


def test_a_jail_that_can_not_be_started_puts_no_mail_aside(tmp_path: Path, imap: Dovecot) -> None:
    with working(tmp_path, imap) as desk:
        healthy = desk.room.inbox.mails.opens
        broken = Jail(Unloadable(), SheetRules(), desk.room.jail.limits)  # type: ignore[arg-type]
        object.__setattr__(desk.room.inbox.mails, "opens", lambda raw, _: broken.open_mail(raw))
        imap.append(mail(decision(1)))
        assert desk.room.look() is False
        assert len(imap.messages("INBOX")) == 1
        object.__setattr__(desk.room.inbox.mails, "opens", healthy)
        assert desk.room.look()
        assert len(imap.messages("Decisions.Done")) == 1
        broken.close()


@pytest.mark.parametrize(
    ("answered", "talks_back", "answer"),
    [
        (0, False, True),
        (MOST_A_DAY - 1, False, True),
        (MOST_A_DAY, False, False),
        (0, True, True),
        (MOST_IN_TURN - 1, True, True),
        (MOST_IN_TURN, True, False),
    ],
)
def test_how_often_problems_are_answered(answered: int, talks_back: bool, answer: bool) -> None:  # noqa: FBT001 - one row of the table
    assert may_answer(answered, talks_back=talks_back) is answer
