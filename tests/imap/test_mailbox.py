"""The mails of the decision mailbox, listed, fetched and moved, against a real Dovecot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from boxes import MAIL, account_of
from servers.dovecot import Dovecot

from worker.intake.mailbox import Gone, Mailbox, MailRef, TooLarge

pytestmark = pytest.mark.servers


def test_pending_lists_in_the_order_of_coming_and_passes_over_what_is_marked_deleted(
    dovecot: Dovecot,
) -> None:
    for mail in (MAIL + b"x" * 500, MAIL, MAIL + b"deleted"):
        dovecot.append(mail)
    dovecot.command("INBOX", ("STORE", "3", "+FLAGS", "(\\Deleted)"))
    with Mailbox(account_of(dovecot)) as box:
        refs = box.pending()
        assert [(ref.uid, ref.size) for ref in refs] == [(1, len(MAIL) + 500), (2, len(MAIL))]
        assert refs[0].uidvalidity == box.uidvalidity
        assert refs[0].account == "hr@acme.example@127.0.0.1"


def test_mail_that_comes_in_later_is_listed_by_the_same_session(dovecot: Dovecot) -> None:
    with Mailbox(account_of(dovecot)) as box:
        assert box.pending() == []
        dovecot.append(MAIL)
        assert [ref.uid for ref in box.pending()] == [1]


def test_fetching_gives_the_octets_and_leaves_the_flags_alone(dovecot: Dovecot) -> None:
    raw = MAIL + bytes(range(1, 256)).replace(b"\n", b"").replace(b"\r", b"")
    dovecot.append(raw)
    with Mailbox(account_of(dovecot)) as box:
        assert box.fetch(box.pending()[0]) == raw
        flags, _ = dovecot.messages()[0]
        assert "Seen" not in flags
        box.move(box.pending()[0], "Decisions/Done")
    flags, mail = dovecot.messages("Decisions.Done")[0]
    assert "Seen" not in flags
    assert mail == raw


def test_a_mail_that_is_too_large_is_not_read_even_when_its_size_lies(dovecot: Dovecot) -> None:
    dovecot.append(MAIL)
    with Mailbox(account_of(dovecot, max_bytes=len(MAIL) - 1)) as box:
        ref = box.pending()[0]
        assert box.fetch(ref) == TooLarge(len(MAIL), len(MAIL) - 1)
        assert box.fetch(replace(ref, size=1)) == TooLarge(len(MAIL), len(MAIL) - 1)
    with Mailbox(account_of(dovecot, max_bytes=len(MAIL))) as box:
        assert box.fetch(ref) == MAIL


SERVERS = {
    "MOVE": "",
    "UIDPLUS only": "imap_capability = IMAP4rev1 UIDPLUS",
    "neither": "imap_capability = IMAP4rev1",
}


@pytest.mark.parametrize("settings", SERVERS.values(), ids=SERVERS.keys())
def test_a_mail_is_moved_whatever_the_server_can(settings: str) -> None:
    with Dovecot(settings=settings) as server:
        server.append(MAIL + b"other")
        server.append(MAIL)
        server.command("INBOX", ("STORE", "1", "+FLAGS", "(\\Deleted)"))
        with Mailbox(account_of(server)) as box:
            box.move(box.pending()[0], "Decisions/Problems")
            assert box.pending() == []
        assert [mail for _, mail in server.messages("Decisions.Problems")] == [MAIL]
        kept = [mail for _, mail in server.messages()]
        assert kept[0] == MAIL + b"other", "what a person marked deleted is not ours to remove"
        assert len(kept) == (2 if settings.endswith("rev1") else 1)


@pytest.mark.parametrize("settings", SERVERS.values(), ids=SERVERS.keys())
def test_a_mail_that_vanished_is_no_error(settings: str) -> None:
    with Dovecot(settings=settings) as server:
        server.append(MAIL)
        with Mailbox(account_of(server)) as box:
            ref = box.pending()[0]
            server.command("INBOX", ("STORE", "1", "+FLAGS", "(\\Deleted)"), ("EXPUNGE", "1"))
            box.pending()
            assert box.fetch(ref) == Gone()
            box.move(ref, "Decisions/Done")
        assert server.messages("Decisions.Done") == []


def test_a_reference_of_another_uidvalidity_means_no_mail(dovecot: Dovecot) -> None:
    dovecot.append(MAIL)
    with Mailbox(account_of(dovecot)) as box:
        ref = box.pending()[0]
        old: MailRef = replace(ref, uidvalidity=ref.uidvalidity - 1)
        assert box.fetch(old) == Gone()
        box.move(old, "Decisions/Done")
        assert box.pending() == [ref]


def test_a_folder_made_anew_reports_another_uidvalidity(dovecot: Dovecot) -> None:
    validities = []
    for number in range(2):
        client = dovecot.client()
        if number:
            client.delete("Incoming")
        client.create("Incoming")
        client.logout()
        with Mailbox(account_of(dovecot, folder="Incoming")) as box:
            validities.append(box.uidvalidity)
    assert validities[0] != validities[1]
