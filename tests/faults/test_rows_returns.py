"""Rows 39 and 40, as far as they are about what comes back: forged bounces, and mail of machines.

Letters go out to a server, then each mail goes through the worker's own wiring. The oracle looks
at what the receiving server holds.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from decisions import AUTHSERV_ID, DECIDER, decision, mail
from servers.scripted import ScriptedServer

from faults.copies import received
from faults.scene import Scene
from worker.cli import build
from worker.cli.mailroom import mailroom
from worker.intake.mailbox import MailRef
from worker.lifecycle import Kind
from worker.settings import load
from worker.steps.mails import Mails, take_in_mail
from worker.store import views

CORPUS = Path(__file__).parents[1] / "returns" / "data"
IN_CORPUS, ANA_IN_CORPUS = b"3f9c1a7be2d04568a1cd", b"ana.perez@candidates.example"
MAILBOX = {
    "FOLLOWUP_MAILBOX__ENABLED": "true",
    "FOLLOWUP_MAILBOX__HOST": "127.0.0.1",
    "FOLLOWUP_MAILBOX__USERNAME": "hr@acme.example",
    "FOLLOWUP_MAILBOX__PASSWORD": "pw",
    "FOLLOWUP_MAILBOX__AUTHSERV_ID": AUTHSERV_ID,
    "FOLLOWUP_DECIDERS": f'[{{"address": "{DECIDER}"}}]',
}


@dataclass
class Returns:
    """A worker that sent two letters, and the server that has them."""

    scene: Scene
    server: ScriptedServer
    uid: int = 0

    def take_in(self, *raw: bytes) -> list[str | None]:
        """Each mail in turn, as if it lay in the mailbox; what became of it."""
        with self._mails() as mails:
            return [self._taken(each, mails) for each in raw]

    def _taken(self, raw: bytes, mails: Mails) -> str | None:
        self.uid += 1
        ref = MailRef("hr@acme.example@127.0.0.1", "INBOX", 1, self.uid, len(raw))
        return take_in_mail(ref, lambda _: raw, mails)

    @contextmanager
    def _mails(self) -> Iterator[Mails]:
        given = load(self.scene.environ | MAILBOX, self.scene.home)
        store = build.open_store(given)
        room = mailroom(given, store, build.house(given), threading.Event())
        try:
            yield room.inbox.mails
        finally:
            room.close()
            store.close()

    def token(self) -> str:
        """Of the first candidate's letter."""
        return next(str(each["entry"]) for each in self.scene.entries()
                    if each["email"] == "c1@candidates.example")  # fmt: skip

    def notices(self) -> int:
        """How many notices there are."""
        with self.scene.store() as store:
            return len(list(views.entries(store, views.Asked(kind=Kind.NOTICE))))

    def statuses(self) -> list[str]:
        """Of the two letters; the oracle has looked."""
        self.scene.work()  # a notice goes out, and whatever else was queued
        self.scene.holds(received(self.server.kept))
        return [status for _, status in sorted(self.scene.statuses().items())]


@pytest.fixture
def back(tmp_path: Path) -> Iterator[Returns]:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        scene.drop_letters(2)
        scene.work_until_it_rests()
        yield Returns(scene, server)


def sample(name: str, token: str) -> bytes:
    """A mail of the corpus, about the first candidate's letter."""
    raw = (CORPUS / f"{name}.eml").read_bytes().replace(IN_CORPUS, token.encode())
    return raw.replace(ANA_IN_CORPUS, b"c1@candidates.example")


def test_row_39_a_genuine_bounce_moves_the_letter_it_names_and_no_other(back: Returns) -> None:
    assert back.take_in(sample("gmail", back.token())) == ["returned"]
    assert back.statuses() == ["bounced", "sent"]
    assert back.notices() == 1


def test_row_39_no_bounce_moves_anything_by_an_address_alone(back: Returns) -> None:
    names = [path.stem for path in sorted(CORPUS.glob("*.eml"))]
    for token in ("not-a-token", "0123456789abcdef0123"):
        states = back.take_in(*(sample(name, token) for name in names))
        assert set(states) <= {"ignored", "quarantined"}, dict(zip(names, states, strict=True))
    assert back.statuses() == ["sent", "sent"]
    assert back.notices() == 0


def test_row_39_our_token_with_another_address_is_for_people(back: Returns) -> None:
    raw = sample("gmail", back.token()).replace(b"c1@candidates", b"c2@candidates")
    assert back.take_in(raw) == ["quarantined"]
    assert back.statuses() == ["sent", "sent"]


def test_row_39_a_bounce_that_names_two_letters_moves_neither(back: Returns) -> None:
    first, second = (str(each["entry"]) for each in back.scene.entries())
    raw = sample("gmail", first).replace(b"X-Followup-Id: " + first.encode(),
                                         b"X-Followup-Id: " + second.encode())  # fmt: skip
    assert back.take_in(raw) == ["quarantined"]
    assert back.statuses() == ["sent", "sent"]


def test_row_40_mail_of_machines_is_not_acted_on_and_not_answered(back: Returns) -> None:
    token = back.token()
    own = back.server.kept[0][1]
    states = back.take_in(
        sample("out_of_office", token),
        sample("read_receipt", token),
        sample("complaint", token),
        mail(decision(3), List_Id="<all.acme.example>", In_Reply_To=f"<{token}@acme.example>"),
        own,
    )
    assert states == ["ignored"] * 5
    assert back.statuses() == ["sent", "sent"]
    assert (len(back.server.kept), back.notices()) == (2, 0)


def test_row_40_reports_that_all_is_well_or_late_move_nothing(back: Returns) -> None:
    token = back.token()
    names = ("postfix_delayed", "postfix_delivered", "exim_old_delay")
    assert back.take_in(*(sample(name, token) for name in names)) == ["returned"] * 3
    assert back.statuses() == ["sent", "sent"]
    assert back.notices() == 0


def test_row_40_a_flood_of_bounces_of_one_letter_is_told_once(back: Returns) -> None:
    raw = sample("gmail", back.token())
    flood = [raw.replace(b"Message-ID: <6922", b"Message-ID: <%d" % number) for number in range(50)]
    assert back.take_in(*flood) == ["returned"] * 50
    assert back.statuses() == ["bounced", "sent"]
    assert (len(back.server.kept), back.notices()) == (3, 1)


def test_row_40_bounces_of_notices_come_to_an_end(back: Returns) -> None:
    """What would go round for ever: each notice bounces, and is told by a notice."""
    back.take_in(sample("gmail", back.token()))
    back.statuses()
    told = [raw for to, raw in back.server.kept if to == "hr@acme.example"]
    (token,) = [line.split()[1].decode() for line in told[0].splitlines()
                if line.startswith(b"X-Followup-Id")]  # fmt: skip
    raw = sample("gmail", token).replace(b"c1@candidates.example", b"hr@acme.example")
    assert back.take_in(raw) == ["returned"]
    back.statuses()
    assert (len(back.server.kept), back.notices()) == (3, 1)
