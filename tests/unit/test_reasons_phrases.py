"""What the screening of free text holds, and what it must let pass, in the four languages."""

from typing import Any

import pytest
from tables import cases

from worker.policy.phrases import PHRASES, Kind, found, found_in_any, screened
from worker.policy.phrases.folding import folded
from worker.policy.phrases.table import compiled
from worker.policy.reasons import UNWANTED, touches

Case = dict[str, Any]

#: What is looked for in free text; the rest is looked for in templates, by their own table.
IN_TEXT = [*UNWANTED, Kind.ADVERSE]


def check(case: Case, tag: str) -> None:
    """Every sentence is caught for its reason by the language's own table, and no good one is."""
    missed = [
        sentence
        for sentence in case["caught"]
        if not any(case["why"] in why for _, why in found(sentence, Kind, tag))
    ]
    assert missed == []
    here = [each.kind for each in PHRASES[tag] if case["why"] in each.why]
    held = {text: list(found(text, here, tag)) for text in case["fine"]}
    if set(here) <= set(IN_TEXT):
        held = {text: list(found_in_any(text, IN_TEXT)) for text in case["fine"]}
    assert {text: phrases for text, phrases in held.items() if phrases} == {}
    assert unused(case, tag) == []


def unused(case: Case, tag: str) -> list[str]:
    """The patterns that none of the sentences shows."""
    return [
        pattern
        for each in PHRASES[tag]
        if case["why"] in each.why
        for pattern in each.patterns
        if not any(_matches(pattern, sentence, cased=each.cased) for sentence in case["caught"])
    ]


def _matches(pattern: str, sentence: str, *, cased: bool) -> bool:
    text = folded(sentence)
    return compiled((pattern,)).search(text.plain if cased else text.text) is not None


@cases("words.en")
def test_english_is_held_and_let_pass(case: Case) -> None:
    check(case, "en")


@cases("words.de")
def test_german_is_held_and_let_pass(case: Case) -> None:
    check(case, "de")


@cases("words.fr")
def test_french_is_held_and_let_pass(case: Case) -> None:
    check(case, "fr")


@cases("words.es")
def test_spanish_is_held_and_let_pass(case: Case) -> None:
    check(case, "es")


def test_every_language_has_the_same_kinds() -> None:
    assert len({tuple(each.why for each in table) for table in PHRASES.values()}) == 1


@pytest.mark.parametrize(
    "written",
    ["überqualifiziert", "ueberqualifiziert", "uberqualifiziert", "U\u0308BERQUALIFIZIERT"],
)
def test_an_umlaut_may_be_written_as_people_do(written: str) -> None:
    (told,) = touches(f"Sie sind {written}.")
    assert written.casefold()[-14:] in told.casefold()


@pytest.mark.parametrize("written", ["surqualifié", "surqualifie", "SURQUALIFIÉE"])
def test_an_accent_may_be_missing(written: str) -> None:
    (told,) = touches(f"Vous êtes {written}.")
    assert told.startswith(f'"{written}": it stands in for grounds')


def test_what_is_held_quotes_the_phrase_as_it_was_written() -> None:
    (told,) = touches("Sie passen leider\nnicht zu unserer Größe: zu alt.")
    assert told.startswith('"zu alt": ')
    (told,) = touches("You are\noverqualified.")
    assert told.startswith('"overqualified": ')


def test_a_next_step_may_promise_but_not_compare() -> None:
    assert touches("We will call you on Friday.", promises=False) == []
    assert touches("Wir melden uns am Freitag.", promises=False) == []
    assert touches("We will contact the other candidates first.", promises=False)


def test_a_note_of_the_writer_is_in_capitals() -> None:
    assert list(found("Nombre: TODO", [Kind.UNFINISHED], "es"))
    assert not list(found("Todo fue bien.", [Kind.UNFINISHED], "es"))


def test_a_region_has_its_languages_table_and_an_unknown_language_none() -> None:
    assert list(found("unfortunately", [Kind.OUTCOME], "en-GB"))
    assert list(found("Leider", [Kind.OUTCOME], "de-AT"))
    assert not list(found("unfortunately", [Kind.OUTCOME], "it"))
    assert (screened("fr-CA"), screened("it")) == (True, False)
