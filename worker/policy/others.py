"""Another candidate in a letter: what was written for one must not speak of another. Pure.

``Names`` knows the candidates of one job, by name and address, and finds those whom a freely
written text names. Only whole names of two words or more are looked for, as they were given:
"Will" and "May" are words, and a letter is rather let pass than held for every one of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from worker.decision import fold

_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> tuple[str, ...]:
    """Folded, without what stands between them: ``O'Neill-Smith`` is ``o neill smith``.

    So an address is a name as well, with the words of its domain.
    """
    return tuple(_WORD.findall(fold(text)))


@dataclass(slots=True)
class Names:
    """Names by their first word, so that a text is read once however many names there are."""

    _by_first: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        """Know these too."""
        for name in names:
            words = _words(name)
            if len(words) > 1:
                self._by_first.setdefault(words[0], {})[words] = name

    def named(self, text: str, *, known: Iterable[str]) -> list[str]:
        """Who is named in the text beside those who may be: the candidate, and who signs."""
        own = [set(_words(name)) for name in known]
        found = dict(self._found(_words(text)))
        return [
            name for words, name in found.items() if not any(set(words) <= each for each in own)
        ]

    def _found(self, text: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
        for at, word in enumerate(text):
            for words, name in self._by_first.get(word, {}).items():
                if text[at : at + len(words)] == words:
                    yield words, name
