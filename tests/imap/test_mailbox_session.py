"""How a session with the decision mailbox begins and ends, with TLS too, against a real Dovecot."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import trustme
from boxes import ACCOUNT, MAIL, account_of, refused, scripted_clock
from servers.dovecot import Certificate, Dovecot

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox, MailboxAccount

pytestmark = pytest.mark.servers


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
        why = refused(MailboxAccount(**ACCOUNT, port=listener.getsockname()[1]))
        answered.result()
    assert why.stage == "greeting"
    assert "too many connections" in str(why)


def _say(listener: socket.socket, greeting: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(greeting)
