"""From the settings to a login: which provider is asked, and that all senders share its tokens."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from configured import MAILBOX, read
from servers.tokens import TokenServer

from worker.cli import accounts

SMTP = {"FOLLOWUP_SMTP__AUTH": "oauth2", "FOLLOWUP_SMTP__USERNAME": "talent@acme.example"}
CUSTOM = {
    "FOLLOWUP_OAUTH2__PROVIDER": "custom",
    "FOLLOWUP_OAUTH2__CLIENT_ID": "app",
    "FOLLOWUP_OAUTH2__CLIENT_SECRET": "s",
}
MINUTE = timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_login_by_password_has_no_tokens(tmp_path: Path) -> None:
    given = read(tmp_path, MAILBOX)
    assert accounts.smtp_tokens(given, now) is None
    assert accounts.mailbox_account(given, now).by_token is None
    assert accounts.mailbox_account(given, now).password == "pw"


def test_all_connections_of_a_login_share_its_tokens_and_the_servers_do_not(tmp_path: Path) -> None:
    said: list[str] = []
    with TokenServer() as endpoint:
        url = {"FOLLOWUP_OAUTH2__TOKEN_URL": endpoint.url}
        given = read(tmp_path, MAILBOX | SMTP | CUSTOM | url | {"FOLLOWUP_MAILBOX__AUTH": "oauth2"})
        for _ in range(3):
            smtp = accounts.smtp_account(given, now, MINUTE)
            assert smtp.by_token is not None
            smtp.by_token(said.append)
        mailbox = accounts.mailbox_account(given, now)
        assert mailbox.by_token is not None
        mailbox.by_token(said.append)
    assert said == ["token-1", "token-1", "token-1", "token-2"]


def test_a_google_token_is_for_the_mailbox_that_logs_in(tmp_path: Path, private_key: str) -> None:
    said: list[str] = []
    with TokenServer() as endpoint:
        key = {"client_email": "a@b.example", "private_key": private_key, "token_uri": endpoint.url}
        google = {
            "FOLLOWUP_OAUTH2__PROVIDER": "google",
            "FOLLOWUP_OAUTH2__KEY": json.dumps(key),
        }
        tokens = accounts.smtp_tokens(read(tmp_path, SMTP | google), now)
        assert tokens is not None
        assert tokens.ends is None
        tokens.log_in(said.append)
    assert said == ["token-1"]
    assert tokens.ends is not None
    assert "assertion" in endpoint.asked[0]


def test_a_command_that_logs_in_nowhere_does_not_load_the_libraries_for_it() -> None:
    loaded = "import sys, worker.cli.main; print(*sorted(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not {"msal", "google.auth", "requests"} & set(told.stdout.split())
