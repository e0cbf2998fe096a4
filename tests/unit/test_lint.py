"""The linter finds what would embarrass, and leaves the shipped letters alone."""

from pathlib import Path
from typing import Any

import pytest
from tables import cases

from worker.lint import Finding, lint
from worker.render import Company, Renderer

SHIPPED = Path(__file__).parents[2] / "templates"
ACME = Company("Acme GmbH", careers_url="https://acme.example/careers")
REJECTED = "letters/rejected/en"


def findings(folder: Path, name: str, text: str, company: Company = ACME) -> list[Finding]:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return lint(Renderer([folder, english(folder / "shipped")], company))


def english(folder: Path) -> Path:
    """The shipped letters in one language: what is looked at here is the same in all of them."""
    for letter in (SHIPPED / "letters").iterdir():
        (folder / "letters" / letter.name).mkdir(parents=True)
        for part in letter.iterdir():
            if part.name == "en" or letter.name == "layout":
                (folder / "letters" / letter.name / part.name).symlink_to(part)
    return folder


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def instead(old: str, new: str, name: str = f"{REJECTED}/body.txt") -> str:
    assert old in shipped(name)
    return shipped(name).replace(old, new)


@pytest.mark.parametrize("company", [ACME, Company("Acme GmbH")])
def test_the_shipped_letters_have_no_findings(company: Company) -> None:
    assert lint(Renderer([SHIPPED], company)) == []


def test_a_missing_block_is_found(tmp_path: Path) -> None:
    without = instead("{% block reason %}", "{% block cause %}")
    (finding,) = findings(tmp_path, f"{REJECTED}/body.txt", without)
    assert finding.rule == "block"
    assert finding.message == "block reason is missing"
    assert finding.template == f"{REJECTED}/body.txt"


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_an_empty_block_is_found_in_either_part(tmp_path: Path, suffix: str) -> None:
    name = f"{REJECTED}/body.{suffix}"
    emptied = f'{{% extends "shipped/{name}" %}}{{% block recommendation %}} {{% endblock %}}'
    (finding,) = findings(tmp_path, name, emptied)
    assert (finding.template, finding.message) == (name, "block recommendation is empty")


def test_a_block_that_the_layout_never_prints_is_found(tmp_path: Path) -> None:
    outside = (
        "Dear {{ name }}, {% if false %}{% block next_update %}By and by.{% endblock %}{% endif %}"
    )
    (finding,) = findings(tmp_path, "letters/on_hold/en/body.txt", outside)
    assert finding.message == "block next_update is not printed by the layout"


def test_an_unknown_variable_is_found_with_its_line_even_where_it_is_not_reached(
    tmp_path: Path,
) -> None:
    text = shipped(f"{REJECTED}/body.txt") + "\n{% if first_nam %}x{% endif %}\n"
    unknown = findings(tmp_path, f"{REJECTED}/body.txt", text)
    assert ("unknown-variable", text.count("\n")) in [(f.rule, f.line) for f in unknown]
    assert "first_name" in unknown[0].mend


def test_a_syntax_error_is_a_finding_with_its_line(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, f"{REJECTED}/body.txt", "Dear {{ name }}\n{% endif %}")
    assert (finding.rule, finding.line) == ("broken", 2)


@pytest.mark.parametrize("left", ["[NAME]", "TODO", "XXX", "Lorem ipsum", "TBD"])
def test_what_the_writer_left_behind_is_found(tmp_path: Path, left: str) -> None:
    text = instead("We wish you good luck", f"{left} We wish you good luck")
    assert left in findings(tmp_path, f"{REJECTED}/body.txt", text)[0].message


@pytest.mark.parametrize(
    "subject", ["Unfortunately", "Your offer from {{ company.name }}", "News of your next round"]
)
def test_an_outcome_in_the_subject_is_found(tmp_path: Path, subject: str) -> None:
    (finding,) = findings(tmp_path, f"{REJECTED}/subject.txt", subject)
    assert "lock screen" in finding.message


@pytest.mark.parametrize(
    "sentence",
    [
        "We will keep your resume on file.",
        "We'd like to keep your CV and your details on file for a year.",
        "Your application stays on record with us.",
        "Other candidates were closer to what we need.",
        "We will consider you for other positions.",
    ],
)
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_what_no_letter_should_say_is_found_in_either_part(
    tmp_path: Path, sentence: str, suffix: str
) -> None:
    name = f"{REJECTED}/body.{suffix}"
    text = instead("We wish you good luck", f"{sentence} We wish you good luck", name)
    (finding,) = findings(tmp_path, name, text)
    assert (finding.rule, finding.template) == ("wording", name)


@pytest.mark.parametrize(
    "remote",
    [
        '<img src="https://x.example/p.gif">',
        "<img alt='' src=//x.example/p.gif>",
        "<style>@import 'x.css';</style>",
        '<script src="x.js"></script>',
        '<link rel="stylesheet" href="x.css">',
        "<p style=\"background: url('https://x.example/p.png')\">x</p>",
    ],
)
def test_html_that_fetches_something_is_found_with_its_line(tmp_path: Path, remote: str) -> None:
    text = shipped("letters/layout/body.html").replace("<body>", f"<body>\n{remote}")
    found = findings(tmp_path, "letters/layout/body.html", text)
    line = text[: text.index(remote)].count("\n") + 1
    assert [(f.rule, f.line) for f in found] == [("remote-content", line)]


def test_a_link_for_people_is_not_remote_content(tmp_path: Path) -> None:
    text = instead("We wish", '<a href="https://x.example">Us</a> We wish', f"{REJECTED}/body.html")
    assert findings(tmp_path, f"{REJECTED}/body.html", text) == []


def test_html_without_a_language_is_found(tmp_path: Path) -> None:
    text = instead('<html lang="{{ language }}">', "<html>", "letters/layout/body.html")
    found = findings(tmp_path, "letters/layout/body.html", text)
    assert {finding.rule for finding in found} == {"language"}


def test_a_language_of_which_a_file_is_missing_is_found(tmp_path: Path) -> None:
    found = findings(tmp_path, "letters/offer/it/body.txt", "Salve {{ name }}")
    assert [f.template for f in found] == [
        "letters/offer/it/subject.txt",
        "letters/offer/it/body.html",
    ]


def test_a_language_that_nobody_here_reads_is_told_and_is_no_problem(tmp_path: Path) -> None:
    for name in ("subject.txt", "body.html"):
        place = tmp_path / f"letters/thank_you/it/{name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f'{{% extends "letters/thank_you/en/{name}" %}}', encoding="utf-8")
    text = '{% extends "letters/thank_you/en/body.txt" %}'
    (finding,) = findings(tmp_path, "letters/thank_you/it/body.txt", text)
    assert (finding.rule, finding.note) == ("unscreened", True)
    assert "it" in finding.message


@cases("lint")
def test_each_language_is_read_by_its_own_table(case: dict[str, Any], tmp_path: Path) -> None:
    company = Company("Acme GmbH", country=case["country"])
    name = f"letters/{case['outcome']}/{case['language']}/{case.get('file', 'body.txt')}"
    signed = (
        f'{{% extends "shipped/{name}" %}}{{% block signature %}}{case["writes"]}{{% endblock %}}'
    )
    text = signed if name.endswith("body.txt") else case["writes"]
    found = [each for each in one_letter(tmp_path, name, text, company) if each.rule == "wording"]
    assert [each.message for each in found] == case["finds"]


def one_letter(folder: Path, name: str, text: str, company: Company) -> list[Finding]:
    """What is found in this one letter, beside the others of its folder."""
    shipped_as = folder / "only" / Path(name).parent
    shipped_as.parent.mkdir(parents=True)
    shipped_as.symlink_to(SHIPPED / Path(name).parent)
    (folder / "only/letters/layout").symlink_to(SHIPPED / "letters/layout")
    place = folder / "own" / name
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    return lint(Renderer([folder / "own", folder / "only"], company))
