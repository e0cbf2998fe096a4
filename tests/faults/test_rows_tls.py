"""Row 15: TLS that is stripped, forged or old. Sending rests, no password is said."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from servers.scripted import ScriptedServer

from faults.copies import received
from faults.scene import Scene

EHLO = "250-scripted\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS"
OURS, THEIRS = trustme.CA(), trustme.CA()


def serving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def stripped() -> ScriptedServer:
    return ScriptedServer(ehlo="250-scripted\r\n250 AUTH PLAIN LOGIN")


def forged() -> ScriptedServer:
    return ScriptedServer(ehlo=EHLO, tls=serving(THEIRS, "localhost"))


def for_another_host() -> ScriptedServer:
    return ScriptedServer(ehlo=EHLO, tls=serving(OURS, "mail.elsewhere.example"))


def old() -> ScriptedServer:
    context = serving(OURS, "localhost")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1
    return ScriptedServer(ehlo=EHLO, tls=context)


def injected() -> ScriptedServer:
    said = b"220 go ahead\r\n250 2.1.0 injected\r\n"
    return ScriptedServer({"starttls": [said] * 9}, ehlo=EHLO, tls=serving(OURS, "localhost"))


@pytest.mark.parametrize("fault", [stripped, forged, for_another_host, old, injected])
def test_row_15_with_tls_that_can_not_be_trusted_nothing_is_said_and_nothing_is_lost(
    tmp_path: Path, fault: Callable[[], ScriptedServer]
) -> None:
    OURS.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with fault() as server:
        scene = Scene(
            tmp_path,
            server.port,
            FOLLOWUP_SMTP__HOST="localhost",
            FOLLOWUP_SMTP__SECURITY="starttls",
            FOLLOWUP_SMTP__USERNAME="talent",
            FOLLOWUP_SMTP__PASSWORD="secret",
            FOLLOWUP_SMTP__CA_PATH=str(tmp_path / "ca.pem"),
        )
        scene.drop_letters(1)
        scene.work()
        assert not [each for each in server.commands if "AUTH" in each.upper() or "MAIL" in each]
    (entry,) = scene.entries()
    assert (entry["status"], entry["attempts"]) == ("queued", 0)
    assert "paused" in scene.events()
    assert scene.holds(received(server.kept)).copies == 0
