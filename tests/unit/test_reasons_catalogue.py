"""The catalogue of approved reasons, as it is read and as it is shipped."""

from pathlib import Path

import pytest

from worker.catalogue import load_catalogue
from worker.errors import SettingsError
from worker.lint import lint_catalogue
from worker.policy.reasons import Approved, touches

SHIPPED = Path(__file__).parents[2] / "config/reasons.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "reasons.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_catalogue_is_whole_and_says_nothing_it_should_not() -> None:
    catalogue = load_catalogue(SHIPPED)
    assert len(catalogue) >= 10
    assert all("en" in languages for languages in catalogue.values())
    assert lint_catalogue(catalogue, SHIPPED) == []


def test_no_approved_sentence_would_be_held_where_a_person_writes_it_freely() -> None:
    sentences = [
        sentence
        for languages in load_catalogue(SHIPPED).values()
        for approved in languages.values()
        for sentence in (approved.reason, approved.recommendation)
    ]
    assert {each: touches(each) for each in sentences if touches(each)} == {}


def test_sentences_are_read_by_code_and_language(tmp_path: Path) -> None:
    path = written(tmp_path, '[X.en]\nreason = "Why."\nrecommendation = """\nTry\n  this."""\n')
    assert load_catalogue(path) == {"X": {"en": Approved("Why.", "Try this.")}}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[X.en]\nreason = "Why."', "[X.en]: recommendation is missing"),
        ('[X.en]\nreason = " "\nrecommendation = "Try."', "[X.en]: reason is missing"),
        ('[X]\nen = "Why."', "[X.en]: is no table"),
        ('X = "Why."', "X: write its sentences under a language, as in [X.en]"),
        ('[X.en]\nreason = "W."\nrecommendation = "T."\nwhy = "?"', "[X.en]: why is not known"),
        ("[X.en", "can't be read as TOML"),
    ],
)
def test_a_wrong_catalogue_names_file_code_and_language(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as wrong:
        load_catalogue(path)
    assert str(path) in wrong.value.problems[0]
    assert complaint in wrong.value.problems[0]


def test_a_missing_catalogue_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"set reasons\.policy to none"):
        load_catalogue(tmp_path / "nowhere.toml")


def test_an_approved_sentence_that_compares_is_found() -> None:
    compares = {"X": {"en": Approved("Another candidate was better.", "Try.")}}
    (finding,) = lint_catalogue(compares, Path("reasons.toml"))
    assert "[X.en]" in finding.message


def test_a_sentence_is_read_by_the_table_of_its_own_language() -> None:
    mixed = {"X": {"de": Approved("Sie sind überqualifiziert.", "Üben."),
                   "en": Approved("Our product is called Absage.", "Try.")}}  # fmt: skip
    (finding,) = lint_catalogue(mixed, Path("reasons.toml"))
    assert "[X.de]" in finding.message
    assert "überqualifiziert" in finding.message


def test_a_sentence_in_a_language_that_nobody_here_reads_is_noted_once() -> None:
    italian = {"X": {"it": Approved("Perché.", "Provi.")}, "Y": {"it": Approved("Ma.", "Sì.")}}
    (finding,) = lint_catalogue(italian, Path("reasons.toml"))
    assert (finding.rule, finding.note) == ("unscreened", True)
