"""Rows that can't be read, and what the user is told; the other rows go on."""

import pytest

from worker.columns import words
from worker.intake import Row
from worker.intake.sheets import SheetRules, sheet_from_bytes

WORDS = words()
HEADER = "email,name,job_title,outcome,reason\n"
LONG = "the row has 6 cells and the header 5; put a cell that holds a comma between quotation marks"

ROWS = {
    "too many cells": (
        "a@x.example,Ana,Analyst,rejected,good, but\n",
        LONG + ", and keep the comma of every empty cell",
    ),
    "too few cells": (
        "a@x.example,Ana,Analyst\n",
        LONG.replace("6", "3") + ", and keep the comma of every empty cell",
    ),
    "a NUL": (
        "a@x.example,A\0na,Analyst,rejected,\n",
        "name: has the control character U+0000 in it; type the cell again",
    ),
    "two control characters": (
        "a@x.example,A\x07na,Analyst\x1b,rejected,\n",
        (
            "name: has the control character U+0007 in it; type the cell again; job_title: "
            "has the control character U+001B in it; type the cell again"
        ),
    ),
    "a line break in a name": (
        'a@x.example,"Ana\nPérez",Analyst,rejected,\n',
        "name: has a line break in it; write it in one line",
    ),
    "a letter lost": (
        "a@x.example,Jos\ufffd,Analyst,rejected,\n",
        "name: a letter was lost when the file was saved ('Jos\ufffd'); type the cell again",
    ),
    "an encoding mistaken before": (
        "a@x.example,JosÃ©,Analyst,rejected,\n",
        "name: 'JosÃ©' was damaged when the file was saved (is it 'José'?); type it again",
    ),
    "two rows that stray quotation marks made one": (
        'a@x.example,Ana,Analyst,rejected,"good\nb@x.example,Ben,Analyst,rejected,bad"\n',
        (
            "cell 5 has several lines and may have swallowed the next row: mend its quotation "
            "marks, or write it in one line"
        ),
    ),
}


def judged(text: str, header: str = HEADER) -> list[Row]:
    sheet = sheet_from_bytes("d.csv", (header + text).encode(), WORDS, SheetRules())
    return list(sheet.rows())


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cant_be_read_says_why_and_the_others_go_on(case: str) -> None:
    text, message = ROWS[case]
    bad, good = judged(text + "z@x.example,Zoë,Analyst,rejected,kind words\n")
    assert bad.problem == message
    assert bad.fields == {}
    assert "".join(bad.cells)
    assert good.problem is None
    assert good.fields["email"] == "z@x.example"


@pytest.mark.parametrize("text", ["4.2E+11", "4,2E+11", "1e+05", "12E5"])
def test_a_number_that_a_spreadsheet_shortened_is_nobodys_identity(text: str) -> None:
    header = "email;name;job_title;outcome;application_id\n"
    (row,) = judged(f"a@x.example;Ana;Analyst;rejected;{text}\n", header)
    assert row.problem == (
        f"application_id: {text!r} is a number that a spreadsheet shortened; make it text and type "
        "it again"
    )


def test_leading_zeros_of_an_identity_stay() -> None:
    header = "email,name,job_title,outcome,application_id\n"
    (row,) = judged("a@x.example,Ana,Analyst,rejected,000420\n", header)
    assert row.fields["application_id"] == "000420"


def test_empty_cells_behind_the_last_column_do_no_harm() -> None:
    (row,) = judged("a@x.example,Ana,Analyst,rejected,,,, \n")
    assert row.problem is None
    assert len(row.cells) == 5


def test_damage_in_a_column_that_is_ignored_does_no_harm() -> None:
    (row,) = judged(
        "a@x.example,Ana,Analyst,rejected,\x07JosÃ©\ufffd\n", HEADER.replace("reason", "note")
    )
    assert row.problem is None


def test_a_reason_of_several_lines_is_no_swallowed_row() -> None:
    (row,) = judged('a@x.example,Ana,Analyst,rejected,"Good talk, thanks.\nMore Go, please."\n')
    assert row.problem is None
    assert row.fields["reason"] == "Good talk, thanks.\nMore Go, please."


def test_two_addresses_in_one_cell_stay_one_cell_for_the_row_to_be_judged() -> None:
    (row,) = judged('"a@x.example, b@x.example",Ana,Analyst,rejected,\n')
    assert row.fields["email"] == "a@x.example, b@x.example"
