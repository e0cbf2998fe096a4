"""Logging in to a real Dovecot by XOAUTH2, with tokens that it validates by itself (JWT)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError
from servers.dovecot import Dovecot
from servers.tokens import KEY, TokenServer, signed

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox, MailboxAccount
from worker.intake.mailbox.trouble import mapped
from worker.oauth import Tokens, custom

pytestmark = pytest.mark.servers

#: A real one makes who guesses wait; these tests only refuse.
HASTY = """
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
ENDED = timedelta(minutes=-1)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(oauth_key=KEY, settings=HASTY) as server:
        yield server


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 30, 12, tzinfo=UTC)


def account_of(
    dovecot: Dovecot, endpoint: TokenServer, clock: Clock | None = None
) -> MailboxAccount:
    at = clock or Clock()
    grant = custom.by_form(token_url=endpoint.url, client_id="app", client_secret="s")
    return MailboxAccount(
        host="127.0.0.1",
        port=dovecot.port,
        security="none",
        username=dovecot.user,
        by_token=Tokens(grant, now=lambda: at.now).log_in,
    )


def refused(account: MailboxAccount) -> SessionError:
    with pytest.raises(SessionError) as why:
        Mailbox(account).open()
    return why.value


def test_a_token_logs_in_without_a_password(dovecot: Dovecot) -> None:
    with TokenServer(mint=lambda _: signed(dovecot.user)) as endpoint:
        account = account_of(dovecot, endpoint)
        for _ in range(2):
            with Mailbox(account) as box:
                box.pending()
    assert len(endpoint.asked) == 1


def test_a_token_that_ended_is_refused_and_the_next_login_has_a_new_one(dovecot: Dovecot) -> None:
    lives = [ENDED, timedelta(hours=1)]
    with TokenServer(mint=lambda nth: signed(dovecot.user, lives[nth - 1])) as endpoint:
        account = account_of(dovecot, endpoint)
        why = refused(account)
        assert (why.stage, why.lasting) == ("auth", False)
        assert "AUTHENTICATIONFAILED" in why.reply
        with Mailbox(account) as box:
            box.pending()
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("user", "key"), [("somebody@else.example", KEY), (Dovecot.user, b"another key" * 3)]
)
def test_a_token_that_stays_refused_is_lasting_and_tells_its_mend(
    dovecot: Dovecot, user: str, key: bytes
) -> None:
    with TokenServer(mint=lambda _: signed(user, key=key)) as endpoint:
        account = account_of(dovecot, endpoint)
        refusals = [refused(account) for _ in range(3)]
    assert [why.lasting for why in refusals] == [False, True, True]
    assert "docs/oauth.md" in str(refusals[1])
    assert "eyJ" not in "".join(f"{why} {why.reply}" for why in refusals)
    assert len(endpoint.asked) == 2


def test_a_server_without_the_mechanism_hears_no_token() -> None:
    with Dovecot() as plain, TokenServer(mint=lambda _: signed(plain.user)) as endpoint:
        why = refused(account_of(plain, endpoint))
    assert why.lasting
    assert "XOAUTH2 is not offered" in str(why)


def test_a_session_that_ends_with_its_token_opens_anew_with_the_next_one(dovecot: Dovecot) -> None:
    clock = Clock()
    with TokenServer(mint=lambda _: signed(dovecot.user)) as endpoint:
        account = account_of(dovecot, endpoint, clock)
        box = Mailbox(account)
        box.open()
        dovecot.stop()
        with pytest.raises(SessionError, match="connection was lost"):
            box.pending()
        box.close()
        dovecot.start()
        clock.now += timedelta(hours=1)
        with Mailbox(account) as again:
            assert again.pending() == []
    assert len(endpoint.asked) == 2


NAMED = MailboxAccount(host="h", port=1, username="u", by_token=lambda _: None)


def test_a_goodbye_because_the_token_ended_is_a_lost_connection() -> None:
    said = "* BYE Session invalidated - AccessTokenExpired"  # imapsync, issue 250
    with pytest.raises(SessionError) as told, mapped("select", NAMED):
        raise IMAPClientAbortError(said)
    assert (told.value.stage, told.value.lasting) == ("select", False)
    assert said in str(told.value)


def test_a_mailbox_that_is_not_granted_is_lasting_and_tells_its_mend() -> None:
    said = "select failed: b'User is authenticated but not connected.'"  # imapsync, issue 411
    with pytest.raises(SessionError) as told, mapped("select", NAMED):
        raise IMAPClientError(said)
    assert told.value.lasting
    assert "docs/oauth.md" in str(told.value)
