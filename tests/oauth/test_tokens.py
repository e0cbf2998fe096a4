"""One token for all senders, renewed in time, and no storm when it is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from worker import retry
from worker.errors import SessionError, TokenRefused
from worker.oauth import Token, Tokens

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Endpoint:
    """A grant that gives numbered tokens of an hour, or fails as scripted; and the clock."""

    now: datetime = NOON
    asked: int = 0
    failures: list[SessionError] = field(default_factory=list)

    def grant(self, now: datetime) -> Token:
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        return Token(f"token-{self.asked}", now, now + HOUR)

    def tokens(self) -> Tokens:
        return Tokens(self.grant, now=lambda: self.now)


@dataclass
class Server:
    """A mail server that refuses what it does not know."""

    knows: set[str]
    logins: list[str] = field(default_factory=list)

    def log_in(self, token: str) -> None:
        self.logins.append(token)
        if token not in self.knows:
            raise SessionError(
                f"auth refused: 535 5.7.3 {token}", stage="auth", reply=f"535 {token}", lasting=True
            )


def attempt(tokens: Tokens, log_in: Callable[[str], None]) -> SessionError | None:
    try:
        tokens.log_in(log_in)
    except SessionError as why:
        return why
    return None


def test_a_token_is_kept_until_four_fifths_of_its_life_are_over() -> None:
    endpoint, server = Endpoint(), Server({"token-1", "token-2"})
    tokens = endpoint.tokens()
    for minutes in (0, 47, 48, 49):
        endpoint.now = NOON + timedelta(minutes=minutes)
        tokens.log_in(server.log_in)
    assert server.logins == ["token-1", "token-1", "token-2", "token-2"]
    assert tokens.ends == NOON + timedelta(minutes=48) + HOUR


def test_many_senders_fetch_one_token() -> None:
    endpoint, server = Endpoint(), Server({"token-1"})
    tokens, together = endpoint.tokens(), threading.Barrier(8)

    def sender() -> None:
        together.wait(10)
        tokens.log_in(server.log_in)

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(sender) for _ in range(8)]:
            each.result()
    assert server.logins == ["token-1"] * 8
    assert endpoint.asked == 1


def test_a_refused_token_is_replaced_once_and_the_login_may_be_tried_again() -> None:
    endpoint, server = Endpoint(), Server({"token-2"})
    tokens = endpoint.tokens()
    first = attempt(tokens, server.log_in)
    assert isinstance(first, TokenRefused)
    assert (first.lasting, first.stage) == (False, "auth")
    assert attempt(tokens, server.log_in) is None
    assert server.logins == ["token-1", "token-2"]


def test_a_new_token_that_is_refused_as_well_is_lasting() -> None:
    endpoint, server = Endpoint(), Server(set())
    tokens = endpoint.tokens()
    refusals = [attempt(tokens, server.log_in) for _ in range(2)]
    assert [each.lasting for each in refusals if each] == [False, True]
    assert not isinstance(refusals[1], TokenRefused)
    assert (endpoint.asked, len(server.logins)) == (2, 2)


def test_all_senders_together_make_two_logins_and_two_requests() -> None:
    endpoint, server = Endpoint(), Server(set())
    tokens, together = endpoint.tokens(), threading.Barrier(8)

    def sender() -> SessionError | None:
        together.wait(10)
        try:
            retry.opening(lambda: tokens.log_in(server.log_in), threading.Event())
        except SessionError as why:
            return why
        return None

    with ThreadPoolExecutor(8) as pool:
        ended = [each.result() for each in [pool.submit(sender) for _ in range(8)]]
    assert [each.lasting for each in ended if each] == [True] * 8
    assert len({id(each) for each in ended}) == 8, "one error is not raised by several threads"
    assert (endpoint.asked, len(server.logins)) == (2, 2)


def test_after_its_rest_a_refused_login_is_tried_once_with_a_new_token() -> None:
    endpoint, server = Endpoint(), Server(set())
    tokens = endpoint.tokens()
    for _ in range(2):
        attempt(tokens, server.log_in)
    endpoint.now += timedelta(minutes=15)
    why = attempt(tokens, server.log_in)
    assert why is not None
    assert why.lasting
    assert server.logins == ["token-1", "token-2", "token-3"]
    endpoint.now += timedelta(minutes=15)
    server.knows.add("token-4")
    assert attempt(tokens, server.log_in) is None


def test_after_a_success_a_refusal_is_doubted_anew() -> None:
    endpoint, server = Endpoint(), Server({"token-2"})
    tokens = endpoint.tokens()
    attempt(tokens, server.log_in)
    attempt(tokens, server.log_in)
    server.knows = {"token-3"}
    assert attempt(tokens, server.log_in) is not None
    assert attempt(tokens, server.log_in) is None


def test_a_failure_that_may_pass_keeps_the_token_and_stands_for_those_who_wait() -> None:
    endpoint, server = Endpoint(), Server({"token-1"})
    tokens = endpoint.tokens()

    def away(_: str) -> None:
        raise SessionError("auth refused: 454 4.7.0", stage="auth", reply="454 4.7.0")

    for log_in in (away, server.log_in):
        why = attempt(tokens, log_in)
        assert why is not None
        assert "454" in str(why)
    assert server.logins == []
    endpoint.now += timedelta(seconds=10)
    assert attempt(tokens, server.log_in) is None
    assert endpoint.asked == 1


def test_an_endpoint_that_fails_is_not_asked_again_by_everybody() -> None:
    endpoint = Endpoint(failures=[SessionError("oauth2: invalid_client", stage="auth")] * 9)
    tokens = endpoint.tokens()
    for _ in range(5):
        assert "invalid_client" in str(attempt(tokens, lambda _: None))
    assert endpoint.asked == 1


def test_a_token_that_can_not_be_renewed_is_used_until_it_ends() -> None:
    endpoint, server = Endpoint(), Server({"token-1"})
    tokens = endpoint.tokens()
    tokens.log_in(server.log_in)
    endpoint.failures = [SessionError("oauth2: no answer in time", stage="auth")] * 9
    for minutes, asked in ((50, 2), (57, 2), (58, 3), (60, 4)):
        endpoint.now = NOON + timedelta(minutes=minutes)
        why = attempt(tokens, server.log_in)
        assert (why is None) == (minutes < 60)
        assert endpoint.asked == asked
    assert server.logins == ["token-1"] * 4


def test_a_token_is_not_used_on_when_the_endpoint_knows_us_no_more() -> None:
    endpoint, server = Endpoint(), Server({"token-1"})
    tokens = endpoint.tokens()
    tokens.log_in(server.log_in)
    endpoint.failures = [SessionError("oauth2: invalid_client", stage="auth", lasting=True)]
    endpoint.now += timedelta(minutes=50)
    assert "invalid_client" in str(attempt(tokens, server.log_in))
    assert server.logins == ["token-1"]


def test_the_token_is_in_no_text() -> None:
    endpoint, server = Endpoint(), Server(set())
    tokens = endpoint.tokens()
    with pytest.raises(SessionError) as told:
        tokens.log_in(server.log_in)
    assert server.logins == ["token-1"]
    assert "token-1" not in f"{told.value} {told.value.reply} {told.value.__cause__}"
    assert "token-1" not in repr(endpoint.grant(NOON))
