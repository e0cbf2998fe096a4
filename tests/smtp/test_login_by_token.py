"""Logging in to the mail server by XOAUTH2, as Google and Microsoft describe it."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from servers.scripted import ScriptedServer

from worker.delivery.smtp import open_session
from worker.errors import SessionError
from worker.oauth import Token, Tokens

from .conftest import AccountOf

WITH_XOAUTH2 = "250-scripted\r\n250 AUTH LOGIN XOAUTH2"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
REFUSED = "535 5.7.3 Authentication unsuccessful"
#: Google's refusal as a challenge: {"status":"400","schemes":"Bearer","scope":"..."}
CHALLENGE = "334 " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode()


class Granted(list[str]):
    """A grant that numbers its tokens, and keeps which were given."""

    def __call__(self, now: datetime) -> Token:
        self.append(f"t0k3n-{len(self) + 1}")
        return Token(self[-1], now, now + timedelta(hours=1))


def said(server: ScriptedServer) -> list[str]:
    """What was said with each AUTH."""
    logins = [each for each in server.commands if each.startswith("AUTH")]
    return [base64.b64decode(each.split()[2]).decode() for each in logins]


def refused(account_of: AccountOf, server: ScriptedServer, tokens: Tokens) -> SessionError:
    with pytest.raises(SessionError) as told:
        open_session(account_of(server, username="u@acme.example", by_token=tokens.log_in))
    return told.value


def test_a_token_is_said_with_the_command(account_of: AccountOf) -> None:
    tokens = Tokens(Granted(), now=lambda: NOON)
    with ScriptedServer(ehlo=WITH_XOAUTH2) as server:
        account = account_of(server, username="u@acme.example", by_token=tokens.log_in)
        for _ in range(2):
            open_session(account).close()
    assert said(server) == ["user=u@acme.example\1auth=Bearer t0k3n-1\1\1"] * 2


def test_a_refusal_as_a_challenge_is_answered_with_an_empty_line(account_of: AccountOf) -> None:
    tokens = Tokens(Granted(), now=lambda: NOON)
    script: dict[str, list[str | bytes]] = {"auth": [CHALLENGE], "": [REFUSED]}
    with ScriptedServer(script, ehlo=WITH_XOAUTH2) as server:
        why = refused(account_of, server, tokens)
        assert server.commands[-1] == ""
        open_session(account_of(server, username="u", by_token=tokens.log_in)).close()
    assert (why.stage, why.lasting) == ("auth", False)
    assert REFUSED in str(why)


def test_a_challenge_that_is_no_base64_breaks_nothing(account_of: AccountOf) -> None:
    script: dict[str, list[str | bytes]] = {"auth": ["334 {oops"], "": [REFUSED]}
    with ScriptedServer(script, ehlo=WITH_XOAUTH2) as server:
        assert REFUSED in str(refused(account_of, server, Tokens(Granted(), now=lambda: NOON)))


@pytest.mark.parametrize("reply", [REFUSED, "550 5.7.30 Basic authentication is not supported"])
def test_refused_twice_it_is_lasting_and_not_tried_again(account_of: AccountOf, reply: str) -> None:
    granted = Granted()
    tokens = Tokens(granted, now=lambda: NOON)
    with ScriptedServer({"auth": [reply] * 9}, ehlo=WITH_XOAUTH2) as server:
        refusals = [refused(account_of, server, tokens) for _ in range(4)]
        logins = said(server)
    assert [why.lasting for why in refusals] == [False, True, True, True]
    assert "docs/oauth.md" in str(refusals[1])
    assert len(granted) == len(logins) == 2


def test_a_login_that_is_refused_for_now_keeps_its_token(account_of: AccountOf) -> None:
    granted, clock = Granted(), [NOON]
    tokens = Tokens(granted, now=lambda: clock[-1])
    with ScriptedServer({"auth": ["454 4.7.0 try later"]}, ehlo=WITH_XOAUTH2) as server:
        assert not refused(account_of, server, tokens).lasting
        clock.append(NOON + timedelta(minutes=1))
        open_session(account_of(server, username="u", by_token=tokens.log_in)).close()
    assert len(granted) == 1


def test_a_server_that_repeats_the_token_brings_it_into_no_error(account_of: AccountOf) -> None:
    encoded = base64.b64encode(b"user=u@acme.example\1auth=Bearer t0k3n-1\1\1").decode()
    reply = f"500 5.5.1 unrecognized: AUTH XOAUTH2 {encoded}, that is t0k3n-1"
    with ScriptedServer({"auth": [reply]}, ehlo=WITH_XOAUTH2) as server:
        why = refused(account_of, server, Tokens(Granted(), now=lambda: NOON))
    assert "unrecognized" in str(why)
    for secret in (encoded, "t0k3n-1"):
        assert secret not in f"{why} {why.reply} {why.__cause__}"


def test_a_server_without_the_mechanism_hears_no_token(account_of: AccountOf) -> None:
    with ScriptedServer(ehlo="250-scripted\r\n250 AUTH PLAIN") as server:
        why = refused(account_of, server, Tokens(Granted(), now=lambda: NOON))
    assert why.lasting
    assert "XOAUTH2 is not offered" in str(why)
    assert not [each for each in server.commands if each.startswith("AUTH")]


def test_an_endpoint_that_fails_leaves_the_server_without_a_login(account_of: AccountOf) -> None:
    def grant(_: datetime) -> Token:
        raise SessionError("oauth2: no token (it answered 500)", stage="auth")

    with ScriptedServer(ehlo=WITH_XOAUTH2) as server:
        why = refused(account_of, server, Tokens(grant, now=lambda: NOON))
    assert "it answered 500" in str(why)
    assert not [each for each in server.commands if each.startswith("AUTH")]
