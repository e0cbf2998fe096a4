"""Our own sentences in the language of whoever reads the notice: the filter ``said``.

The worker thinks in English: notes of guards, problems of rows. ``notices/<tag>/sentences.toml``
says them in another language, each as ``says`` (a regular expression that fits the whole
sentence) and ``writes``. ``{0}`` is its first group as it was, ``{0:outcomes}`` the same by a
table of ``words.txt``, ``{0:said}`` a sentence of its own. What is not known stays as it is: a
notice in two languages is better than one that says nothing. What can go wrong: ``RenderError``
for a file that can't be read, or an expression that is none.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from jinja2.runtime import Context

from worker.errors import RenderError
from worker.render.languages import LAST_RESORT, shorter_forms

#: table of ``words.txt`` -> what stands in the outbox -> the word for it
Words = Mapping[str, Mapping[str, str]]

#: Between two notes; a note may hold it too, so this many parts are tried as one.
_BETWEEN = "; "
_MOST_PARTS = 3

#: Sentences in sentences; "a: a: a: a" must not be taken apart without end.
_DEEPEST = 3

_PLACE = re.compile(r"\{(\d)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One of our sentences, and how another language says it."""

    says: re.Pattern[str]
    writes: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as far as we speak it."""

    sentences: tuple[Sentence, ...]
    words: Words


def speaking(
    environment: jinja2.Environment, folders: Sequence[Path]
) -> Callable[[Context, str], str]:
    """The filter; what a language needs is read when it is first spoken."""

    @cache
    def spoken(tag: str) -> Tongue:
        return Tongue(read_sentences(folders, tag), words_of(environment, tag))

    @jinja2.pass_context
    def filtered(context: Context, text: str) -> str:
        return said(str(text), spoken(str(context.get("language", LAST_RESORT))))

    return filtered


def words_of(environment: jinja2.Environment, tag: str) -> Words:
    """What ``words.txt`` of that language sets."""
    tables = vars(environment.get_template(f"notices/{tag}/words.txt").module)
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def read_sentences(folders: Sequence[Path], tag: str) -> tuple[Sentence, ...]:
    """What is known in that language, the sentences of the first folder first."""
    tags = shorter_forms(tag)
    places = [folder / "notices" / each / "sentences.toml" for each in tags for folder in folders]
    return tuple(each for place in places if place.is_file() for each in _read(place))


def said(text: str, tongue: Tongue, deep: int = _DEEPEST) -> str:
    """The same text, with each sentence that is known in the other language."""
    lines = (_notes(line.split(_BETWEEN), tongue, deep) for line in text.split("\n"))
    return "\n".join(_BETWEEN.join(notes) for notes in lines)


def _notes(parts: Sequence[str], tongue: Tongue, deep: int) -> Iterator[str]:
    at = 0
    while at < len(parts):
        for end in range(at + 1, min(at + _MOST_PARTS, len(parts)) + 1):
            written = _written(_BETWEEN.join(parts[at:end]), tongue, deep)
            if written is not None:
                break
        else:
            end, written = at + 1, parts[at]
        yield written
        at = end


def _written(text: str, tongue: Tongue, deep: int) -> str | None:
    """None when nobody wrote down how to say it, or a part of it."""
    for each in tongue.sentences:
        if found := each.says.fullmatch(text):
            fills = [_fill(place, found, tongue, deep) for place in _PLACE.finditer(each.writes)]
            if None not in fills:
                filled = iter(map(str, fills))
                return _PLACE.sub(lambda _, filled=filled: next(filled), each.writes)  # type: ignore[misc] # mypy takes the default for an argument
    return None


def _fill(place: re.Match[str], found: re.Match[str], tongue: Tongue, deep: int) -> str | None:
    """What stands in a place of the other sentence; None for a sentence that is not known."""
    text, table = found[int(place[1]) + 1] or "", place[2]
    if table is None:
        return text
    if table != "said":
        return tongue.words.get(table, {}).get(text, text)
    written = said(text, tongue, deep - 1) if deep else text
    return None if written == text else written


def _read(place: Path) -> list[Sentence]:
    try:
        given = tomllib.loads(place.read_text(encoding="utf-8"))
        return [_sentence(each["says"], each["writes"]) for each in given["sentence"]]
    except (OSError, ValueError, KeyError, TypeError, re.error) as why:
        raise RenderError(f"{place}: {why}; mend the file") from why


def _sentence(says: str, writes: str) -> Sentence:
    pattern = re.compile(says, re.DOTALL)
    for number, _ in _PLACE.findall(writes):
        if int(number) >= pattern.groups:
            raise ValueError(f"{writes!r} asks for {{{number}}}, and {says!r} has no such group")
    return Sentence(pattern, writes)
