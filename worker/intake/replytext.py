"""The first line of an answer, which is all of it that may act (CONTRACT section 5).

For ``opened``. A greeting above it does not count. What stands beside it in its paragraph never
acts, but may take it back, and so may a line further below that opens with an exception. What a
mail program quotes below it was written by somebody else, often by us: there stands which notice is
answered, for mail programs that leave out the headers that say it. Nothing can go wrong: a mail
without such a line has an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from worker.intake.mailparts import find_body, open_mail
from worker.intake.mailtext import PARAGRAPH, above_history, read_lines
from worker.policy.replydoubts import excepts, opens_with_exception
from worker.policy.replywords import read_order

#: Longer than any word that acts.
_LONGEST = 200

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|moin|servus|liebe[rs]?"
    r"|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|bonjour|bonsoir|salut|ch[eè]re?s?|hola"
    r"|buen[oa]s (?:d[ií]as|tardes|noches)|estimad[oa]s?|querid[oa]s?)"
    r"(?: [^\W\d_][\w.'’-]*){0,3} ?[,:!]?",
    re.IGNORECASE,
)
#: The last line of a notice that can be answered (``notices.referring``); it may be wrapped.
_REFERENCE = re.compile(r"\[followup[\s>|]{1,20}([0-9a-f]{20})\s?\]")
#: More than one is a puzzle already.
_MOST = 10


@dataclass(frozen=True, slots=True)
class ReplyText:
    """What may act in an answer, and on what.

    ``first_line`` is the first that holds something, above history and signature, and is no
    greeting; bounded. ``excepted``: what stands beside it may take it back. ``references`` are the
    tokens of the notices that are quoted, wherever in its text; each once.
    """

    first_line: str = ""
    excepted: bool = False
    references: tuple[str, ...] = ()


def read_reply(raw: bytes) -> ReplyText:
    """What an answer says."""
    try:
        body = find_body(open_mail(raw))
        lines = read_lines(body) if body else []
        typed = above_history(lines)
    except Exception:  # noqa: BLE001 - the parser of the standard library raises anything; such a mail has its problem told elsewhere
        return ReplyText()
    quoted = tuple(dict.fromkeys(_REFERENCE.findall("\n".join(lines))))[:_MOST]
    at = next((at for at, line in enumerate(typed) if line.strip() and not _greets(line)), None)
    if at is None:
        return ReplyText(references=quoted)
    line = typed[at].strip()
    below = typed[at + 1 :]
    beside = [*typed[:at], line[_LONGEST:], *_rest_of_paragraph(below)]
    excepted = excepts("\n".join(beside)) or any(map(opens_with_exception, below))
    return ReplyText(line[:_LONGEST], excepted, quoted)


def _greets(line: str) -> bool:
    """Whether it is a greeting and no more: "Hi stop" is more."""
    said = " ".join(line.split())[:_LONGEST]
    return _GREETING.fullmatch(said) is not None and read_order(said) is None


def _rest_of_paragraph(lines: Sequence[str]) -> list[str]:
    """Up to an empty line; some mail programs make a paragraph of every line."""
    return list(takewhile(lambda line: line == PARAGRAPH or line.strip(), lines))
