"""Rows 45 and 46: what a template or a cell may not do to a letter."""

from html import unescape
from pathlib import Path

import pytest
from workplace import row

from faults.handing_in import house, take, taken
from worker.cli import build
from worker.policy.proofread import visible

# 45: templates


PAYLOADS = [
    "{{ 7*7 }}",
    "{{ 7*'7' }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% for i in range(99999) %}x{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.items() }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ '{0.__class__}'.format(company) }}",
    "{{ '{0.__class__.__init__.__globals__}'|attr('format')(company) }}",
    "{{ '{a.__class__}'.format_map({'a': company}) }}",
    "{{ namespace.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{{ 'x' * 1000000000 }}",
    "{{ 2 ** 99999999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ 'x'.rjust(1000000000) }}",
    "{{ ['x']|map('center', 1000000000)|list }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ company.links.append(1) }}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{# comment #}",
    "{{ name.__class__ }}",
    "{% import 'os' as os %}",
]
FREE = ("reason", "recommendation")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("column", ["first_name", "job_title", "reason"])
def test_row_45_a_template_in_the_data_is_never_run(
    tmp_path: Path, column: str, payload: str
) -> None:
    (answer,) = taken(tmp_path, row(1, **{column: payload}))
    if answer.judged is None:
        assert answer.verdict.status == "refused"
        return
    made = answer.judged.rendered
    assert made is not None
    assert " ".join(payload.split()) in " ".join(made.text.split())
    assert " ".join(payload.split()) in visible(made.html) or payload in unescape(made.html)
    assert "49" not in made.text


IN_TEMPLATES = [each for each in PAYLOADS if each.startswith("{") and "7*" not in each]


@pytest.mark.parametrize("payload", sorted({*IN_TEMPLATES} - {"{# comment #}"}))
def test_row_45_a_template_that_breaks_out_or_grows_makes_no_letter(
    tmp_path: Path, payload: str
) -> None:
    own = tmp_path / "own" / "letters" / "rejected" / "en"
    own.mkdir(parents=True)
    shipped = build.SHIPPED / "templates" / "letters" / "rejected" / "en"
    for file in shipped.iterdir():
        (own / file.name).write_text(file.read_text())
    (own / "body.txt").write_text(f"Dear {{{{ greeting_name }}}},\n{payload}\n")
    (answer,) = taken(tmp_path, row(1), FOLLOWUP_TEMPLATES_FOLDER=str(tmp_path / "own"))
    assert answer.verdict.status == "refused"
    assert "body.txt" in (answer.verdict.problem or "")


# 46: fields


@pytest.mark.parametrize("value", ["", "  ", "nan", "NaN", "None", "null", "N/A", "#N/A", "-"])
@pytest.mark.parametrize("column", ["first_name", "job_title", "email", "reason"])
def test_row_46_a_missing_field_or_the_word_for_one_makes_no_letter(
    tmp_path: Path, column: str, value: str
) -> None:
    (answer,) = taken(tmp_path, row(1, **{column: value}))
    assert answer.verdict.status == "refused"
    assert column.replace("first_", "") in (answer.verdict.problem or "")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ben Öztürk2 had more experience with Kubernetes.", "Ben Öztürk2"),
        ("Write to c2@candidates.example, who got it.", "c2@candidates.example"),
    ],
)
@pytest.mark.parametrize("column", FREE)
def test_row_46_a_letter_that_names_another_candidate_waits_for_a_person(
    tmp_path: Path, column: str, text: str, who: str
) -> None:
    ben = row(2, first_name="Ben", last_name="Öztürk2")
    ana = row(1, **{column: text})
    for order, rows in {"before": [ana, ben], "after": [ben, ana]}.items():
        answers = {each.row.fields["email"]: each for each in taken(tmp_path / order, *rows)}
        verdict = answers["c1@candidates.example"].verdict
        assert verdict.status == "held", verdict
        assert f"names another candidate: {who}" in (verdict.problem or "")
        assert answers["c2@candidates.example"].verdict.status != "held"


def test_row_46_who_is_named_may_have_come_with_an_earlier_file(tmp_path: Path) -> None:
    ben = row(2, first_name="Ben", last_name="Öztürk")
    ana = row(1, reason="Ben Öztürk had more experience.")
    with house(tmp_path) as (given, store):
        take(given, store, [ben])
        (answer,) = take(given, store, [ana])
        (other,) = take(given, store, [row(3, job_title="Designer", reason=ana["reason"])])
    assert answer.verdict.status == "held"
    assert answer.judged is not None
    assert answer.judged.sealed.waits == ("reason",)
    assert other.verdict.status == "queued"


def test_row_46_the_guard_of_words_can_be_switched_off(tmp_path: Path) -> None:
    rows = [row(2, first_name="Ben", last_name="Öz"), row(1, reason="Ben Öz had more of it.")]
    answers = taken(tmp_path, *rows, FOLLOWUP_GUARDS__WORDS="false")
    assert [each.verdict.status for each in answers] == ["queued", "queued"]
