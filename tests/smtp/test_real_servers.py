"""The sender against Postfix: its test sink with faults at each command, and the real server."""

import pytest
from sample import letter
from servers.postfix import Inbox, postfix, smtp_sink

from worker.delivery.connect import Account
from worker.delivery.smtp import open_session
from worker.errors import SessionError
from worker.result import Accepted, Deferred, NotTried, Refused, Result, Unsure

pytestmark = pytest.mark.servers


def send(server: Inbox) -> Result:
    session = open_session(Account(host="127.0.0.1", port=server.port, security="none"))
    result = session.send(letter(), lambda: True)
    session.close()
    return result


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ((), Accepted),
        (("-r", "MAIL"), NotTried),
        (("-f", "MAIL"), NotTried),
        (("-q", "MAIL"), NotTried),
        (("-Q", "MAIL"), NotTried),
        (("-r", "RCPT"), Deferred),
        (("-f", "RCPT"), Refused),
        (("-q", "RCPT"), Deferred),
        (("-Q", "RCPT"), NotTried),
        (("-r", "DATA"), Deferred),
        (("-f", "DATA"), Refused),
        (("-q", "DATA"), Deferred),
        (("-Q", "DATA"), NotTried),
        (("-r", "."), Deferred),
        (("-f", "."), Refused),
        (("-Q", "."), Deferred),
        (("-q", "."), Unsure),
        (("-q", "QUIT"), Accepted),
        (("-Q", "QUIT"), Accepted),
        (("-f", "QUIT"), Accepted),
    ],
)
def test_smtp_sink_with_a_fault_at_each_command(flags: tuple[str, ...], kind: type[Result]) -> None:
    with smtp_sink(*flags) as server:
        assert isinstance(send(server), kind)


@pytest.mark.parametrize("flags", [("-q", "CONNECT"), ("-Q", "CONNECT"), ("-f", "EHLO,HELO")])
def test_a_sink_that_is_not_there_for_us_opens_no_session(flags: tuple[str, ...]) -> None:
    with smtp_sink(*flags) as server, pytest.raises(SessionError):
        send(server)


def test_a_real_postfix_takes_the_letter_and_delivers_it_once() -> None:
    with postfix() as server:
        result = send(server)
        assert isinstance(result, Accepted)
        assert "queued as" in result.reply.text
        (arrived,) = server.wait_for(1)
    assert b"X-Followup-Id: " in arrived
    assert b"\n.a line that begins with a dot" in arrived


def test_a_real_postfix_that_denies_relaying_is_a_problem_of_ours() -> None:
    denying = {"smtpd_relay_restrictions": "reject_unauth_destination",
               "virtual_mailbox_domains": "other.example"}  # fmt: skip
    with postfix(denying) as server:
        result = send(server)
    assert isinstance(result, NotTried)
    assert "Relay access denied" in result.detail


def test_a_real_postfix_that_knows_no_such_user_refuses_this_recipient() -> None:
    knowing = {"virtual_mailbox_domains": "candidates.example",
               "virtual_mailbox_maps": "inline:{somebody@candidates.example=inbox/}"}  # fmt: skip
    with postfix(knowing) as server:
        assert isinstance(send(server), Refused)
