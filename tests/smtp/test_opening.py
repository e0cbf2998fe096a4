"""Opening a session: TLS is verified and never given up, logins are said to the right server."""

import ssl

import pytest
import trustme
from servers import free_port
from servers.scripted import CLOSE, ScriptedServer

from worker.delivery.smtp import open_session
from worker.errors import SessionError

from .conftest import AccountOf

WITH_TLS = "250-scripted\r\n250 STARTTLS"
WITH_AUTH = "250-scripted\r\n250 AUTH PLAIN LOGIN"


def refused(account_of: AccountOf, server: ScriptedServer, **changed: object) -> SessionError:
    with pytest.raises(SessionError) as caught:
        open_session(account_of(server, **changed))
    return caught.value


def test_starttls_is_used_and_its_version_is_told(
    account_of: AccountOf, server_tls: ssl.SSLContext
) -> None:
    with ScriptedServer(ehlo=WITH_TLS, tls=server_tls) as server:
        session = open_session(account_of(server, security="starttls"))
        assert session.tls.startswith("TLSv1.3 ")
        session.close()


def test_implicit_tls_is_used(account_of: AccountOf, server_tls: ssl.SSLContext) -> None:
    with ScriptedServer(tls=server_tls, implicit=True) as server:
        session = open_session(account_of(server, security="tls"))
        assert session.tls.startswith("TLSv1.")
        session.close()


def test_without_tls_the_journal_will_say_so(account_of: AccountOf) -> None:
    with ScriptedServer() as server:
        session = open_session(account_of(server))
        assert session.tls == "none"
        session.close()


def test_a_server_without_starttls_is_refused_and_hears_no_password(
    account_of: AccountOf,
) -> None:
    with ScriptedServer(ehlo=WITH_AUTH) as server:
        why = refused(account_of, server, security="starttls", username="u", password="secret")
    assert why.lasting
    assert "smtp.security" in str(why)
    assert not any("AUTH" in command for command in server.commands)


def test_a_certificate_of_an_unknown_authority_is_refused(
    account_of: AccountOf, server_tls: ssl.SSLContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with ScriptedServer(ehlo=WITH_TLS, tls=server_tls) as server:
        why = refused(account_of, server, security="starttls", ca_path=other)
    assert why.stage == "tls"
    assert why.lasting
    assert "smtp.ca_path" in str(why)


def test_a_certificate_for_another_host_is_refused(
    account_of: AccountOf, server_tls: ssl.SSLContext
) -> None:
    with ScriptedServer(ehlo=WITH_TLS, tls=server_tls) as server:
        why = refused(account_of, server, security="starttls", host="127.0.0.1")
    assert why.stage == "tls"


def test_old_tls_is_refused(account_of: AccountOf, authority: trustme.CA) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(old)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with ScriptedServer(ehlo=WITH_TLS, tls=old) as server:
        assert refused(account_of, server, security="starttls").stage == "tls"


def test_commands_injected_before_the_handshake_are_refused(
    account_of: AccountOf, server_tls: ssl.SSLContext
) -> None:
    injected = b"220 go ahead\r\n250 2.1.0 injected\r\n"
    with ScriptedServer({"starttls": [injected]}, ehlo=WITH_TLS, tls=server_tls) as server:
        why = refused(account_of, server, security="starttls")
    assert why.stage == "tls"


def test_a_login_is_made(account_of: AccountOf) -> None:
    with ScriptedServer(ehlo=WITH_AUTH) as server:
        open_session(account_of(server, username="u", password="p")).close()
    assert any(command.startswith("AUTH PLAIN") for command in server.commands)


def test_a_refused_login_is_lasting_and_tells_what_the_server_said(
    account_of: AccountOf,
) -> None:
    with ScriptedServer({"auth": ["535 5.7.8 bad credentials"] * 3}, ehlo=WITH_AUTH) as server:
        why = refused(account_of, server, username="u", password="secret")
    assert (why.stage, why.lasting) == ("auth", True)
    assert "535 5.7.8 bad credentials" in str(why)
    assert "smtp.password" in str(why)
    assert "secret" not in str(why)


def test_a_login_that_the_server_does_not_offer_is_said_so(account_of: AccountOf) -> None:
    with ScriptedServer() as server:
        why = refused(account_of, server, username="u", password="p")
    assert (why.stage, why.lasting) == ("auth", True)


@pytest.mark.parametrize(
    ("script", "lasting"),
    [
        ({"greeting": ["421 4.3.2 closed"]}, False),
        ({"greeting": ["554 5.7.1 you are not welcome"]}, True),
        ({"greeting": [CLOSE]}, False),
        ({"greeting": [b"hello?\r\n"]}, False),
        ({"ehlo": [CLOSE]}, False),
    ],
)
def test_a_server_that_is_not_there_for_us_is_an_error_about_us(
    account_of: AccountOf, script: dict[str, list[str | bytes]], *, lasting: bool
) -> None:
    with ScriptedServer(script) as server:
        assert refused(account_of, server).lasting is lasting


def test_a_closed_port_says_where_and_what_to_check(account_of: AccountOf) -> None:
    with ScriptedServer() as server:
        why = refused(account_of, server, port=free_port())
    assert why.stage == "connect"
    assert "smtp.host" in str(why)


def test_the_sender_is_asked_for_and_nothing_is_sent(account_of: AccountOf) -> None:
    with ScriptedServer({"mail": ["250 ok", "550 5.7.60 not yours"]}) as server:
        session = open_session(account_of(server))
        assert session.accepts_sender("talent@acme.example").code == 250
        assert session.accepts_sender("boss@acme.example").enhanced == "5.7.60"
        session.close()
    assert server.taken == []
    assert server.commands.count("RSET") == 2
