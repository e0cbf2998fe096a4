"""The last look at a finished letter: is it whole, and is it for the right person?

Pure: text in, problems out. ``render`` refuses a letter that has any.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape

#: A letter is a page or two; beyond this a template or a cell has gone wrong.
LONGEST = 60_000

#: What merges and spreadsheets write where there is nothing. "Nan" and "Null" are names.
_EMPTY_CELLS = frozenset(
    {"nan", "NaN", "NAN", "NaT", "None", "none", "null", "NULL", "undefined", "N/A", "n/a", "-"}
)

_PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}|lorem ipsum"
    r"|[\[<](?:insert[ _-])?(?:(?:your|candidate|applicant|first|last|full|job|company"
    r"|hiring|recruiter|start|interview)(?:'s)?[ _-])*(?:name|first|last|candidate|applicant|title"
    r"|job|role|position|company|date|time|reason|recruiter|manager|link|sender|signature)[\]>]",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"<!--.*?-->|<(style|head)\b.*?</\1>|<[^>]*>", re.DOTALL)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def is_empty_cell(text: str) -> bool:
    """True for what a program wrote into a cell that has no value (``nan``, ``#N/A``)."""
    return text in _EMPTY_CELLS or re.fullmatch(r"#[A-Z/]+[!?]?", text) is not None


def visible(html: str) -> str:
    """What a reader sees of our own HTML, in one line. Not for HTML of strangers."""
    return " ".join(unescape(_UNSEEN.sub(" ", html)).split())


def placeholders(text: str) -> list[str]:
    """What a template or a merge left unfilled."""
    return [match[0] for match in _PLACEHOLDER.finditer(text)]


def addresses(text: str) -> frozenset[str]:
    """Every mail address that occurs, folded."""
    words = " ".join(word for word in text.split() if "@" in word)
    return frozenset(match[0].strip(".'").casefold() for match in _ADDRESS.finditer(words))


def proofread(parts: dict[str, str], greetings: Sequence[str]) -> Iterator[str]:
    """Problems of a letter, as sentences; ``parts`` maps subject, text and html to what is seen.

    ``greetings`` are the forms of the candidate's name of which one has to stand in it.
    """
    for part, seen in parts.items():
        yield from _whole(part, seen)
    if "\n" in parts["subject"] or "\r" in parts["subject"]:
        yield "the subject has more than one line; write it in one"
    for part in ("text", "html"):
        seen = _one_line(parts[part])
        if not any(_one_line(each) in seen for each in greetings):
            yield (
                f"the {part} part does not greet {greetings[0]!r}; "
                "print {{ greeting_name }}, so that nobody gets another one's letter"
            )


def strangers(parts: Iterable[str], expected: frozenset[str]) -> frozenset[str]:
    """Mail addresses in the letter that nobody expects there."""
    return addresses("\n".join(parts)) - expected


def _whole(part: str, seen: str) -> Iterator[str]:
    if not seen.strip():
        yield f"the {part} part is empty"
    if len(seen) > LONGEST:
        yield f"the {part} part has {len(seen)} characters; a letter has at most {LONGEST}"
    for left in placeholders(seen):
        yield f"{left!r} is left in the {part} part; fill it in or take it out"


def _one_line(text: str) -> str:
    return " ".join(text.split())
