"""The traps of imapclient and imaplib, each met by the wrapper, against a server that lies."""

import resource
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from servers.scripted_imap import CLOSE, HANG, Item, ScriptedImap

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox, MailboxAccount, Refused, TooLarge
from worker.intake.mailbox.bounded import BoundedClient

MAIL = b"From: hr@acme.example\r\n\r\nDecision: reject\r\n"
BOMB = b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n"


def account_at(server: ScriptedImap, **more: Any) -> MailboxAccount:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "username": "hr@acme.example",
        "password": "secret",
        "security": "none",
        "read_timeout": 1.0,
        "max_bytes": 10_000,
        **more,
    }
    return MailboxAccount(**given)


def box_at(server: ScriptedImap, **more: Any) -> Mailbox:
    return Mailbox(account_at(server, **more))


def client_at(server: ScriptedImap) -> Any:
    client: Any = BoundedClient("127.0.0.1", server.port, room=10_000, ssl=False, timeout=5)
    client.login("a", "b")
    client.select_folder("INBOX")
    return client


@pytest.mark.parametrize(
    "argument",
    [
        'x"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE',
        "x\nX1 EXPUNGE",
        "x\rX1 EXPUNGE",
        "x\0",
        "x" * 20_000,
        b"x\r\nX1 EXPUNGE",
    ],
)
def test_an_argument_never_becomes_a_command(argument: str | bytes) -> None:
    attempts: list[Callable[[Any], object]] = [
        lambda client: client.search(["HEADER", "Message-ID", argument]),
        lambda client: client.select_folder(argument),  # in modified UTF-7, so it can be harmless
        lambda client: client.move([1], argument),
        lambda client: client.fetch([1], [argument]),
    ]
    with ScriptedImap() as server:
        for attempt in attempts:
            client = client_at(server)
            with suppress(ValueError, IMAPClientError):
                attempt(client)
            client.shutdown()
        client = client_at(server)
        with pytest.raises(ValueError, match="line break"):
            client.search(["SUBJECT", argument])
        client.shutdown()
    assert not [each for each in server.commands if each.startswith(("STORE", "EXPUNGE"))]


def test_bare_imapclient_would_put_it_on_the_wire() -> None:
    with ScriptedImap() as server:
        client: Any = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
        client.login("a", "b")
        client.select_folder("INBOX")
        client.search(["SUBJECT", 'x"\r\nX1 EXPUNGE\r\n'])
        client.shutdown()
    assert "EXPUNGE" in server.commands


@pytest.mark.parametrize("stage", ["greeting", "SELECT", "UID FETCH"])
def test_a_literal_of_any_size_is_refused_before_it_is_read(stage: str) -> None:
    announced: dict[str, Item] = {
        "greeting": b"* OK {99999999999}\r\n",
        "SELECT": b"* LIST () NIL {99999999999}\r\n",
        "UID FETCH": BOMB,
    }
    with ScriptedImap({stage: [announced[stage]]}, [MAIL]) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with (
            pytest.raises(SessionError, match="99,999,999,999 octets too many"),
            box_at(server) as box,
        ):
            box.pending()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 100_000  # in kB


def test_lines_without_end_are_cut_off() -> None:
    line = b"* 1 FETCH (FLAGS (" + b"\\Seen " * 150_000 + b"))\r\n"
    with (
        ScriptedImap({"NOOP": [line * 20]}) as server,
        box_at(server) as box,
        pytest.raises(SessionError, match="octets too many"),
    ):
        box.pending()


def test_a_size_that_lies_brings_no_more_than_was_asked_for_and_its_header_is_told() -> None:
    raw = MAIL + b"x" * 50_000
    small = b"* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n{tag} OK done\r\n"
    with ScriptedImap({"UID FETCH": [small]}, [raw]) as server, box_at(server) as box:
        got = box.fetch(box.pending()[0])
    assert isinstance(got, TooLarge)
    assert (got.size, got.limit) == (10_001, 10_000)
    assert got.head == raw[:10_001]
    assert server.commands[-2] == "UID FETCH 1 (BODY.PEEK[]<0.10001>)"


@pytest.mark.parametrize(
    "answer",
    [
        b"{tag} NO [SERVERBUG] no such luck\r\n",
        b"{tag} BAD what?\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n",
    ],
)
def test_a_mail_that_the_server_does_not_give_is_a_value_and_the_session_goes_on(
    answer: bytes,
) -> None:
    with ScriptedImap({"UID FETCH": [None, answer]}, [MAIL, MAIL]) as server, box_at(server) as box:
        first, second = box.pending()
        assert isinstance(box.fetch(first), Refused)
        assert box.fetch(second) == MAIL


@pytest.mark.parametrize(
    "answer",
    [
        CLOSE,
        HANG,
        b"* BYE Session invalidated - AccessTokenExpired\r\n",
        b"garbage\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {50}\r\nshort",
        b"X99 OK not our tag\r\n",
        b"\0\xff\r\n",
        b"* SEARCH \r\n* \r\n{tag} \r\n",
        b"* 1 FETCH (UID x BODY[]<0>\r\n{tag} OK done\r\n",
    ],
)
@pytest.mark.parametrize("verb", ["SELECT", "NOOP", "UID SEARCH", "UID FETCH", "UID MOVE"])
def test_whatever_a_server_says_a_session_goes_on_or_is_lost_within_the_timeout(
    verb: str, answer: Item
) -> None:
    with ScriptedImap({verb: [answer]}, [MAIL]) as server:
        box = box_at(server, read_timeout=0.3)
        lost = _lost(box)
        box.close()
        if isinstance(answer, bytes) and b"BYE" in answer:
            assert "AccessTokenExpired" in lost
        with box_at(server) as again:
            again.pending()


def _lost(box: Mailbox) -> str:
    """Go through the mail; why the session was lost, if it was."""
    try:
        box.open()
        for ref in box.pending():
            box.fetch(ref)
            box.move(ref, "Decisions/Done")
    except SessionError as why:
        return str(why)
    return ""


def test_alerts_are_heard_in_the_servers_own_words() -> None:
    alert = b"* OK [ALERT] Mailbox is at 99% of quota\r\n"
    said = b"* NO [alert] again\r\n* 0 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n{tag} OK done\r\n"
    with ScriptedImap({"greeting": [alert], "SELECT": [said]}) as server, box_at(server) as box:
        assert box.alerts() == ["Mailbox is at 99% of quota", "again"]


def test_what_a_mail_says_is_no_alert() -> None:
    raw = b"Subject: x\r\n\r\n* OK [ALERT] send your password\r\n"
    with ScriptedImap(mails=[raw]) as server, box_at(server) as box:
        assert box.fetch(box.pending()[0]) == raw
        assert box.alerts() == []


@pytest.mark.parametrize("goodbye", [b"", b"* BYE shutting down\r\n"])
def test_a_connection_that_ends_in_idle_is_noticed_and_does_not_spin(goodbye: bytes) -> None:
    readings = count(1)

    def clock() -> float:
        if next(readings) == 2:  # the first is before IDLE begins, the second is in it
            server.speak(goodbye)
        return time.monotonic()

    with ScriptedImap() as server:
        box = Mailbox(account_at(server), monotonic=clock)
        box.open()
        used = time.process_time()
        with pytest.raises(
            SessionError, match="shutting down" if goodbye else "connection was lost"
        ):
            box.wait(3_600, threading.Event())
        assert time.process_time() - used < 1
        box.close()


def test_a_server_that_never_answers_done_is_given_up_by_the_timeout() -> None:
    stop = threading.Event()
    stop.set()
    with ScriptedImap({"DONE": [HANG]}) as server:
        box = box_at(server, read_timeout=0.3)
        box.open()
        with pytest.raises(SessionError, match="timed out"):
            box.wait(3_600, stop)
        box.close()


@pytest.mark.parametrize("verb", ["greeting", "LOGIN", "LIST", "SELECT", "NOOP", "IDLE"])
def test_silence_anywhere_ends_by_the_timeout(verb: str) -> None:
    with ScriptedImap({verb: [HANG]}) as server:
        box = box_at(server, read_timeout=0.3, connect_timeout=0.3)
        with pytest.raises(SessionError):
            _use(box)
        box.close()


def _use(box: Mailbox) -> None:
    box.open()
    box.pending()
    box.wait(3_600, threading.Event())


def test_a_folder_that_vanished_is_made_anew_and_a_move_that_is_refused_is_a_value() -> None:
    no = b"{tag} NO [TRYCREATE] no such folder\r\n"
    gone = b"{tag} OK nothing\r\n"
    with ScriptedImap({"UID MOVE": [no]}, [MAIL]) as server, box_at(server) as box:
        ref = box.pending()[0]
        server.script["LIST"] = [gone]
        assert box.move(ref, "Decisions/Done") is None
        assert [each for each in server.commands if each.startswith("CREATE")]
        assert server.moved == {"Decisions/Done": [1]}
    full = b"{tag} NO [OVERQUOTA] full\r\n"
    with ScriptedImap({"UID MOVE": [full]}, [MAIL]) as server, box_at(server) as box:
        refused = box.move(box.pending()[0], "Decisions/Done")
        assert refused is not None
        assert "OVERQUOTA" in refused.reply
