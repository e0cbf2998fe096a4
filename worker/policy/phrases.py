"""Phrases that no letter should say, as data: one table of patterns for each language.

Pure. ``reasons`` screens what people wrote freely with it, ``lint`` reads templates with it.
A new language is a new entry of ``PHRASES`` with the same kinds; a language without an entry is
not screened. A pattern that is too eager holds good letters, one that is too lax lets a lawsuit
through: each has a sentence of both sorts in ``tests/unit/test_reasons_phrases.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong with a phrase."""

    GROUND = "ground"  # a protected ground, or a stand-in for one
    COMPARISON = "comparison"  # other candidates
    PROMISE = "promise"  # more than the company undertakes
    FILE = "file"  # keeping the application without consent
    OUTCOME = "outcome"  # the decision, in a subject that shows on a lock screen
    UNFINISHED = "unfinished"  # a note of the writer to themselves


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern, and why a letter should not say what it matches."""

    pattern: re.Pattern[str]
    why: str


def found(text: str, kinds: Iterable[Kind], language: str = "en") -> Iterator[tuple[str, str]]:
    """Every phrase of these kinds in the text: what was matched, and why it should go."""
    table = PHRASES.get(language.partition("-")[0], {})
    straight = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for kind in kinds:
        for phrase in table.get(kind, ()):
            if match := phrase.pattern.search(straight):
                yield " ".join(match[0].split()), phrase.why


def _phrases(why: str, *patterns: str, exact_case: bool = False) -> tuple[Phrase, ...]:
    flags = re.VERBOSE if exact_case else re.VERBOSE | re.IGNORECASE
    return tuple(Phrase(re.compile(rf"\b(?:{each})", flags), why) for each in patterns)


# In the patterns a blank is written \s, because they are verbose.
_GROUNDS = (
    *_phrases(
        "it speaks of age",
        r"(?:too|so|very|rather)\s(?:young|old)\b", r"(?:your|of|by)\sage\b", r"years\sold\b",
        r"age\s(?:group|range|limit)\b",
        r"young\s(?:and\s\w+\s)?team\b", r"youthful\b", r"digital\snative", r"retire(?:d|ment)\b",
        r"recent\sgraduate",
    ),
    *_phrases(
        "it speaks of family",
        r"pregnan\w+", r"(?:maternity|paternity|parental)\sleave\b", r"marital\b",
        r"(?:un)?married\b", r"divorced\b", r"single\s(?:mother|father|parent|mum|mom)\b",
        r"your\s(?:\w+\s)?(?:kids?|child|children|childcare|baby|family|husband|wife|spouse)\b",
        r"(?:have|having|small|young)\s(?:kids|children)\b", r"start(?:ing)?\sa\sfamily\b",
        r"family\s(?:situation|status|plans?|planning|commitments?|obligations?|circumstances)\b",
    ),
    *_phrases(
        "it speaks of health",
        r"your\s(?:\w+\s)?(?:health|illness|sickness)\b", r"sick\s(?:leave|days?)\b",
        r"(?:health|medical)\s(?:condition|reasons?|issues?|problems?|history|leave)\b",
        r"physically\s(?:un)?(?:fit|able)\b", r"depress(?:ed|ion)\b",
    ),
    *_phrases(
        "it speaks of a disability",
        r"disab(?:led|ility|ilities)\b", r"handicap\w*", r"wheelchair", r"autis\w+", r"adhd\b",
        r"(?:hearing|visual|speech|mobility)\simpair\w+",
    ),
    *_phrases(
        "it speaks of origin",
        r"nationalit(?:y|ies)\b", r"ethnic\w*", r"racial\b", r"your\srace\b", r"foreigners?\b",
        r"immigra(?:nts?|tion)\b", r"country\sof\s(?:origin|birth)\b", r"skin\scolou?r\b",
        r"(?:foreign|cultural|migrant|migration|immigrant|religious|social)\sbackground\b",
        r"your\s(?:origin|heritage|culture|country)\b",
    ),
    *_phrases(
        "it speaks of how somebody sounds; name the level of the language that the role needs",
        r"accents?\b", r"native[\s-](?:speakers?|level|english|german|french|spanish)\b",
        r"mother\stongue\b",
    ),
    *_phrases(
        "it speaks of religion or belief",
        r"religio(?:n|ns|us)\b", r"(?:muslim|islam|jew|jewish|hindu|buddhist|catholic|atheist)s?\b",
        r"(?:headscarf|hijab|turban)\b", r"political\s(?:views?|opinions?|beliefs?)\b",
        r"(?:trade\sunion|union\smember)",
    ),
    *_phrases(
        "it speaks of gender or orientation",
        r"your\s(?:gender|sex)\b", r"gender\b(?!\s(?:studies|research|equality|pay))",
        r"(?:as|being|want|wanted|need|needed|prefer|preferred)\sa\s(?:wo)?man\b",
        r"(?:fe)?male\s(?:candidate|applicant|colleague|team|employee)s?\b",
        r"sexual\sorientation\b", r"(?:transgender|lesbian|gay|homosexual)\b",
    ),
    *_phrases(
        "it speaks of looks",
        r"your\s(?:appearance|looks|weight|tattoos?|hair|hairstyle)\b", r"overweight\b",
    ),
    *_phrases(
        "it stands in for grounds that are protected; name the requirement of the role",
        r"cultur(?:e|al|ally)[\s-](?:fit|match)\b", r"over[\s-]?qualified\b", r"team\sfit\b",
        r"fit\s(?:in|into|in\swith|with|for)\s(?:our|the)\s(?:\w+\s)?(?:culture|team)\b",
        r"too\s(?:senior|experienced|qualified)\b", r"too\smuch\sexperience\b",
    ),
)  # fmt: skip

_COMPARISONS = _phrases(
    "it compares with other candidates; name the requirement of the role instead",
    r"(?:other|another|different)\s(?:\w+\s){0,2}(?:candidate|applicant)s?\b",
    r"(?:stronger|better|best|more\s[\w-]+|most\s[\w-]+)\s(?:candidates|applicants)\b",
    r"(?:best|most\s[\w-]+)\s(?:candidate|applicant)\b",
    r"(?:stronger|better|more\s[\w-]+)\s(?:candidate|applicant)\s(?:was|has|had|who|with)\b",
    r"(?:chose|chosen|selected|hired|found|picked|with)\san?\s(?:\w+\s){1,2}(?:candidate|applicant)\b",
    r"(?:many|several|numerous|pool\sof|number\sof)\s(?:\w+[\s-]){0,3}(?:candidates|applicants|applications)\b",
    r"(?:someone|somebody)\s(?:else|better|more|whose|with\smore)\b",
    r"(?:compared|relative)\s(?:to|with)\s(?:the\s)?others?\b",
    r"(?:more|better|stronger)\s(?:[\w-]+\s){0,3}than\s(?:you|yours)\b",
)

_PROMISES = (
    *_phrases(
        "it promises what the company may not keep",
        r"we(?:'ll|\swill|\sshall)\s(?:\w+\s)?(?:consider|contact|call|invite|hire)\syou\b",
        r"we(?:'ll|\swill|\sshall)\s(?:\w+\s)?(?:be\sin\stouch|get\sback|reach\sout)\b",
        r"keep(?:ing)?\s(?:you|your\s[\w\s]{1,30}?)\sin\smind\b",
        r"(?:we|i)\s(?:can\s)?guarantee\b", r"guaranteed\san?\s",
    ),
    *_phrases(
        "it invites to apply again, which only the hiring team can mean",
        r"(?:encourage|invite|urge)\syou\sto\s(?:re-?apply|apply\sagain)\b",
    ),
)  # fmt: skip

_FILE = _phrases(
    "keeping an application needs consent and a period; say nothing of it here",
    r"(?:keep|keeps|kept|hold|held|retain\w*|remains?|stays?|leave|stored?)\b[^.!?]{0,60}\son\s(?:file|record|our\sbooks)\b",
    r"(?:keep|keeps|kept|add|added|put|stored?|save|retain\w*)\b[^.!?]{0,60}\sour\s(?:\w+\s)?(?:pool|database|records)\b",
)

_OUTCOMES = _phrases(
    "it gives the outcome away on a lock screen",
    r"reject\w*", r"unfortunately\b", r"regret\w*", r"sorry\b", r"declin\w+", r"unsuccessful\b",
    r"not\s(?:been\s)?(?:selected|successful|moving)\b", r"(?:job\s)?offer(?:s|ed)?\b",
    r"congratulat\w+", r"next\s(?:round|step|stage|interview)s?\b", r"(?:good|bad)\snews\b",
    r"on\shold\b", r"welcome\s(?:aboard|to)\b", r"you(?:'re|\sare)\shired\b", r"invit\w+",
    r"pleased\b", r"selected\b",
)  # fmt: skip

_UNFINISHED = (
    *_phrases("it is a note to the writer", r"(?:TODO|FIXME|XXX+|TBD)\b", exact_case=True),
    *_phrases("it is filler text", r"lorem\sipsum\b"),
)

PHRASES: Mapping[str, Mapping[Kind, tuple[Phrase, ...]]] = {
    "en": {
        Kind.GROUND: _GROUNDS,
        Kind.COMPARISON: _COMPARISONS,
        Kind.PROMISE: _PROMISES,
        Kind.FILE: _FILE,
        Kind.OUTCOME: _OUTCOMES,
        Kind.UNFINISHED: _UNFINISHED,
    },
}
