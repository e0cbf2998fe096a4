"""Text as it is searched: without case, accents, soft hyphens and double blanks. Pure.

What was found is quoted as it was written, so each folded letter knows its place.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Folded:
    """``places[n]`` is where in ``plain`` the letter ``text[n]`` stands."""

    text: str
    plain: str
    places: Sequence[int]

    def quote(self, start: int, end: int) -> str:
        """What was written where ``text[start:end]`` was found."""
        return self.plain[self.places[start] : self.places[end - 1] + 1]


def folded(text: str, *, keep_case: bool = False) -> Folded:
    """The text, folded; ``keep_case`` where capitals have a meaning, as in a pattern."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    cased = plain if keep_case else plain.lower()
    if plain.isascii():
        return Folded(cased, plain, range(len(plain)))
    letters, places = list[str](), list[int]()
    for place, mark in enumerate(plain):
        for letter in _letters(mark if keep_case else mark.lower()):
            letters.append(letter)
            places.append(place)
    return Folded("".join(letters), plain, places)


_SAME = {
    "\N{LATIN SMALL LETTER SHARP S}": "ss",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN SMALL LETTER AE}": "ae",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{MODIFIER LETTER APOSTROPHE}": "'",
}
#: Marks over letters, and what no reader sees (a soft hyphen, a joiner).
_NOTHING = {"Mn", "Cf"}


@lru_cache(maxsize=4096)
def _letters(mark: str) -> str:
    if mark in _SAME:
        return _SAME[mark]
    if unicodedata.category(mark[:1]) == "Pd":
        return "-"
    apart = unicodedata.normalize("NFD", mark)
    return "".join(each for each in apart if unicodedata.category(each) not in _NOTHING)
