"""What a table of phrases is made of: the kinds, why each should go, and how a pattern is written.

Pure. A pattern is a regular expression over folded text (``folding``), in the right spelling of
its language: accents may be missing in the text, ``ü`` may be ``ue``, ``ß`` may be ``ss``. It
begins at the start of a word; a blank stands for any run of blanks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from worker.policy.phrases.folding import folded


class Kind(StrEnum):
    """What is wrong with a phrase."""

    GROUND = "ground"  # a protected ground, or a stand-in for one
    COMPARISON = "comparison"  # other candidates
    PROMISE = "promise"  # more than the company undertakes
    FILE = "file"  # keeping the application without consent
    OUTCOME = "outcome"  # the decision, in a subject that shows on a lock screen
    ADVERSE = "adverse"  # a background check or consumer report, which has a law of its own
    UNFINISHED = "unfinished"  # a note of the writer to themselves


@dataclass(frozen=True, slots=True)
class Phrases:
    """Patterns, and why a letter should not say what they match."""

    kind: Kind
    why: str
    patterns: tuple[str, ...]

    @property
    def cased(self) -> bool:
        """Whether capitals count: TODO is a note, Spanish "todo" is a word."""
        return self.why == NOTE


Table = tuple[Phrases, ...]

#: Why, in the words that every language shares, so that one phrase is told once.
AGE = "it speaks of age"
FAMILY = "it speaks of family"
HEALTH = "it speaks of health"
DISABILITY = "it speaks of a disability"
ORIGIN = "it speaks of origin"
SOUND = "it speaks of how somebody sounds; name the level of the language that the role needs"
BELIEF = "it speaks of religion or belief"
UNION = "it speaks of a union"
GENDER = "it speaks of gender or orientation"
LOOKS = "it speaks of looks"
STAND_IN = "it stands in for grounds that are protected; name the requirement of the role"
COMPARES = "it compares with other candidates; name the requirement of the role instead"
PROMISES = "it promises what the company may not keep"
AGAIN = "it invites to apply again, which only the hiring team can mean"
KEEPS = "keeping an application needs consent and a period; say nothing of it here"
TELLS = "it gives the outcome away on a lock screen"
CHECKED = "it speaks of a background check or a report, which needs notices of its own"
NOTE = "it is a note to the writer"
FILLER = "it is filler text"


def table(phrases: Mapping[str, tuple[str, ...]]) -> Table:
    """One language's table: why -> patterns."""
    return tuple(Phrases(_KINDS[why], why, patterns) for why, patterns in phrases.items())


_KINDS = {
    **dict.fromkeys((AGE, FAMILY, HEALTH, DISABILITY, ORIGIN, SOUND, BELIEF, UNION, GENDER, LOOKS,
                     STAND_IN), Kind.GROUND),
    COMPARES: Kind.COMPARISON,
    **dict.fromkeys((PROMISES, AGAIN), Kind.PROMISE),
    KEEPS: Kind.FILE,
    TELLS: Kind.OUTCOME,
    CHECKED: Kind.ADVERSE,
    **dict.fromkeys((NOTE, FILLER), Kind.UNFINISHED),
}  # fmt: skip


@cache
def compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One search for all of them, made when it is first needed: a start needs none."""
    return re.compile(rf"\b(?:{'|'.join(map(_spelt, patterns))})")


_UMLAUTS = str.maketrans({"ä": "ae?", "ö": "oe?", "ü": "ue?"})


def _spelt(pattern: str) -> str:
    return folded(pattern.translate(_UMLAUTS), keep_case=True).text
