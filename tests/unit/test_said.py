"""Our own sentences in the language of the reader, by ``notices/<tag>/sentences.toml``."""

import re
from pathlib import Path

import pytest
from english import english_in
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import SENTENCES

from worker.decision import Channel, Outcome
from worker.errors import RenderError
from worker.lifecycle import RESTORED, Status
from worker.policy.guards import Why
from worker.render import Company, Renderer
from worker.render.said import read_sentences

SHIPPED = Path(__file__).parents[2] / "templates"
LANGUAGES = ("de", "fr", "es")
#: What sentences are made of, over and over.
PIECES = ("a: ", "; ", '"', " and ", "missing", " is not a date; write it as ", "entry 1", "\n")


def printing(folder: Path) -> Renderer:
    """With a notice that prints a note."""
    for language in ("en", *LANGUAGES):
        place = folder / "notices" / language / "note.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("{{ note | said }}", encoding="utf-8")
    return Renderer([folder, SHIPPED], Company("Acme GmbH"))


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return printing(tmp_path_factory.mktemp("templates"))


def said(notes: Renderer, note: str, language: str) -> str:
    return notes.notice("note.txt", {"note": note}, language).rstrip("\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentence", list(dict.fromkeys(SENTENCES)))
def test_what_people_meet_is_said_in_their_language(
    notes: Renderer, sentence: str, language: str
) -> None:
    written = said(notes, sentence, language)
    assert written != sentence
    assert english_in(written, language) == []


def test_in_english_it_stays_as_it_was_said(notes: Renderer) -> None:
    assert said(notes, "already taken in", "en") == "already taken in"


def test_what_nobody_translated_stays_and_hides_nothing_beside_it(notes: Renderer) -> None:
    assert said(notes, "the moon is full; already taken in", "de") == (
        "the moon is full; schon übernommen"
    )
    assert said(notes, "reason: the moon is full", "de") == "reason: the moon is full"


def test_outcomes_and_states_in_a_sentence_are_said_by_their_words(notes: Renderer) -> None:
    assert said(notes, "missing; on_hold needs update_on", "de") == (
        "fehlt; „zurückgestellt“ braucht update_on"
    )
    told = said(notes, "already taken in, and it is sent: see followup show 3f9c", "es")
    assert told == "ya aceptada, estado: enviada; vea followup show 3f9c"


def test_what_a_stranger_wrote_is_only_printed(notes: Renderer) -> None:
    written = said(notes, "outcome: '{{ 7 * 7 }} {0:said} 1' is not a channel; write email, "
                   "phone or in_person", "de")  # fmt: skip
    assert "{{ 7 * 7 }} {0:said} 1" in written
    assert "ist kein Kanal" in written


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=60).map("".join))
@settings(max_examples=200)
def test_whatever_is_said_it_is_printed_in_time(notes: Renderer, text: str) -> None:
    """The time limit of the test stands for a pattern that would never end."""
    assert said(notes, f"x{text}", "de")


def test_every_sentence_stands_in_every_language() -> None:
    patterns = [
        [each.says for each in read_sentences([SHIPPED], language)] for language in LANGUAGES
    ]
    assert patterns[0] == patterns[1] == patterns[2]


def test_the_operators_sentences_win(tmp_path: Path) -> None:
    notes = printing(tmp_path)
    own_sentences = '[[sentence]]\nsays = "already taken in"\nwrites = "Kennen wir"\n'
    (tmp_path / "notices/de/sentences.toml").write_text(own_sentences, "utf-8")
    assert said(notes, "already taken in", "de") == "Kennen wir"
    assert said(notes, "already taken in", "de-AT") == "Kennen wir"
    assert said(notes, "outcome: missing; fill in outcome", "de").startswith("outcome: fehlt")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("[[sentence]", "sentences.toml"),
        ('[[sentence]]\nsays = "("\nwrites = "x"', "mend the file"),
        ('[[sentence]]\nsays = "x"\nwrites = "{0}"', "has no such group"),
        ('[[sentence]]\nsays = "x"', "'writes'"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(
    tmp_path: Path, written: str, why: str
) -> None:
    notes = printing(tmp_path)
    (tmp_path / "notices/de/sentences.toml").write_text(written, "utf-8")
    with pytest.raises(RenderError, match=re.escape(why)):
        said(notes, "already taken in", "de")


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_there_is_a_word_for_everything_in_the_table(notes: Renderer, language: str) -> None:
    known = notes.words(language)
    assert known["outcomes"].keys() == set(Outcome)
    assert known["whys"].keys() == {*Why, RESTORED}
    assert known["channels"].keys() == set(Channel)
    assert known["statuses"].keys() == {*Status, "duplicate", "refused"}


def test_words_of_a_further_language_may_be_left_to_english(tmp_path: Path) -> None:
    place = tmp_path / "notices/it/stato.txt"
    place.parent.mkdir(parents=True)
    place.write_text('{% import "notices/" ~ language ~ "/words.txt" as words %}'
                     'Stato: {{ words.statuses["sent"] }}', "utf-8")  # fmt: skip
    own_templates = Renderer([tmp_path, SHIPPED], Company("Acme GmbH"))
    assert own_templates.notice("stato.txt", {}, "it") == "Stato: sent\n"
