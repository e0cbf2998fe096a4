"""What an answer means, and how long an entry waits for its next try."""

import threading
from datetime import timedelta

import pytest

from worker.delivery.replies import enhanced_code, judge, lost
from worker.delivery.taxonomy import Stage
from worker.errors import SessionError
from worker.result import Deferred, NotTried, Refused, Reply
from worker.retry import delays, opening

PAUSE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("5.1.1 no such user", "5.1.1"), ("#5.1.1 no such user", "5.1.1"), ("4.7.0", "4.7.0"),
     ("no code 5.1.1 here", ""), ("5.1.1.1 too long", ""), ("3.1.1 no class", ""), ("", "")],
)  # fmt: skip
def test_the_enhanced_code_is_read_at_the_start_only(text: str, code: str) -> None:
    assert enhanced_code(text) == code


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.EHLO, Stage.AUTH, Stage.MAIL])
@pytest.mark.parametrize("code", [421, 450, 535, 550, 554])
def test_up_to_mail_an_answer_is_about_us(stage: Stage, code: int) -> None:
    result = judge(stage, Reply(code, "no"), PAUSE)
    assert isinstance(result, NotTried)
    assert result.detail == f"{stage}: {code} no"
    assert result.rest is not None
    assert result.rest.scope == "server"


@pytest.mark.parametrize(("code", "kind"), [(450, Deferred), (499, Deferred), (550, Refused)])
def test_an_unknown_code_is_read_by_its_first_digit(code: int, kind: type) -> None:
    assert isinstance(judge(Stage.RCPT, Reply(code, "no"), PAUSE), kind)


def test_from_rcpt_on_a_lost_connection_costs_an_attempt() -> None:
    assert lost(Stage.MAIL, "closed", None) == NotTried("mail: closed", None, "server-away")
    for stage in (Stage.RCPT, Stage.DATA, Stage.BODY):
        assert isinstance(lost(stage, "closed", PAUSE), Deferred)


def test_the_waits_grow_to_the_longest_and_stay_there() -> None:
    delay = delays(timedelta(minutes=5), timedelta(hours=4), lambda: 0.0)
    minutes = [delay(attempt) / timedelta(minutes=1) for attempt in range(1, 8)]
    assert minutes == [5, 15, 45, 135, 240, 240, 240]


def test_the_spread_adds_a_tenth_at_the_most() -> None:
    most = delays(timedelta(minutes=5), timedelta(hours=4), lambda: 1.0)
    assert most(1) == timedelta(minutes=5, seconds=30)


def failing(failures: list[SessionError]) -> str:
    if failures:
        raise failures.pop(0)
    return "open"


def an_error(*, lasting: bool = False) -> SessionError:
    return SessionError("down", stage="connect", lasting=lasting)


def test_a_session_is_opened_again_after_what_may_pass() -> None:
    failures = [an_error(), an_error()]
    assert opening(lambda: failing(failures), threading.Event()) == "open"


def test_a_lasting_failure_is_not_tried_again() -> None:
    failures = [an_error(lasting=True), an_error()]
    with pytest.raises(SessionError):
        opening(lambda: failing(failures), threading.Event())
    assert len(failures) == 1


def test_a_login_that_failed_is_not_tried_again_at_once() -> None:
    failures = [SessionError("454 not now", stage="auth")]
    with pytest.raises(SessionError):
        opening(lambda: failing(failures), threading.Event())


def test_opening_stops_when_the_worker_stops() -> None:
    stop, failures = threading.Event(), [an_error() for _ in range(5)]
    stop.set()
    with pytest.raises(SessionError):
        opening(lambda: failing(failures), stop)
    assert len(failures) == 4
