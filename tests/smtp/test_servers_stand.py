"""The real servers that other tests lean on do what those tests take for granted."""

import smtplib

import pytest
from servers.postfix import Inbox, postfix, smtp_sink

pytestmark = pytest.mark.servers

LETTER = b"Subject: Your application\r\nTo: ana@candidates.example\r\n\r\nGood luck\r\n"


def send(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.port, timeout=30) as client:
        client.sendmail("talent@acme.example", ["ana@candidates.example"], LETTER)


def test_smtp_sink_keeps_what_it_takes_with_the_envelope() -> None:
    with smtp_sink() as sink:
        send(sink)
        (kept,) = sink.wait_for(1)
    assert b"X-Rcpt-Args: <ana@candidates.example>" in kept
    assert b"\nGood luck\n" in kept


def test_smtp_sink_breaks_the_connection_after_the_dot_when_told_to() -> None:
    with smtp_sink("-q", ".") as sink, pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink)


def test_smtp_sink_refuses_a_recipient_for_now_when_told_to() -> None:
    with smtp_sink("-r", "RCPT") as sink, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sink)
    assert refused.value.recipients["ana@candidates.example"][0] == 450


def test_postfix_delivers_a_letter_into_the_inbox() -> None:
    with postfix() as server:
        send(server)
        (delivered,) = server.wait_for(1)
    assert b"Delivered-To: ana@candidates.example\n" in delivered
    assert delivered.endswith(b"Good luck\n")


def test_postfix_follows_the_settings_it_is_given() -> None:
    with postfix({"message_size_limit": "20"}) as server, pytest.raises(smtplib.SMTPException):
        send(server)
