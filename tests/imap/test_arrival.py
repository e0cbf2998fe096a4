"""When a mail arrived, as the server of the mailbox says (INTERNALDATE, RFC 9051 2.3.3)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from servers.dovecot import SECRET, Dovecot
from servers.scripted_imap import Item, ScriptedImap

from worker.intake.mailbox import Mailbox, MailboxAccount

pytestmark = pytest.mark.servers

MAIL = b"From: hr@acme.example\r\nSubject: decision\r\n\r\nDecision: reject\r\n"
ARRIVED = datetime(2026, 11, 23, 2, 30, tzinfo=timezone(timedelta(hours=-7)))


def account_of(port: int) -> MailboxAccount:
    return MailboxAccount(
        host="127.0.0.1", port=port, username=Dovecot.user, password=SECRET, security="none"
    )


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def test_it_is_told_in_utc_whatever_the_zone_of_the_server(dovecot: Dovecot) -> None:
    dovecot.append(MAIL, arrived_at=ARRIVED)
    with Mailbox(account_of(dovecot.port)) as box:
        (ref,) = box.pending()
    assert ref.arrived_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert ref.arrived_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("capability", ["IMAP4rev1 UIDPLUS MOVE", "IMAP4rev1 UIDPLUS"])
def test_a_mail_that_was_moved_and_moved_back_arrived_when_it_did(capability: str) -> None:
    with Dovecot(settings=f"imap_capability = {capability}") as server:
        server.append(MAIL, arrived_at=ARRIVED)
        with Mailbox(account_of(server.port)) as box:
            box.move(box.pending()[0], "Decisions/Problems")
        client = server.client()
        client.select("Decisions.Problems")
        client.copy("1", "INBOX")
        client.logout()
        with Mailbox(account_of(server.port)) as box:
            (ref,) = box.pending()
    assert ref.uid == 2
    assert ref.arrived_at == ARRIVED


NONSENSE = {
    "nothing": b"",
    "NIL": b" INTERNALDATE NIL",
    "no text": b" INTERNALDATE 5",
    "no date": b' INTERNALDATE "yesterday"',
    "no zone": b' INTERNALDATE "23-Nov-2026 09:30:00"',
    "a zone that is none": b' INTERNALDATE "23-Nov-2026 09:30:00 +9999"',
    "a year that is none": b' INTERNALDATE "23-Nov-99999999999 09:30:00 +0000"',
}


@pytest.mark.parametrize("told", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_server_that_tells_no_moment_still_lists_its_mails(told: bytes) -> None:
    line = b"* 1 FETCH (UID 1 RFC822.SIZE 5%b)\r\n{tag} OK done\r\n" % told
    script: dict[str, list[Item]] = {"UID FETCH": [line]}
    with (
        ScriptedImap(script, [MAIL]) as server,
        Mailbox(account_of(server.port)) as box,
    ):
        (ref,) = box.pending()
        assert ref.arrived_at is None
        assert box.fetch(ref) == MAIL
