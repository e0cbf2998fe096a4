"""The letters in English, German, French and Spanish: whole, formal, dated, in one language."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from english import english_in
from letters import LANGUAGES, RENDERER, every, golden, letters, path

from worker.catalogue import load_catalogue
from worker.decision import Decision, Outcome
from worker.lint import lint, lint_catalogue
from worker.policy.proofread import visible
from worker.policy.reasons import Told
from worker.render import Company, Renderer

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize(("outcome", "language"), list(every()))
ANA = Decision(
    email="ana@candidates.example",
    name="Ana Pérez",
    first_name="Ana",
    last_name="Pérez",
    job_title="Data Analyst",
    outcome=Outcome.ON_HOLD,
    update_on=date(2027, 1, 1),
)


def hold(language: str, renderer: Renderer = RENDERER, told: Told = Told()) -> str:  # noqa: B008 - a frozen value
    return renderer.render(replace(ANA, language=language), told).text


@EVERY
def test_a_letter_reads_as_it_was_last_agreed_on(outcome: Outcome, language: str) -> None:
    """Write them anew with ``PYTHONPATH=. python tests/letters.py``, and read each."""
    assert golden(outcome, language) == path(outcome, language).read_text("utf-8")


@EVERY
def test_every_branch_of_a_letter_is_in_its_own_language(outcome: Outcome, language: str) -> None:
    for case, letter in letters(outcome, language).items():
        assert (letter.language, letter.warnings) == (language, ()), case
        if language != "en":
            said = f"{letter.subject}\n{letter.text}\n{visible(letter.html)}"
            assert english_in(said, language) == [], case


@EVERY
def test_a_letter_that_confirms_what_was_told_says_so_first(
    outcome: Outcome, language: str
) -> None:
    phone = {"en": "on the phone", "de": "am Telefon", "fr": "au téléphone", "es": "por teléfono"}
    person = {"en": "in person", "de": "persönlich", "fr": "de vive voix", "es": "en persona"}
    of = letters(outcome, language)
    first = of["told on the phone before"].text.splitlines()[2]
    assert phone[language] in first.partition(":")[0].partition(".")[0]
    last = of["told in person before, with no more than is needed"]
    assert person[language] in last.text.splitlines()[2]
    assert person[language] in visible(last.html)
    assert phone[language] not in of["with everything"].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subject_gives_nothing_away(language: str) -> None:
    of_all = {
        letter.subject
        for each, tag in every()
        if tag == language
        for letter in letters(each, tag).values()
    }
    assert len(of_all) == 1


def test_the_linter_has_nothing_to_say() -> None:
    assert lint(RENDERER) == []
    reasons = ROOT / "config/reasons.toml"
    assert lint_catalogue(load_catalogue(reasons), reasons) == []


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_every_approved_sentence_is_there_in_that_language(language: str) -> None:
    for code, tags in load_catalogue(ROOT / "config/reasons.toml").items():
        told = tags[language]
        assert english_in(f"{told.reason} {told.recommendation}", language) == [], code


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("en", "Dear Ana,"),
        ("en-GB", "Dear Ana,"),
        ("de", "Guten Tag Ana Pérez,"),
        ("de-AT", "Guten Tag Ana Pérez,"),
        ("fr", "Bonjour Ana Pérez,"),
        ("es-MX", "Buenos días, Ana Pérez:"),
    ],
)
def test_where_the_address_is_formal_the_greeting_is_by_the_whole_name(
    language: str, greeting: str
) -> None:
    assert hold(language).startswith(f"{greeting}\n")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", "spätestens am Freitag, 1. Januar 2027, auch"),
        ("de-AT", "spätestens am Freitag, 1. Jänner 2027, auch"),
        ("de-CH", "spätestens am Freitag, 1. Januar 2027, auch"),
        ("fr", "au plus tard le vendredi 1er janvier 2027, même"),
        ("fr-CA", "au plus tard le vendredi 1er janvier 2027, même"),
        ("fr-CH", "au plus tard le vendredi 1er janvier 2027, même"),
        ("es", "a más tardar el viernes 1 de enero de 2027, aunque"),
        ("es-MX", "a más tardar el viernes 1 de enero de 2027, aunque"),
        ("en", "by Friday, January 1, 2027, even"),
        ("en-GB", "by Friday, 1 January 2027, even"),
    ],
)
def test_a_date_stands_in_its_sentence_as_that_country_writes_it(
    language: str, written: str
) -> None:
    assert written in hold(language)


@pytest.mark.parametrize(
    ("country", "written"),
    [("CA-ON", "Friday, January 1, 2027"), ("GB", "Friday, 1 January 2027"), ("DE-BY", "Friday")],
)
def test_the_country_of_the_company_writes_the_dates_of_a_bare_language(
    country: str, written: str
) -> None:
    assert written in hold("en", Renderer([ROOT / "templates"], Company("Acme", country=country)))


def test_a_language_without_letters_falls_back_to_the_companys_then_to_english() -> None:
    german = Renderer([ROOT / "templates"], Company("Acme", language="de-AT"))
    letter = german.render(replace(ANA, language="pt"), Told())
    assert letter.language == "de"
    assert letter.warnings == ("no on_hold letter in pt; it is written in de",)
    assert "1. Jänner 2027" in letter.text
    assert hold("pt").startswith("Dear Ana,")


def test_a_template_of_the_operators_may_greet_by_first_name(tmp_path: Path) -> None:
    place = tmp_path / "letters/layout/de/body.txt"
    place.parent.mkdir(parents=True)
    shipped = (ROOT / "templates/letters/layout/de/body.txt").read_text("utf-8")
    place.write_text(
        shipped.replace("Guten Tag {{ greeting_name }},", "Hallo {{ first_name }},"), "utf-8"
    )
    own = Renderer([tmp_path, ROOT / "templates"], Company("Acme GmbH"))
    assert hold("de", own).startswith("Hallo Ana,\n")
