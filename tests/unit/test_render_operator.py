"""The operator's own templates: they win file by file, and their mistakes are told with place."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.decision import Decision, Outcome
from worker.errors import RenderError
from worker.policy.reasons import Told
from worker.render import Company, Renderer

SHIPPED = Path(__file__).parents[2] / "templates"
ACME = Company("Acme GmbH", hr_address="hr@acme.example")
ANA = Decision(
    email="ana@candidates.example",
    name="Ana Pérez",
    job_title="Data Analyst",
    outcome=Outcome.REJECTED,
)
TOLD = Told("We were looking for Kubernetes.", "Collect metrics.")


def own(folder: Path, text: str, name: str = "letters/rejected/en/body.txt") -> Renderer:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return Renderer([folder, SHIPPED], ACME)


def refusal(renderer: Renderer) -> str:
    with pytest.raises(RenderError) as refused:
        renderer.render(ANA, TOLD)
    return str(refused.value)


def test_an_operators_file_wins_and_the_other_files_stay_shipped(tmp_path: Path) -> None:
    letter = own(tmp_path, "Hello {{ greeting_name }}, no.").render(ANA, TOLD)
    assert letter.text == "Hello Ana Pérez, no.\n"
    assert letter.subject == "Your application for Data Analyst at Acme GmbH"
    assert "we have not selected you" in letter.html


def test_an_operator_may_change_one_block_of_a_shipped_letter(tmp_path: Path) -> None:
    changed = (
        '{% extends "shipped/letters/rejected/en/body.txt" %}'
        "{% block farewell %}Farewell, {{ name }}.{% endblock %}"
    )
    text = own(tmp_path, changed).render(ANA, TOLD).text
    assert "Farewell, Ana Pérez." in text
    assert "We were looking for Kubernetes." in text
    assert "good luck" not in text


def test_a_language_counts_only_when_all_three_files_are_there(tmp_path: Path) -> None:
    italian = replace(ANA, language="it")
    partly = own(tmp_path, "Salve {{ name }}", "letters/rejected/it/body.txt")
    assert partly.render(italian, TOLD).language == "en"
    own(tmp_path, "La sua candidatura", "letters/rejected/it/subject.txt")
    whole = own(tmp_path, '<html lang="it">Salve {{ name }}', "letters/rejected/it/body.html")
    letter = whole.render(italian, TOLD)
    assert (letter.language, letter.warnings) == ("it", ())
    assert letter.text == "Salve Ana Pérez\n"


def test_without_any_letter_the_refusal_says_where_it_was_looked_for(tmp_path: Path) -> None:
    complaint = refusal(Renderer([tmp_path], ACME))
    assert "no folder in en with all of subject.txt, body.txt, body.html" in complaint
    assert str(tmp_path) in complaint


def test_every_letter_is_listed_once_with_the_folder_that_wins(tmp_path: Path) -> None:
    listed = own(tmp_path, "Hello {{ name }}").templates()
    assert (Outcome.REJECTED, "en", tmp_path / "letters/rejected/en") in listed
    assert (Outcome.OFFER, "en", SHIPPED / "letters/offer/en") in listed
    assert len(listed) == 5 * 4


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("{{ name }}\n{{ nmae }}", "body.txt, line 2: 'nmae' is undefined"),
        ("{{ name }}\n\n{{ stage }}", "body.txt, line 3: stage is not given here"),
        ("{{ name }}\n{{ company.careers_url }}", "line 2: company.careers_url is not given here"),
        ("{{ name }}\n{{ company.fax }}", "line 2: 'dict object' has no attribute 'fax'"),
        ("{{ name }}\n{{ '' }}", "line 2: '' would be printed here"),
        (
            "{{ name }}\n{{ name | replace(name, 'nan') | float }}",
            "line 2: nan would be printed here",
        ),
        ("{{ name }}\n{% if %}", "body.txt, line 2: Expected an expression"),
        ("{{ name }}\n{{ 'x' * 100000000 }}", "line 2: * is for small numbers only"),
        ("{{ name }}\n{{ 9 ** 999999 }}", "line 2: ** is for small numbers only"),
        ("{{ name }}\n{{ '%1000000000d' % 1 }}", "line 2: % is for small numbers only"),
        ("{{ name }}\n{{ name.__class__ }}", "line 2: access to attribute '__class__'"),
        ("{{ name }}\n{{ 1 / 0 }}", "line 2: division by zero"),
        ('{% extends "letters/nowhere.txt" %}', "letters/nowhere.txt does not exist"),
        ("Hello, whoever you are.", "does not greet 'Ana Pérez'"),
        ("{{ name }} [NAME]", "'[NAME]' is left in the text part"),
        ("  \n", "the text part is empty"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, written: str, complaint: str) -> None:
    assert complaint in refusal(own(tmp_path, written))


def test_a_subject_of_two_lines_is_refused(tmp_path: Path) -> None:
    two = own(tmp_path, "Hello\nthere", "letters/rejected/en/subject.txt")
    assert "the subject has more than one line" in refusal(two)


def test_multiplying_numbers_is_allowed(tmp_path: Path) -> None:
    assert "6" in own(tmp_path, "{{ name }} {{ 2 * 3 }}").render(ANA, TOLD).text


def test_an_address_written_in_a_template_is_expected(tmp_path: Path) -> None:
    written = own(tmp_path, "{{ name }}, our privacy office is privacy@acme.example.")
    assert "privacy@acme.example" in written.render(ANA, TOLD).text


def test_a_template_that_is_not_utf8_is_refused_by_name(tmp_path: Path) -> None:
    own(tmp_path, "x")
    (tmp_path / "letters/rejected/en/body.txt").write_bytes("Grüße {{ name }}".encode("latin-1"))
    assert "letters/rejected/en/body.txt" in refusal(Renderer([tmp_path, SHIPPED], ACME))


def test_a_notice_can_write_a_moment_in_a_zone(tmp_path: Path) -> None:
    renderer = own(tmp_path, "{{ at | moment(zone) }}", "notices/en/when.txt")
    values = {"at": datetime(2027, 1, 4, 9, 30, tzinfo=UTC), "zone": "Europe/Berlin"}
    assert renderer.notice("when.txt", values) == (
        "Monday, January 4, 2027, 10:30 (Europe/Berlin)\n"
    )
