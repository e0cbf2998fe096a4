"""The taxonomy of replies against what servers really say, and its own order."""

from datetime import timedelta
from itertools import pairwise

import pytest
from golden import Case, read_cases

from worker.delivery import taxonomy
from worker.delivery.replies import judge, unopened
from worker.delivery.taxonomy import Action, Rule, Scope, Stage, find, rules, words_of
from worker.errors import SessionError
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Result, Unsure

PAUSE = timedelta(minutes=1)


CASES = read_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.stage}: {case.reply}")


@each_case
def test_what_a_server_says_is_about_whom_it_is_about(case: Case) -> None:
    rule = find(case.stage, case.reply)
    assert (rule.scope, rule.action) == (case.scope, case.action), rule.name


@each_case
def test_what_is_about_us_costs_no_attempt_unless_the_letter_is_refused_for_it(case: Case) -> None:
    result = judge(case.stage, case.reply, PAUSE)
    match case.scope, case.action:
        case Scope.SENDER, Action.PAUSE | Action.SLOW | Action.STOP:
            assert isinstance(result, NotTried)
            assert result.rest is not None
            assert result.rest.slower is (case.action is Action.SLOW)
        case _, Action.FAIL:
            assert isinstance(result, Refused)
            assert (result.about == "us") is (case.scope is Scope.SENDER)
        case _:
            assert isinstance(result, Deferred)
            assert (result.rest is not None) is (case.action is Action.PAUSE)


def test_there_are_enough_cases_and_each_tells_its_source() -> None:
    assert len({(case.stage, case.reply) for case in CASES}) == len(CASES) >= 150
    assert all(case.source for case in CASES)


def test_every_rule_is_met_by_a_case() -> None:
    met = {find(case.stage, case.reply).name for case in CASES}
    assert {rule.name for rule in rules()} - met == set()


def test_words_go_before_enhanced_codes_and_these_before_basic_codes() -> None:
    assert all(one.rank <= other.rank for one, other in pairwise(rules()))
    assert {rule.rank for rule in rules()} == {0, 1, 2}


def test_names_are_unique_and_each_rule_says_why_and_how_to_mend_it() -> None:
    assert len({rule.name for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.why
        assert rule.mend
        assert rule.source
        assert len(rule.name) <= 64


def test_a_rule_that_waits_says_for_how_long_and_one_that_fails_does_not() -> None:
    for rule in rules():
        assert not (rule.action is Action.FAIL and rule.waits), rule.name
        assert not (rule.action in {Action.STOP, Action.SLOW} and not rule.waits), rule.name
        assert (rule.patience is not None) is (rule.action is Action.ASK), rule.name


def test_only_what_is_about_us_or_a_domain_makes_anybody_rest() -> None:
    for rule in rules():
        if rule.action in {Action.PAUSE, Action.SLOW, Action.STOP}:
            assert rule.scope is Scope.SENDER or (rule.scope, rule.action) == (
                Scope.DOMAIN,
                Action.PAUSE,
            ), rule.name


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [0, 100, 199, 250, 354, 400, 421, 450, 499, 500, 554, 599])
def test_whatever_is_said_there_is_a_rule(stage: Stage, code: int) -> None:
    assert find(stage, Reply(code, "something new")).why


@pytest.mark.parametrize("words", [rule.name for rule in rules()])
def test_a_candidates_address_never_decides(words: str) -> None:
    """They may live at relay-denied.example, or be called Spam."""
    plain = find(Stage.RCPT, Reply(550, "no"))
    told = Reply(550, f"<{words}@spam.blocklist.example> virus@{words}.example: no")
    assert find(Stage.RCPT, told) is plain


def test_words_are_small_and_lack_the_code_that_each_line_repeats() -> None:
    reply = Reply(450, "4.2.1 The user 4.2.1 you\u2019re  looking for", "4.2.1")
    assert words_of(reply) == "the user you're looking for"


@pytest.mark.parametrize(
    ("code", "kind"),
    [(250, Accepted), (299, Accepted), (199, Unsure), (354, Unsure), (600, Unsure), (0, Unsure)],
)
def test_after_the_dot_only_a_definite_answer_counts(code: int, kind: type[Result]) -> None:
    assert isinstance(judge(Stage.DOT, Reply(code, "Throttling failure"), PAUSE), kind)


@pytest.mark.parametrize(
    ("why", "rule", "first"),
    [
        (SessionError("x", stage="auth", reply="535 5.7.8 no", lasting=True), "login-refused", 15),
        (SessionError("x", stage="auth", reply="454 4.7.0 not now"), "login-not-now", 1),
        (SessionError("x", stage="connect", reply="421 4.3.2 down"), "closing", 1),
        (SessionError("x", stage="connect"), "server-away", 1),
        (SessionError("x", stage="tls", lasting=True), "no-tls", 15),
        (SessionError("x", stage="auth", lasting=True), "login-impossible", 15),
        (SessionError("x", stage="token"), "server-away", 1),
        (SessionError("x", stage="auth", reply="535\n5.7.139 basic authentication is disabled"),
         "m365-password-login-off", 60),
    ],
)  # fmt: skip
def test_a_session_that_can_not_be_opened_rests_by_its_reason(
    why: SessionError, rule: str, first: int
) -> None:
    rest = unopened(why, PAUSE)
    assert (rest.rule, rest.wait(0), rest.scope) == (rule, timedelta(minutes=first), "server")


def test_a_rest_grows_and_its_last_wait_stays() -> None:
    rest = unopened(SessionError("x", stage="connect"), PAUSE)
    minutes = [rest.wait(times) / timedelta(minutes=1) for times in range(9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_rule_that_is_written_wrongly_names_itself() -> None:
    with pytest.raises(ValueError, match="no such key: txet"):
        taxonomy._rule({"name": "x", "txet": "y"})


def test_a_rule_without_patterns_fits_every_reply() -> None:
    assert isinstance(rules()[-1], Rule)
    assert rules()[-1].fits(Stage.DOT, Reply(499, "anything"), "anything")
