"""The taxonomy of SMTP replies: data in ``rules/*.toml``, read once, asked by ``replies`` alone.

A rule says at which stages, with which codes and words a reply fits it, whom the reply is about
(``scope``), what to do (``action``) and where that is known from (``source``). The first rule
that fits counts: known words of a provider go before enhanced codes (RFC 3463), and these before
basic code and stage (RFC 5321 4.3.2). The files of rules are read in the order of ``FILES``.

What can go wrong: a rule that is written wrongly stops the first reply with a ``ValueError`` that
names it; ``tests/smtp/test_taxonomy.py`` reads all of them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from worker.result import Reply

RULES = Path(__file__).parent / "rules"

#: Those with words of one provider first; ``codes`` fits whatever is left.
FILES = ("google", "microsoft", "amazon", "providers", "servers", "filters", "codes")


class Stage(StrEnum):
    """Where in the dialogue something was said or lost."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class Scope(StrEnum):
    """Whom a reply is about: us, the recipient's domain, the recipient, or this message."""

    SENDER = "sender"
    DOMAIN = "domain"
    RECIPIENT = "recipient"
    MESSAGE = "message"


class Action(StrEnum):
    """What to do about it.

    ``pause`` rests and goes on by itself, ``slow`` as well and at half the pace, ``stop`` rests
    long because a person has to mend something; ``retry`` waits with this entry alone, ``ask``
    as well and fails after its patience, so that a person looks; ``fail`` fails at once.
    """

    PAUSE = "pause"
    SLOW = "slow"
    STOP = "stop"
    RETRY = "retry"
    ASK = "ask"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Patterns of codes may hold ``*``; an empty list of them fits every reply."""

    name: str
    provider: str
    scope: Scope
    action: Action
    why: str
    mend: str
    source: str
    stages: frozenset[Stage]
    codes: tuple[str, ...]
    enhanced: tuple[str, ...]
    other_than: tuple[str, ...]
    text: re.Pattern[str] | None
    waits: tuple[timedelta, ...]
    patience: timedelta | None

    @property
    def rank(self) -> int:
        """Words go before enhanced codes, and these before basic codes."""
        if self.text is not None:
            return 0
        return 1 if self.enhanced else 2

    def fits(self, stage: Stage, reply: Reply, words: str) -> bool:
        """Whether it is about such a reply; ``words`` are the reply's without addresses."""
        return (
            stage in self.stages
            and _any(self.codes, str(reply.code))
            and _any(self.enhanced, reply.enhanced)
            and not (self.other_than and _any(self.other_than, reply.enhanced))
            and (self.text is None or self.text.search(words) is not None)
        )


def _any(patterns: tuple[str, ...], code: str) -> bool:
    return not patterns or any(fnmatchcase(code, pattern) for pattern in patterns)


def find(stage: Stage, reply: Reply) -> Rule:
    """The rule for a reply; a code of 0 is no reply at all."""
    words = words_of(reply)
    return next(rule for rule in rules() if rule.fits(stage, reply, words))


#: An address says nothing: a candidate may live at relay.example.
_ADDRESS = re.compile(r"<[^>]*>|\S+@[\w.-]+")


def words_of(reply: Reply) -> str:
    """The text in small letters, without addresses and the code that each line begins with."""
    text = reply.text.replace(reply.enhanced, " ") if reply.enhanced else reply.text
    return " ".join(_ADDRESS.sub(" ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
                    .casefold().split())  # fmt: skip


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they are asked."""
    return tuple(sorted(_read(), key=lambda rule: rule.rank))


def _read() -> Iterator[Rule]:
    for name in FILES:
        for given in tomllib.loads((RULES / f"{name}.toml").read_text("utf-8"))["rule"]:
            try:
                yield _rule(given)
            except (KeyError, ValueError) as why:
                raise ValueError(f"rules/{name}.toml: {given.get('name')}: {why}") from why


def _rule(given: Mapping[str, Any]) -> Rule:
    if unknown := given.keys() - Rule.__dataclass_fields__.keys():
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    return Rule(
        name=given["name"],
        provider=given.get("provider", ""),
        scope=Scope(given["scope"]),
        action=Action(given["action"]),
        why=given["why"],
        mend=given["mend"],
        source=given["source"],
        stages=frozenset(Stage(each) for each in given.get("stages", Stage)),
        codes=tuple(given.get("codes", ())),
        enhanced=tuple(given.get("enhanced", ())),
        other_than=tuple(given.get("other_than", ())),
        text=re.compile(given["text"]) if "text" in given else None,
        waits=tuple(timedelta(minutes=each) for each in given.get("waits", ())),
        patience=timedelta(minutes=given["patience"]) if "patience" in given else None,
    )
