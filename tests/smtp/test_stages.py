"""What came of a letter, for everything a server can do at each stage of the dialogue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sample import letter
from servers.scripted import CLOSE, HANG, ScriptedServer

from worker.delivery.smtp import Session, open_session
from worker.result import Accepted, Deferred, NotTried, Refused, Result, Unsure

from .conftest import AccountOf

PAUSE = timedelta(minutes=1)


def result_of(account_of: AccountOf, **script: list[str | bytes]) -> tuple[Result, ScriptedServer]:
    with ScriptedServer(script) as server:
        session = open_session(account_of(server, answer_timeout=timedelta(seconds=1)))
        result = session.send(letter(), lambda: True)
        session.close()
    return result, server


@pytest.mark.parametrize(
    ("script", "kind", "landed"),
    [
        # about us: pauses the sender, costs the entry nothing
        ({"mail": ["550 5.7.60 not your sender"]}, NotTried, False),
        ({"mail": ["451 4.3.0 try later"]}, NotTried, False),
        ({"mail": ["421 4.7.0 too many connections"]}, NotTried, False),
        ({"mail": [CLOSE]}, NotTried, False),
        ({"mail": [b"what?\r\n"]}, NotTried, False),
        ({"rcpt": ["421 4.3.2 shutting down"]}, NotTried, False),
        ({"rcpt": ["530 5.7.0 authentication required"]}, NotTried, False),
        ({"rcpt": ["554 5.7.1 <c1@candidates.example>: Relay access denied"]}, NotTried, False),
        # about the recipient or the message
        ({"rcpt": ["550 5.1.1 no such user"]}, Refused, False),
        ({"rcpt": ["551 user not local"]}, Refused, False),
        ({"rcpt": ["550 5.1.1 User unknown in relay recipient table"]}, Refused, False),
        ({"rcpt": ["550 <relay@sender.example>: no such user"]}, Refused, False),
        ({"rcpt": ["450 4.2.0 greylisted"]}, Deferred, False),
        ({"rcpt": ["451 4.7.1 try again later"]}, Deferred, False),
        ({"rcpt": ["552 too many recipients"]}, Deferred, False),
        ({"rcpt": ["499 what is this"]}, Deferred, False),
        ({"rcpt": [CLOSE]}, Deferred, False),
        ({"data": ["451 4.3.0 not now"]}, Deferred, False),
        ({"data": ["554 5.5.1 no valid recipients"]}, Refused, False),
        ({"data": ["250 what"]}, Deferred, False),
        ({"data": [CLOSE]}, Deferred, False),
        # after the dot: only a definite answer counts
        ({"dot": ["250 2.0.0 queued"]}, Accepted, True),
        ({"dot": ["251 2.0.0 other than 250"]}, Accepted, True),
        ({"dot": ["250-2.0.0 queued\r\n250 as 42"]}, Accepted, True),
        ({"dot": ["452 4.2.2 mailbox full"]}, Deferred, True),
        ({"dot": ["421 4.7.0 too busy"]}, Deferred, True),
        ({"dot": ["552 5.2.2 mailbox full"]}, Refused, True),
        ({"dot": ["554 5.6.0 not this message"]}, Refused, True),
        ({"dot": [CLOSE]}, Unsure, True),
        ({"dot": [HANG]}, Unsure, True),
        ({"dot": [b"wat\r\n"]}, Unsure, True),
        ({"dot": [b"25\r\n"]}, Unsure, True),
        ({"dot": [b"199 odd\r\n"]}, Unsure, True),
        ({"dot": [b"354 more please\r\n"]}, Unsure, True),
        ({"dot": [b"999 beyond\r\n"]}, Unsure, True),
        ({"dot": [b"2", CLOSE]}, Unsure, True),
        ({"dot": [b"250-2.0.0 half an answer\r\n"]}, Unsure, True),
        ({"dot": [b"250 " + b"x" * 20000]}, Unsure, True),
    ],
)
def test_the_result_follows_from_stage_and_answer(
    account_of: AccountOf, script: dict[str, list[str | bytes]], kind: type[Result], *, landed: bool
) -> None:
    result, server = result_of(account_of, **script)
    assert isinstance(result, kind)
    assert (server.dots == 1) is landed


def test_what_is_about_us_says_how_long_to_rest(account_of: AccountOf) -> None:
    result, _ = result_of(account_of, mail=["451 4.3.0 try later"])
    assert isinstance(result, NotTried)
    assert result.rest is not None
    assert result.rest.wait(0) == PAUSE
    assert "451 4.3.0 try later" in result.detail


def test_a_throttle_after_the_dot_is_about_us_and_the_letter_was_not_taken(
    account_of: AccountOf,
) -> None:
    """RFC 5321 4.2.5: a 4yz after the dot is a definite no."""
    told = "454 Throttling failure: Maximum sending rate exceeded"
    result, server = result_of(account_of, dot=[told])
    assert isinstance(result, NotTried)
    assert result.rest is not None
    assert result.rest.slower
    assert server.dots == 1


def test_an_answer_before_the_dot_means_that_no_dot_is_sent(account_of: AccountOf) -> None:
    asked: list[str] = []
    with ScriptedServer({"body": ["552 5.3.4 too big"]}) as server:
        session = open_session(account_of(server))
        result = _send_after_answer(session, asked)
    assert isinstance(result, Refused)
    assert asked == []
    assert server.dots == 0


def _send_after_answer(session: Session, asked: list[str]) -> Result:
    """The body is so large that the server's answer is there before its last octet is."""
    sealed = letter()
    padded = replace(sealed, content=sealed.content + b"padding line\r\n" * 2_000_000)
    return session.send(padded, noting(asked, "may I?"))


def noting(asked: list[str], what: str) -> Callable[[], bool]:
    """Permission for the dot that remembers that it was asked for."""

    def permission() -> bool:
        asked.append(what)
        return True

    return permission


def test_a_connection_that_is_reset_in_the_body_was_not_sent(account_of: AccountOf) -> None:
    with ScriptedServer({"body": [CLOSE]}) as server:
        session = open_session(account_of(server))
        result = _send_after_answer(session, [])
    assert isinstance(result, Deferred)
    assert server.dots == 0


def test_without_permission_there_is_no_dot_and_the_server_has_nothing(
    account_of: AccountOf,
) -> None:
    with ScriptedServer() as server:
        session = open_session(account_of(server))
        result = session.send(letter(), lambda: False)
        assert isinstance(result, NotTried)
        assert not session.is_open
    assert server.taken == []


def test_permission_is_asked_when_the_whole_body_is_out_and_not_before(
    account_of: AccountOf,
) -> None:
    seen: list[str] = []
    with ScriptedServer() as server:
        session = open_session(account_of(server))

        def permission() -> bool:
            seen.extend(server.commands)
            return True

        session.send(letter(), permission)
        session.close()
    assert [command.split(" ")[0] for command in seen] == ["ehlo", "MAIL", "RCPT", "DATA"]


def test_the_bytes_arrive_as_they_were_sealed(account_of: AccountOf) -> None:
    sealed = letter()
    with ScriptedServer() as server:
        session = open_session(account_of(server))
        session.send(sealed, lambda: True)
        session.close()
    assert server.taken == [(sealed.recipient, sealed.content)]


def test_one_session_takes_many_letters(account_of: AccountOf) -> None:
    with ScriptedServer({"rcpt": ["250 ok", "550 5.1.1 nobody", "250 ok"]}) as server:
        session = open_session(account_of(server))
        results = [session.send(letter(), lambda: True) for _ in range(3)]
        session.close()
    assert [type(each).__name__ for each in results] == ["Accepted", "Refused", "Accepted"]
    assert server.connections == 1


def test_a_server_that_left_between_two_letters_costs_nothing(account_of: AccountOf) -> None:
    with ScriptedServer({"mail": ["250 ok", CLOSE]}) as server:
        session = open_session(account_of(server))
        assert isinstance(session.send(letter(), lambda: True), Accepted)
        again = session.send(letter(), lambda: True)
    assert again == NotTried("mail: the server closed the connection", None, "server-away")
    assert not session.is_open


@pytest.mark.parametrize("farewell", ["421 4.3.2 no", b"garbage\r\n", CLOSE])
def test_what_comes_of_quit_changes_nothing(account_of: AccountOf, farewell: str | bytes) -> None:
    with ScriptedServer({"quit": [farewell]}) as server:
        session = open_session(account_of(server))
        assert isinstance(session.send(letter(), lambda: True), Accepted)
        session.close()


def test_a_slow_answer_is_waited_for_in_all_and_not_octet_by_octet(
    account_of: AccountOf,
) -> None:
    """A wall deadline: an answer that drips never keeps the sender for ever."""

    class Dripping(ScriptedServer):
        def next(self, stage: str) -> str | bytes:
            return b"2" if stage == "dot" else super().next(stage)

    with Dripping() as server:
        session = open_session(account_of(server, answer_timeout=timedelta(seconds=1)))
        result = session.send(letter(), lambda: True)
    assert result == Unsure("dot: no answer in time")


def test_what_is_written_is_told_to_the_checkpoint(account_of: AccountOf) -> None:
    told: list[str] = []
    with ScriptedServer() as server:
        session = open_session(account_of(server), told.append)
        session.send(letter(), lambda: True)
        session.close()
    assert told == ["write:before", "write:after"] * 6  # MAIL, RCPT, DATA, body, dot, QUIT
