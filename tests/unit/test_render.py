"""The shipped letters, and what makes a letter unfit to be sent."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.decision import Decision, Outcome
from worker.errors import RenderError
from worker.policy.proofread import visible
from worker.policy.reasons import Told
from worker.render import MAILED, Company, Renderer

SHIPPED = Path(__file__).parents[2] / "templates"
ACME = Company(
    "Acme GmbH",
    careers_url="https://acme.example/careers",
    links={"LinkedIn": "https://linkedin.example/acme"},
    hr_address="hr@acme.example",
)
ANA = Decision(
    email="ana@candidates.example",
    name="Ana Pérez",
    job_title="Data Analyst",
    outcome=Outcome.REJECTED,
)
TOLD = Told("We were looking for Kubernetes in production.", "Collect success metrics.")
LETTERS = Renderer([SHIPPED], ACME)


def told(decision: Decision, reasons: Told = Told()) -> str:  # noqa: B008 - a frozen value
    return LETTERS.render(decision, reasons).text


def refusal(decision: Decision, reasons: Told = TOLD) -> str:
    with pytest.raises(RenderError) as refused:
        LETTERS.render(decision, reasons)
    return str(refused.value)


def test_a_rejected_letter_has_its_four_parts_in_text_and_in_html() -> None:
    letter = LETTERS.render(ANA, TOLD)
    for seen in (letter.text, visible(letter.html)):
        assert "we have not selected you" in seen
        assert "We were looking for Kubernetes in production." in seen
        assert "Collect success metrics." in seen
        assert "We wish you good luck" in seen
    assert "https://acme.example/careers" in letter.text
    assert 'href="https://linkedin.example/acme"' in letter.html


def test_without_reasons_the_letter_says_kindly_that_none_are_given_in_writing() -> None:
    text = told(ANA)
    assert "We do not give individual reasons in writing." in text
    assert "A suggestion" not in text


def test_only_the_links_that_are_configured_are_offered() -> None:
    letter = Renderer([SHIPPED], Company("Acme GmbH")).render(ANA, TOLD)
    assert "good luck" in letter.text
    assert "stay in touch" not in letter.text
    assert "<ul" not in letter.html


def test_the_first_name_greets_only_when_it_was_given_as_such() -> None:
    assert told(ANA).startswith("Dear Ana Pérez,\n")
    assert told(replace(ANA, first_name="Ana", last_name="Pérez")).startswith("Dear Ana,\n")


@pytest.mark.parametrize("outcome", MAILED)
def test_every_subject_is_the_same_one_line_whatever_the_outcome(outcome: Outcome) -> None:
    subject = LETTERS.sample(outcome, "en").subject
    assert subject == "Your application for Data Analyst at Acme GmbH"


@pytest.mark.parametrize("outcome", MAILED)
def test_every_letter_is_signed_and_gives_a_person_to_write_to(outcome: Outcome) -> None:
    letter = LETTERS.sample(outcome, "en")
    assert "Lena Hoffmann\nAcme GmbH" in letter.text
    assert "lena.hoffmann@example.com" in letter.text
    assert "lena.hoffmann@example.com" in letter.html


@pytest.mark.parametrize("outcome", MAILED)
def test_the_html_fetches_nothing_and_keeps_its_dark_and_narrow_styles(outcome: Outcome) -> None:
    html = LETTERS.sample(outcome, "en").html
    assert '<html lang="en">' in html
    assert "prefers-color-scheme: dark" in html
    assert 'class="letter" style="' in html
    assert not any(remote in html for remote in ("<img", "<script", "<link", "@import", "url("))


def test_an_advanced_letter_gives_the_step_and_its_day() -> None:
    step = replace(ANA, outcome=Outcome.ADVANCED, next_step="A call with the team lead")
    dated = told(replace(step, next_step_on=date(2027, 1, 15)))
    assert "Congratulations" in dated
    assert "A call with the team lead" in dated
    assert "Friday, January 15, 2027" in dated
    later = told(replace(step, update_on=date(2027, 1, 20)))
    assert "You will hear from us again by Wednesday, January 20, 2027." in later


def test_an_offer_names_its_conditions_its_last_day_and_the_formal_letter() -> None:
    offer = replace(ANA, outcome=Outcome.OFFER, expires_on=date(2027, 1, 31))
    text = told(replace(offer, conditions="two references", start_on=date(2027, 3, 1)))
    assert "This offer is subject to:\ntwo references" in text
    assert "open until Sunday, January 31, 2027" in text
    assert "starting on Monday, March 1, 2027" in text
    assert "The formal offer letter follows" in text
    assert "subject to:\nthe terms of the formal offer letter" in told(offer)


def test_a_letter_on_hold_promises_a_dated_update_and_leaves_the_candidate_free() -> None:
    text = told(replace(ANA, outcome=Outcome.ON_HOLD, update_on=date(2027, 1, 20)))
    assert "by Wednesday, January 20, 2027" in text
    assert "free to ask us" in text


def test_dates_follow_the_region_of_the_reader_or_of_the_company() -> None:
    hold = replace(ANA, outcome=Outcome.ON_HOLD, update_on=date(2027, 1, 20))
    assert "Wednesday, 20 January 2027" in told(replace(hold, language="en-GB"))
    german = Renderer([SHIPPED], Company("Acme GmbH", country="DE"))
    assert "Wednesday, 20 January 2027" in german.render(hold, Told()).text


def test_a_region_that_nobody_knows_does_not_stop_a_date() -> None:
    hold = replace(ANA, outcome=Outcome.ON_HOLD, update_on=date(2027, 1, 20))
    nowhere = Renderer([SHIPPED], Company("Acme GmbH", country="XX"))
    assert "Wednesday, January 20, 2027" in nowhere.render(hold, Told()).text


def test_a_company_needs_a_name() -> None:
    with pytest.raises(ValueError, match=r"company\.name is empty"):
        Company(" ")


def test_a_language_without_letters_falls_back_and_says_so() -> None:
    letter = LETTERS.render(replace(ANA, language="pt-BR"), TOLD)
    assert letter.language == "en"
    assert letter.warnings == ("no rejected letter in pt-BR; it is written in en",)


def test_a_region_without_letters_of_its_own_is_no_reason_to_warn() -> None:
    assert LETTERS.render(replace(ANA, language="en-GB"), TOLD).warnings == ()
    assert LETTERS.languages(replace(ANA, language="en-GB")) == ("en-GB", "en")


def test_sentences_are_looked_up_only_in_the_language_of_the_letter() -> None:
    assert LETTERS.languages(replace(ANA, language="pt-BR")) == ("en",)


def test_withdrawn_has_no_letter() -> None:
    assert "recorded only" in refusal(replace(ANA, outcome=Outcome.WITHDRAWN))


def test_what_a_candidate_wrote_is_never_run() -> None:
    assert "49" not in refusal(replace(ANA, name="{{ 7*7 }}"))


def test_what_a_candidate_wrote_is_escaped_in_html_and_plain_in_text() -> None:
    letter = LETTERS.render(replace(ANA, name="Ana <b>O'Neil</b> & Co"), TOLD)
    assert "Dear Ana <b>O'Neil</b> & Co," in letter.text
    assert "<b>" not in letter.html
    assert "&lt;b&gt;" in letter.html


@pytest.mark.parametrize("empty", ["nan", "None", "null", "#N/A", "#REF!"])
def test_what_a_program_writes_into_empty_cells_is_no_name(empty: str) -> None:
    assert "stands for an empty cell" in refusal(replace(ANA, first_name=empty))


@pytest.mark.parametrize("name", ["Nan Goldin", "Nan", "Null", "Ana \u200dPérez", "李小龙", "Þóra"])
def test_unusual_names_are_names(name: str) -> None:
    assert told(replace(ANA, name=name)).startswith(f"Dear {name},")


@pytest.mark.parametrize("mark", ["\n", "\r", "\x00", "\x1b", "\u202e", "\u2028", "\ud800"])
def test_control_characters_in_a_name_are_refused(mark: str) -> None:
    assert "control character" in refusal(replace(ANA, name=f"Ana{mark}Pérez"))


def test_line_breaks_in_a_sentence_become_blanks() -> None:
    assert "first line second line" in told(ANA, Told("first line\r\n second line", "x."))


@pytest.mark.parametrize("left", ["[NAME]", "[Your Name]", "<job title>", "[Insert date]", "{{ x"])
def test_a_placeholder_that_was_left_is_refused(left: str) -> None:
    assert "is left in the text part" in refusal(ANA, Told(f"Dear {left}, no.", "Try."))


@pytest.mark.parametrize("title", ["Engineer [Remote]", "Analyst [m/f/d]", "None of the above"])
def test_brackets_that_are_no_placeholders_are_left_alone(title: str) -> None:
    assert title in told(replace(ANA, job_title=title))


def test_an_address_of_somebody_else_stops_the_letter() -> None:
    shifted = replace(ANA, job_title="bob@candidates.example")
    assert "bob@candidates.example is not the candidate's address" in refusal(shifted)


def test_an_address_that_hr_wrote_into_a_sentence_is_welcome() -> None:
    step = "Write to lab@acme.example."
    advanced = replace(ANA, outcome=Outcome.ADVANCED, next_step=step, update_on=date(2027, 1, 9))
    assert step in told(advanced)


def test_a_profile_that_looks_like_an_address_is_a_link_of_ours() -> None:
    profile = {"Mastodon": "https://social.example/@acme@mastodon.example"}
    letter = Renderer([SHIPPED], Company("Acme GmbH", links=profile)).render(ANA, TOLD)
    assert profile["Mastodon"] in letter.text


def test_a_letter_longer_than_any_letter_is_refused() -> None:
    assert "a letter has at most" in refusal(ANA, Told("very " * 20_000, "Try."))


@pytest.mark.parametrize(
    "url", ["acme.example", "javascript:alert(1)", "ftp://x.example", "http://"]
)
def test_a_company_links_only_to_the_web(url: str) -> None:
    with pytest.raises(ValueError, match=r"company\.careers_url"):
        Company("Acme", careers_url=url)
    with pytest.raises(ValueError, match=r"company\.links\.Blog"):
        Company("Acme", links={"Blog": url})


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_any_name_is_either_refused_or_greeted_as_it_is(name: str, title: str) -> None:
    try:
        letter = LETTERS.render(replace(ANA, name=name, job_title=title), TOLD)
    except RenderError:
        return
    assert f"Dear {name.strip()}," in letter.text
    assert "\n" not in letter.subject
