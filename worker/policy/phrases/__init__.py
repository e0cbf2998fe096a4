"""Phrases that no letter should say, as data: one table of patterns for each language.

    folding   text as it is searched
    table     what a table is made of, and why each phrase should go
    en, de, fr, es

Pure. ``reasons`` and ``adverse`` screen what people wrote freely with it, ``lint`` reads templates
with it. A new language is a new table with the same kinds; a language without one is not screened,
and ``lint`` says so. A pattern that is too eager holds good letters, one that is too lax lets a
lawsuit through: sentences of both sorts stand in ``tests/rules/words.*.toml``, and each pattern
has one that it must catch.
"""

from collections.abc import Iterable, Iterator, Mapping

from worker.policy.phrases import de, en, es, fr
from worker.policy.phrases.folding import Folded, folded
from worker.policy.phrases.table import Kind, Table, compiled

__all__ = ["PHRASES", "Kind", "found", "found_in_any", "screened"]

PHRASES: Mapping[str, Table] = {"en": en.TABLE, "de": de.TABLE, "fr": fr.TABLE, "es": es.TABLE}


def screened(language: str) -> bool:
    """Whether there is a table for this tag."""
    return _base(language) in PHRASES


def found(text: str, kinds: Iterable[Kind], language: str = "en") -> Iterator[tuple[str, str]]:
    """Every phrase of these kinds in the text: what was matched, and why it should go."""
    return _found(folded(text), kinds, PHRASES.get(_base(language), ()))


def found_in_any(text: str, kinds: Iterable[Kind]) -> Iterator[tuple[str, str]]:
    """The same by the tables of all languages, for a text of which nobody knows the language."""
    searched, wanted = folded(text), tuple(kinds)
    for each in PHRASES.values():
        yield from _found(searched, wanted, each)


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _found(text: Folded, kinds: Iterable[Kind], phrases: Table) -> Iterator[tuple[str, str]]:
    wanted = frozenset(kinds)
    for each in phrases:
        if each.kind in wanted:
            searched = text.plain if each.cased else text.text
            for match in compiled(each.patterns).finditer(searched):
                yield text.quote(*match.span()) if not each.cased else match[0], each.why
