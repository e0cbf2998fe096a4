"""The decision mailbox against a real Dovecot."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from servers.dovecot import SECRET, Certificate, Dovecot

from worker.errors import SessionError
from worker.intake.mailbox import Gone, Mailbox, MailboxAccount, MailRef, TooLarge

pytestmark = pytest.mark.servers

MAIL = b"From: hr@acme.example\r\nSubject: decision\r\n\r\nDecision: reject\r\n"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


_ACCOUNT: dict[str, Any] = {
    "host": "127.0.0.1",
    "username": Dovecot.user,
    "password": SECRET,
    "security": "none",
    "read_timeout": 10.0,
}


def account_of(server: Dovecot, **more: Any) -> MailboxAccount:
    given = {**_ACCOUNT, "port": server.port, "password": server.password, **more}
    return MailboxAccount(**given)


def refused(account: MailboxAccount) -> SessionError:
    with pytest.raises(SessionError) as why:
        Mailbox(account).open()
    return why.value


def scripted_clock(**at: Callable[[], float | None]) -> Callable[[], float]:
    """The monotonic clock, which does something when it is read for the nth time in ``wait``.

    The first reading is before IDLE begins, the second is in it; what is returned there moves
    the clock on.
    """
    readings = iter(range(1, 1_000))
    ahead = 0.0

    def read() -> float:
        nonlocal ahead
        ahead += at.get(f"reading_{next(readings)}", lambda: None)() or 0.0
        return time.monotonic() + ahead

    return read


def test_opening_makes_the_folders_that_are_missing_and_subscribes_them(dovecot: Dovecot) -> None:
    with Mailbox(account_of(dovecot)) as box:
        assert "IDLE" in box.capabilities()
        assert box.uidvalidity > 0
    assert {"Decisions.Done", "Decisions.Problems"} <= set(dovecot.folders())
    assert {"Decisions.Done", "Decisions.Problems"} <= set(dovecot.subscribed())
    with Mailbox(account_of(dovecot)) as again:
        assert again.pending() == []


def test_folders_lie_below_the_personal_namespace_of_the_server() -> None:
    namespace = "namespace inbox {\n  prefix = INBOX.\n  separator = .\n}"
    with Dovecot(settings=namespace) as server:
        server.append(MAIL)
        with Mailbox(account_of(server, done_folder="Erledigt/Grüße")) as box:
            box.move(box.pending()[0], "Erledigt/Grüße")
            assert box.pending() == []
        assert "INBOX.Decisions.Problems" in server.folders()
        assert [mail for _, mail in server.messages("INBOX.Erledigt.Gr&APwA3w-e")] == [MAIL]


def test_a_wrong_password_is_told_with_its_mend_and_lasts(dovecot: Dovecot) -> None:
    why = refused(account_of(dovecot, password="wrong"))
    assert (why.stage, why.lasting) == ("auth", True)
    assert "mailbox.password" in str(why)
    assert "AUTHENTICATIONFAILED" in why.reply
    assert "wrong" not in str(why)


def test_a_password_beyond_ascii_logs_in() -> None:
    with Dovecot(password="pässwörd ☂") as server, Mailbox(account_of(server)) as box:
        assert box.pending() == []


def test_a_folder_that_is_not_there_is_told(dovecot: Dovecot) -> None:
    why = refused(account_of(dovecot, folder="Nowhere"))
    assert why.stage == "select"
    assert "Nowhere" in str(why)


def test_a_server_that_is_not_there_is_told(dovecot: Dovecot) -> None:
    account = account_of(dovecot)
    dovecot.stop()
    why = refused(account)
    assert (why.stage, why.lasting) == ("connect", False)
    assert "mailbox.host" in str(why)


@pytest.mark.parametrize("field", ["password", "username", "folder", "done_folder", "host"])
def test_a_line_break_never_reaches_the_server(dovecot: Dovecot, field: str) -> None:
    why = refused(account_of(dovecot, **{field: "x\r\nA1 DELETE Drafts"}))
    assert "line break" in str(why)
    assert why.lasting


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


def test_idle_ends_as_soon_as_mail_comes_in(dovecot: Dovecot) -> None:
    clock = scripted_clock(reading_2=lambda: dovecot.append(MAIL))
    with Mailbox(account_of(dovecot), monotonic=clock) as box:
        assert box.wait(3_600, threading.Event()) is True
        assert len(box.pending()) == 1


def test_idle_tells_of_mail_that_came_in_just_before(dovecot: Dovecot) -> None:
    with Mailbox(account_of(dovecot)) as box:
        assert box.pending() == []
        dovecot.append(MAIL)
        assert box.wait(3_600, threading.Event()) is True


def test_stop_ends_idle(dovecot: Dovecot) -> None:
    stop = threading.Event()
    with Mailbox(account_of(dovecot), monotonic=scripted_clock(reading_3=stop.set)) as box:
        assert box.wait(3_600, stop) is False
        assert box.pending() == []


def test_idle_never_lasts_longer_than_nine_minutes(dovecot: Dovecot) -> None:
    clock = scripted_clock(reading_5=lambda: 540.0)
    with Mailbox(account_of(dovecot), monotonic=clock) as box:
        assert box.wait(3_600, threading.Event()) is False
        assert box.pending() == []


def test_a_server_that_ends_during_idle_is_noticed_at_once(dovecot: Dovecot) -> None:
    box = Mailbox(account_of(dovecot), monotonic=scripted_clock(reading_2=dovecot.stop))
    box.open()
    with pytest.raises(SessionError, match="connection was lost"):
        box.wait(3_600, threading.Event())
    box.close()
    dovecot.start()
    box.open()
    assert box.pending() == []
    box.close()


def test_without_idle_it_just_waits_and_stop_ends_that_too() -> None:
    stop = threading.Event()
    with (
        Dovecot(settings="imap_capability = IMAP4rev1") as server,
        Mailbox(account_of(server)) as box,
    ):
        assert box.wait(0.01, stop) is False
        stop.set()
        assert box.wait(3_600, stop) is False


def test_closing_works_in_every_state(dovecot: Dovecot) -> None:
    box = Mailbox(account_of(dovecot))
    box.close()
    box.open()
    dovecot.stop()
    with pytest.raises(SessionError):
        box.pending()
    box.close()
    box.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certificate(authority: trustme.CA, name: str, folder: Path) -> Certificate:
    issued = authority.issue_cert(name)
    made = Certificate(folder / "chain.pem", folder / "key.pem", folder / "ca.pem")
    made.chain.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(made.key)
    authority.cert_pem.write_to_path(made.ca)
    return made


def test_tls_and_starttls_work_with_a_certificate_that_is_trusted(
    authority: trustme.CA, tmp_path: Path
) -> None:
    made = certificate(authority, "127.0.0.1", tmp_path)
    with Dovecot(certificate=made) as server:
        tls = account_of(server, port=server.tls_port, security="tls", ca_path=made.ca)
        starttls = account_of(server, security="starttls", ca_path=made.ca)
        for account in (tls, starttls):
            server.append(MAIL)
            clock = scripted_clock(reading_2=partial(server.append, MAIL))
            with Mailbox(account, monotonic=clock) as box:
                assert box.wait(3_600, threading.Event()) is True
                assert box.fetch(box.pending()[0]) == MAIL


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["authority", "name"])
def test_a_certificate_that_is_not_trusted_is_refused(
    authority: trustme.CA, tmp_path: Path, security: str, fault: str
) -> None:
    name = "127.0.0.1" if fault == "authority" else "other.example"
    made = certificate(authority, name, tmp_path)
    trusted = made.ca
    if fault == "authority":
        trusted = tmp_path / "stranger.pem"
        trustme.CA().cert_pem.write_to_path(trusted)
    with Dovecot(certificate=made) as server:
        port = server.tls_port if security == "tls" else server.port
        why = refused(account_of(server, port=port, security=security, ca_path=trusted))
    assert (why.stage, why.lasting) == ("tls", True)
    assert "mailbox.ca_path" in str(why)


def test_starttls_that_is_not_offered_is_refused_and_nothing_is_sent_in_clear(
    dovecot: Dovecot,
) -> None:
    why = refused(account_of(dovecot, security="starttls", password="never sent"))
    assert (why.stage, why.lasting) == ("starttls", True)


def test_tls_on_a_port_that_begins_in_clear_names_the_ports(dovecot: Dovecot) -> None:
    why = refused(account_of(dovecot, security="tls"))
    assert why.stage == "tls"
    assert "993" in str(why)


def test_a_server_that_says_bye_is_told_in_its_own_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        answered = pool.submit(_say, listener, b"* BYE too many connections\r\n")
        why = refused(MailboxAccount(**_ACCOUNT, port=listener.getsockname()[1]))
        answered.result()
    assert why.stage == "greeting"
    assert "too many connections" in str(why)


def _say(listener: socket.socket, greeting: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(greeting)
