"""Namesakes: names that agree, or nearly do, so that one person may be taken for another. Pure.

Names are compared by their words, without accents, case, and letters that only look alike.
Nearly the same are two names of which one has its words in another order, lacks words of the
other, has an initial for one, or differs by a slip of the pen in one word. A ``Roster`` finds them
by keys that such names have in common, so that nobody is compared with everybody.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

_WORD = re.compile(r"[^\W_]+")
#: Cyrillic and Greek letters that are read as Latin ones (UTS 39), and Latin ones without a mark
#: that could be taken off.
_AS_LATIN = str.maketrans(
    dict(
        zip(
            "авеѕіјкмнорстухһԁԛԝӏѵαβεζηικμνορτυχ",
            "abesijkmhopctyxhdqwlvabezhikmnoptux",
            strict=True,
        )
    )
    | {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)

#: Shorter words are other words, not slips of the pen: Li and Lu.
_LEAST = 3
#: Of longer names only their whole is compared, and what lacks one word.
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as a row gives them; ``said`` names the row or its entry to people.

    ``application`` is what it is about; of one application two addresses are a contradiction.
    """

    said: str
    name: str
    email: str
    application: str = ""

    def is_other(self, other: "Person") -> bool:
        """Whether that is somebody else, with another address, in another application."""
        apart = not self.application or self.application != other.application
        return self.email != other.email and apart


def words(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, in their order."""
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each)
    )
    return tuple(_WORD.findall(bare.casefold().translate(_AS_LATIN)))


def agree(one: str, other: str) -> bool:
    """Whether both may well be names of one person."""
    roster = Roster()
    roster.add(Person("", other, "other"))
    return next(roster.near(Person("", one, "one")), None) is not None


@dataclass(slots=True)
class Roster:
    """The candidates of one job."""

    _whole: dict[str, list[Person]] = field(default_factory=dict)
    _lesser: dict[str, list[Person]] = field(default_factory=dict)
    _slips: dict[str, list[Person]] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def __len__(self) -> int:
        """How many names it knows."""
        return len(self._seen)

    def add(self, person: Person) -> None:
        """Know this one too."""
        parts = words(person.name)
        if not parts or (known := (_key(parts), person.email)) in self._seen:
            return
        self._seen.add(known)
        _file(self._whole, [_key(parts)], person)
        _file(self._lesser, _less(parts), person)
        _file(self._slips, _slips(parts), person)

    def near(self, person: Person) -> Iterator[Person]:
        """Those of the same name, or nearly, who have another address."""
        for each in self._alike(words(person.name)):
            if person.is_other(each):
                yield each

    def _alike(self, parts: tuple[str, ...]) -> Iterator[Person]:
        whole = _key(parts)
        yield from self._whole.get(whole, ())
        yield from self._lesser.get(whole, ())
        for key in _less(parts):
            yield from self._whole.get(key, ())
        for key in _slips(parts):
            yield from self._slips.get(key, ())


def _file(under: dict[str, list[Person]], keys: Iterable[str], person: Person) -> None:
    for key in keys:
        under.setdefault(key, []).append(person)


def _key(parts: Iterable[str]) -> str:
    return " ".join(sorted(parts))


def _less(parts: tuple[str, ...]) -> set[str]:
    """The names that lack words of this one, or have an initial for one."""
    least = 2 if len(parts) <= _MOST_WORDS else len(parts) - 1
    lacking = (
        _key(some) for number in range(least, len(parts)) for some in combinations(parts, number)
    )
    initialled = (
        _key((*parts[:at], word[0], *parts[at + 1 :]))
        for at, word in enumerate(parts)
        if len(word) > 1 and len(parts) > 1
    )
    return {*lacking, *initialled}


def _slips(parts: tuple[str, ...]) -> set[str]:
    """Two names share one of these if a letter of one word is wrong, missing, or misplaced.

    The word without one of its letters, beside the other words (the SymSpell way); and all words
    as one, for ``O'Neill`` and ``Oneill``. A number tells people apart.
    """
    if not parts[1:]:
        return set()
    found = {"=" + "".join(parts)}
    for at, word in enumerate(parts):
        if len(word) >= _LEAST and word.isalpha():
            rest = _key((*parts[:at], *parts[at + 1 :]))
            found |= {f"{rest}|{word[:gone]}{word[gone + 1 :]}" for gone in range(len(word))}
            found.add(f"{rest}|{word}")
    return found
