"""Rows 30 to 34 of the fault matrix: the mailbox under fire, with a real Dovecot."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from decisions import DECIDER, decision, mail
from imapclient import IMAPClient
from servers.dovecot import Dovecot
from servers.proxy import Act, Fault, Proxy
from servers.scripted import ScriptedServer
from servers.scripted_imap import ScriptedImap

from faults.post import DONE, Post, left
from worker.cli import build
from worker.errors import SessionError
from worker.intake.mailbox import Mailbox

pytestmark = pytest.mark.servers

NO_MOVE = "imap_capability = IMAP4rev1 UIDPLUS IDLE"


@pytest.fixture
def smtp() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.mark.parametrize("settings", ["", NO_MOVE], ids=["MOVE", "COPY and EXPUNGE"])
def test_row_30_and_31_the_line_breaks_at_any_octet_of_the_dialogue(
    tmp_path: Path, smtp: ScriptedServer, settings: str,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    with Dovecot(settings=settings) as imap, Proxy(imap.port) as proxy:
        post = Post(tmp_path, smtp, proxy)
        imap.append(mail(decision(1)))
        post.work()
        length, tried = proxy.carried[True], 0
        for number, after in enumerate(range(1, length, max(length // 24, 1)), 2):
            imap.append(mail(decision(number)))
            proxy.faults = [Fault(Act.CLOSE, after, answers=True)]
            post.work()
            post.work()
            tried = number
        assert not left(imap)
    assert post.letters() == Counter(
        f"c{number}@candidates.example" for number in range(1, tried + 1)
    )
    post.agrees(*range(1, tried + 1))
    record_property("figure", f"{tried - 1} places where the line broke, 0 doubles, 0 losses")


@pytest.mark.parametrize("moment", ["listed", "before fetch", "fetched", "before move", "moved"])
def test_row_30_dovecot_is_killed_at_a_moment_and_comes_back(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot, moment: str
) -> None:
    post = Post(tmp_path, smtp, imap)
    for number in (1, 2):
        imap.append(mail(decision(number)))
    with post.room({moment: imap.stop}) as room:
        assert room.look() is False
    imap.start()
    post.work()
    assert post.letters() == Counter(["c1@candidates.example", "c2@candidates.example"])
    assert imap.messages("INBOX") == []
    assert len(imap.messages(DONE)) == 2
    post.agrees(1, 2)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.9])
def test_row_31_a_half_open_connection_is_given_up_by_the_timeout_without_spinning(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot, share: float
) -> None:
    with Proxy(imap.port) as proxy:
        post = Post(tmp_path, smtp, proxy)
        imap.append(mail(decision(1)))
        with post.room() as room:
            assert room.look()
        after = int(proxy.carried[True] * share)
        imap.append(mail(decision(2)))
        proxy.faults = [Fault(Act.STALL, after, answers=True)]
        used = time.process_time()
        try:
            with post.room(read_timeout=0.5) as room:
                assert room.look() is False
        except SessionError:
            pass  # it stalled while it was opened
        assert time.process_time() - used < 5
        proxy.released.set()
    imap_again = Post(tmp_path, smtp, imap)
    imap_again.work()
    assert imap_again.letters().keys() == {"c1@candidates.example", "c2@candidates.example"}
    assert set(imap_again.letters().values()) == {1}
    imap_again.agrees(1, 2)


def test_row_31_a_half_open_connection_in_idle_is_given_up_by_the_timeout(
    smtp: ScriptedServer, tmp_path: Path, imap: Dovecot
) -> None:
    with Proxy(imap.port) as proxy:
        proxy.faults = [Fault(Act.STALL, 1_000_000, answers=True)]
        readings = count(1)
        ahead = 0.0

        def clock() -> float:
            nonlocal ahead
            if next(readings) == 3:
                proxy.released.set()  # nothing is carried any more
                ahead = 600.0  # and IDLE has lasted long enough
            return time.monotonic() + ahead

        post = Post(tmp_path, smtp, proxy)
        with post.worker() as worker:
            account = replace(build.mailbox_account(worker.given), read_timeout=0.5)
        box = Mailbox(account, monotonic=clock)
        box.open()
        used = time.process_time()
        with pytest.raises(SessionError, match="connection was lost"):
            box.wait(3_600, threading.Event())
        assert time.process_time() - used < 2
        box.close()


def test_row_32_bare_imapclient_spins_at_the_end_of_a_connection_in_idle_and_we_do_not() -> None:
    with ScriptedImap() as server:
        client: Any = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
        client.login("a", "b")
        client.select_folder("INBOX")
        client.idle()
        server.speak(b"")
        spun = [client.idle_check(timeout=3_600) for _ in range(1_000)]
        client.shutdown()
        assert spun == [[]] * 1_000  # at once, a thousand times: nobody noticed


def test_row_33_a_folder_made_anew_brings_no_decision_twice_and_misses_none(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    post.environ["FOLLOWUP_MAILBOX__FOLDER"] = "Incoming"
    client = imap.client()
    client.create("Incoming")
    first, second, third = (mail(decision(number)) for number in (1, 2, 3))
    imap.append(first, "Incoming")
    post.work()
    client.delete("Incoming")
    post.work()  # there is nothing to select now; that is told, and nobody is harmed
    client.create("Incoming")
    client.logout()
    imap.append(second, "Incoming")  # UID 1 again, and another mail
    imap.append(first, "Incoming")  # UID 2, and known
    post.work()
    imap.append(third, "Incoming")
    post.work()
    assert post.letters() == Counter(f"c{number}@candidates.example" for number in (1, 2, 3))
    assert post.notices()[DECIDER] == 3
    assert imap.messages("Incoming") == []
    post.agrees(1, 2, 3)


def test_row_33_the_same_mails_in_another_mailbox_are_known(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    raw = mail(decision(1))
    imap.append(raw)
    post.work()
    with Dovecot() as other:
        post.environ["FOLLOWUP_MAILBOX__PORT"] = str(other.port)
        other.append(b"Received: by another.example\r\n" + raw)
        post.work()
        assert len(other.messages(DONE)) == 1
    assert sum(post.letters().values()) == 1
    post.agrees(1)


def _in_inbox(imap: Dovecot, *commands: tuple[str, ...]) -> Callable[[], None]:
    return lambda: imap.command("INBOX", *commands)


PEOPLE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "marks it read": (("STORE", "1", "+FLAGS", "(\\Seen)"),),
    "marks it deleted": (("STORE", "1", "+FLAGS", "(\\Deleted)"),),
    "removes it": (("STORE", "1", "+FLAGS", "(\\Deleted)"), ("EXPUNGE", "1")),
    "moves it away": (("MOVE", "1", "Decisions.Problems"),),
    "moves it where it belongs": (("MOVE", "1", "Decisions.Done"),),
    "makes a copy": (("COPY", "1", "INBOX"),),
}


@pytest.mark.parametrize("moment", ["listed", "fetched", "before move"])
@pytest.mark.parametrize("act", PEOPLE)
def test_row_34_a_person_at_the_same_mailbox_makes_no_second_decision_and_stops_no_other(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot, act: str, moment: str
) -> None:
    post = Post(tmp_path, smtp, imap)
    for number in (1, 2):
        imap.append(mail(decision(number)))
    with post.room({moment: _in_inbox(imap, *PEOPLE[act])}) as room:
        assert room.look()
    post.work()
    letters = post.letters()
    assert letters["c2@candidates.example"] == 1
    taken_away = moment == "listed" and act in {"removes it", "moves it away",
                                                "moves it where it belongs"}  # fmt: skip
    assert letters["c1@candidates.example"] == (0 if taken_away else 1)
    assert not left(imap)
    post.agrees(*([2] if taken_away else [1, 2]))
