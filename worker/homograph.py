"""Domains that look like another one: labels that mix scripts, or borrow all their letters. Pure.

The only user of regex. ``lookalikes`` takes the domain as a person reads it (U-labels) and gives
the labels to refuse. What it can't see: letters that look alike within one script (``l`` and
``I``), and a wrong domain in plain ASCII.
"""

from typing import Any

import regex

#: UAX 31, table 5: the scripts of today's languages.
_SCRIPTS = (
    "Arab", "Armn", "Beng", "Bopo", "Cyrl", "Deva", "Ethi", "Geor", "Grek", "Gujr", "Guru", "Hang",
    "Hani", "Hebr", "Hira", "Kana", "Khmr", "Knda", "Laoo", "Latn", "Mlym", "Mymr", "Orya", "Sinh",
    "Taml", "Telu", "Thaa", "Thai", "Tibt",
)  # fmt: skip
#: UTS 39, 5.2, "highly restrictive": Japanese, Chinese and Korean are written in several.
_TOGETHER = (("Latn", "Hani", "Hira", "Kana"), ("Latn", "Hani", "Bopo"), ("Latn", "Hani", "Hang"))


def _pattern(text: str) -> Any:
    return regex.compile(text)  # type: ignore[no-untyped-call] # regex has no annotations


def _written_in(*scripts: str) -> str:
    """A pattern for a label of these scripts; digits and accents belong to any of them."""
    inside = "".join(rf"\p{{Script_Extensions={each}}}" for each in (*scripts, "Zyyy", "Zinh"))
    return f"[{inside}]+"


_ONE_HAND = _pattern(
    "|".join([_written_in(each) for each in _SCRIPTS] + [_written_in(*each) for each in _TOGETHER])
)

#: Letters that a reader takes for Latin ones (the confusables of UTS 39), and the domains of
#: countries that write with them. In a top-level domain of the same script they deceive nobody.
_BORROWED = {
    "Cyrl": (
        "аысԁеԍһіюјӏорԛѕԝхуъьҽпгѵѡвкмнт",
        frozenset({"bg", "by", "kg", "kz", "me", "mk", "mn", "rs", "ru", "su", "tj", "ua", "uz"}),
    ),
    "Grek": ("αικνρυωηοτβγχϲϳ", frozenset({"gr", "cy", "eu"})),
    "Armn": ("ագզէլհյոսւօ", frozenset({"am"})),
}  # fmt: skip
_ALL_BORROWED = [
    (_pattern(f"[{letters}0-9-]+"), _pattern(_written_in(script)), countries)
    for script, (letters, countries) in _BORROWED.items()
]


def lookalikes(domain: str) -> list[str]:
    """The labels that could be taken for others; empty for an honest domain."""
    *labels, top = domain.split(".")
    return [each for each in labels if not each.isascii() and _deceives(each, top)]


def _deceives(label: str, top: str) -> bool:
    if _ONE_HAND.fullmatch(label) is None:
        return True
    return any(
        letters.fullmatch(label) and top not in countries and own.fullmatch(top) is None
        for letters, own, countries in _ALL_BORROWED
    )
