"""The worker with a login by token at both servers, as an operator sets it."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from decisions import decision, mail
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from servers.tokens import KEY, TokenServer, signed
from workplace import environment, finish, start, statuses, with_mailbox

pytestmark = pytest.mark.servers

WITH_XOAUTH2 = "250-scripted\r\n250 AUTH XOAUTH2"


@contextmanager
def servers(home: Path) -> Iterator[tuple[dict[str, str], Dovecot, ScriptedServer, TokenServer]]:
    """Microsoft's way, with an endpoint and an authority of the tests."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    with (
        ScriptedServer(ehlo=WITH_XOAUTH2) as smtp,
        Dovecot(oauth_key=KEY) as imap,
        TokenServer(mint=lambda _: signed(imap.user), tls=tls) as endpoint,
    ):
        environ = environment(
            smtp.port,
            FOLLOWUP_SMTP__AUTH="oauth2",
            FOLLOWUP_SMTP__USERNAME=imap.user,
            FOLLOWUP_MAILBOX__AUTH="oauth2",
            FOLLOWUP_OAUTH2__PROVIDER="microsoft",
            FOLLOWUP_OAUTH2__AUTHORITY=endpoint.base,
            FOLLOWUP_OAUTH2__TENANT="acme",
            FOLLOWUP_OAUTH2__CLIENT_ID="app",
            FOLLOWUP_OAUTH2__CLIENT_SECRET="s3cr3t",
            FOLLOWUP_OAUTH2__CA_PATH="ca.pem",
        )
        environ = with_mailbox(environ, imap)
        del environ["FOLLOWUP_MAILBOX__PASSWORD"]
        yield environ, imap, smtp, endpoint


def test_check_tells_by_what_it_logged_in_and_when_the_token_ends(tmp_path: Path) -> None:
    with servers(tmp_path) as (environ, _, _, endpoint):
        with start(tmp_path, {**environ, "COLUMNS": "200"}, "check") as process:
            code = process.wait(60)
        told = (tmp_path / "worker.log").read_text()
    assert code == 0, told
    until = r"by OAuth2, token until \d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.search(rf"✓ smtp: .*logged in as hr@acme.example {until}", told)
    assert re.search(rf"✓ mailbox: hr@acme.example at .* {until}, offers", told)
    assert "eyJ" not in told
    assert "s3cr3t" not in told
    assert len(endpoint.asked) == 2, "one for each login"


def test_a_decision_mail_becomes_a_letter(tmp_path: Path) -> None:
    with servers(tmp_path) as (environ, imap, smtp, endpoint):
        imap.append(mail(decision()))
        finish(tmp_path, environ, "run", "--once")
        assert "sent" in statuses(tmp_path).values()
        assert smtp.taken
        assert len(endpoint.asked) == 2
    assert "eyJ" not in (tmp_path / "worker.log").read_text()
