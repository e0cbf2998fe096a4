"""What a server's answer means: decided by stage, code and known words, never by exceptions.

Pure but for the taxonomy, which is data (``taxonomy``, ``rules/*.toml``). smtplib's classes carry
a 451 and a 550 alike, so they decide nothing here. The split that matters is between us and the
recipient: what is about us makes every sender rest and costs no entry an attempt. After the final
dot only a definite answer counts (RFC 5321 4.2.5): a 4yz or 5yz says that the letter was not
accepted, so also there a problem of ours puts it back to the queue; anything else is ``Unsure``.
"""

import re
from datetime import timedelta

from worker.delivery.taxonomy import Action, Rule, Scope, Stage, find
from worker.errors import SessionError
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Rest, Result, Unsure

#: RFC 3463 2, at the start of the text only; some servers write #5.1.1.
_ENHANCED = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")

#: The longest rest of a problem that may pass by itself.
_LONGEST = timedelta(hours=1)

#: No answer at all, for the rules about that.
_NOTHING = Reply(0, "")


def enhanced_code(text: str) -> str:
    """The enhanced status code that a reply's text begins with, or ""."""
    found = _ENHANCED.match(text)
    return found.group(1) if found else ""


#: Where the server knows for whom the letter is.
_PAST_MAIL = frozenset({Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT})

_ABOUT = {Scope.SENDER: "us", Scope.RECIPIENT: "recipient"}


def judge(stage: Stage, reply: Reply, pause: timedelta) -> Result:
    """The result of a try that ended with ``reply`` at ``stage``; a success only at the dot.

    ``pause`` is the first rest after a problem of ours that has no waits of its own.
    """
    if stage is Stage.DOT and reply.code // 100 == 2:  # noqa: PLR2004 - 2yz
        return Accepted(reply)
    if stage is Stage.DOT and reply.code // 100 not in {4, 5}:
        return Unsure(f"{stage}: an answer that means nothing: {reply}")
    return _result(stage, find(stage, reply), f"{stage}: {reply}", pause)


def _result(stage: Stage, rule: Rule, detail: str, pause: timedelta) -> Result:
    match rule.action:
        case Action.FAIL:
            return Refused(detail, rule.name, about=_ABOUT.get(rule.scope, ""))
        case Action.RETRY | Action.ASK:
            return Deferred(detail, rule.name, waits=rule.waits, patience=rule.patience)
        case Action.PAUSE | Action.SLOW | Action.STOP if rule.scope is Scope.SENDER:
            return NotTried(detail, _rest(rule, pause), rule.name, past_mail=stage in _PAST_MAIL)
        case _:
            return Deferred(detail, rule.name, rest=_rest(rule, pause))


def _rest(rule: Rule, pause: timedelta) -> Rest:
    return Rest(
        rule=rule.name,
        why=rule.why,
        mend=rule.mend,
        waits=rule.waits or _doubling(pause),
        scope="domain" if rule.scope is Scope.DOMAIN else "server",
        slower=rule.action is Action.SLOW,
    )


def _doubling(first: timedelta) -> tuple[timedelta, ...]:
    """Twice as long each time, up to an hour."""
    longest = max(first, _LONGEST)
    steps = 0
    while first * 2**steps < longest:
        steps += 1
    return tuple(min(first * 2**step, longest) for step in range(steps + 1))


def lost(stage: Stage, detail: str, pause: timedelta | None) -> Result:
    """The connection broke before the final dot: provably not sent (RFC 5321 4.1.1.10).

    Up to MAIL it is about us; without ``pause`` only this connection is over. From RCPT on it may
    be this recipient or this message that breaks it, so it costs an attempt and waits its turn
    instead of going round for ever.
    """
    told = f"{stage}: {detail}"
    rule = find(stage, _NOTHING)
    if rule.scope is Scope.SENDER:
        return NotTried(told, None if pause is None else _rest(rule, pause), rule.name)
    return Deferred(told, rule.name)


def unopened(why: SessionError, pause: timedelta) -> Rest:
    """How long to rest when a session could not be opened: by what the server said, if it did."""
    stage = Stage(why.stage) if why.stage in set(Stage) else Stage.CONNECT
    code, _, text = " ".join(why.reply.split()).partition(" ")
    if code.isdigit():
        return _rest(find(stage, Reply(int(code), text, enhanced_code(text))), pause)
    return _rest(find(stage if why.lasting else Stage.CONNECT, _NOTHING), pause)
