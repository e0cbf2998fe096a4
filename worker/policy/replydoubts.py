"""What a line that is no plain order may mean all the same. Pure; for ``replywords``.

Who is in a hurry writes "NO! STOP!" or "don't send it": that holds a letter, and no more. And what
stands around a word that lets go may take it back: "APPROVE", and below it "but not Ana".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

#: A word of a folded line.
PART = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

#: Who writes more in one sentence has something to tell, and is in no such hurry.
_LONGEST = 12
_SENTENCE, _CLAUSE = re.compile(r"[.!?\n]+"), re.compile(r"[;,]+")
#: How Spanish letters end: "Sin otro particular, un saludo".
_CLOSING = re.compile(r"\W*sin (?:mas|mas por el momento|otro particular)(?:,|$)")
#: "Please wait with Ana": so early a word says what the line is about.
_OPENING = 2
_NOT = frozenset({
    "cannot", "dont", "jamais", "kein", "keine", "keinen", "ne", "never", "nicht", "nie", "niemals",
    "no", "not", "nunca", "ohne", "pas", "sans", "sin", "without",
})  # fmt: skip
#: "Don't hesitate to send it" is something else.
_DO_NOT_SEND = re.compile(
    r"\b(?:not|never|dont|\w+n't) (?:yet )?(?:it |this |that |them )?send\b"
    r"|\bnicht (?:mehr |jetzt |heute )?(?:ver|ab)?(?:senden|schicken)\b"
    r"|\b(?:ver)?(?:sende|senden|schicke|schicken) (?:\w+ ){0,3}nicht\b"
    r"|\bpas (?:encore |l'|les? |la )?envoyer\b"
    r"|\b(?:n'|ne (?:l'|les? |la |lui ))(?:envoyez|envoie|envoies|envoyer)\b"
    r"|\bno (?:se )?(?:l[oae]s? )?envi(?:ar(?:l[oa]s?)?|e|es|en|eis)\b"
)
_WHY = re.compile(r"\b(?:why|warum|wieso|weshalb|pourquoi|por que)\b")

_EXCEPT = _NOT | frozenset({
    "aber", "apart", "aparte", "ausser", "besides", "but", "except", "excepting", "excepto",
    "excluding", "however", "jedoch", "mais", "only", "nur", "pero", "salvo", "sauf", "seulement",
    "solo", "stop", "unless", "wait",
})  # fmt: skip


def folded(text: str) -> str:
    """In lower case, without accents, every apostrophe the same."""
    parted = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(mark for mark in parted if not unicodedata.combining(mark))


def may_mean_stop(line: str, stops: Collection[str]) -> bool:
    """Whether a folded line may ask to stop or not to send; ``stops`` are the words for stop."""
    sentences = [each for each in _SENTENCE.split(line) if len(PART.findall(each)) <= _LONGEST]
    clauses = [PART.findall(clause) for each in sentences for clause in _CLAUSE.split(each)]
    return any(_asks(clause, stops) for clause in clauses)


def _asks(clause: list[str], stops: Collection[str]) -> bool:
    said = " ".join(clause)
    if _WHY.search(said):
        return False
    if _DO_NOT_SEND.search(said):
        return True
    return any(part in stops for part in clause) and not any(map(_denies, clause))


def _denies(part: str) -> bool:
    return part in _NOT or part.endswith("n't") or part.startswith("n'")


def excepts(text: str) -> bool:
    """Whether a text around an order may take something of it back."""
    return _excepts(PART.findall(folded(text)))


def opens_with_exception(line: str) -> bool:
    """Whether a line further below does: "But not Ana". A disclaimer has its "not" further on."""
    told = folded(line)
    return _CLOSING.match(told) is None and _excepts(PART.findall(told)[:_OPENING])


def _excepts(parts: Iterable[str]) -> bool:
    return any(part in _EXCEPT or _denies(part) for part in parts)
