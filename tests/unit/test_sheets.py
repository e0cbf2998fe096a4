"""Text files in every encoding, delimiter and newline give the same rows."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from worker.columns import words
from worker.intake import Row
from worker.intake.sheets import Sheet, SheetRules, open_sheet, sheet_from_bytes

WORDS = words()
HEADER = ("email", "name", "job_title", "outcome", "reason")
ANA = ("ana@example.org", "Ana Pérez", "Data Analyst", "rejected", 'We looked for "Go", not C')
ZOE = ("zoe@example.org", "Zoë Müller", "Ingénieure; senior | lead", "on hold", "Tab\tand\nline")


def sheet(content: bytes, name: str = "decisions.csv", rules: SheetRules | None = None) -> Sheet:
    return sheet_from_bytes(name, content, WORDS, rules or SheetRules())


def rows(content: bytes, name: str = "decisions.csv") -> list[Row]:
    return list(sheet(content, name).rows())


def written(delimiter: str, newline: str) -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [delimiter.join(map(quoted, cells)) for cells in (HEADER, ANA, ZOE)]
    return newline.join(lines) + newline


@pytest.mark.parametrize(
    ("encoding", "delimiter", "newline"),
    [*itertools.product(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"],
        [",", ";", "\t", "|"],
        ["\n", "\r\n", "\r"],
    )],
)  # fmt: skip
def test_every_encoding_delimiter_and_newline_gives_the_same_rows(
    encoding: str, delimiter: str, newline: str
) -> None:
    content = written(delimiter, newline).encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    read = sheet(content)
    assert [row.cells for row in read.rows()] == [ANA, ZOE]
    assert [row.number for row in read.rows()] == [2, 3]
    assert [row.problem for row in read.rows()] == [None, None]
    assert read.header == HEADER
    assert read.columns == HEADER
    assert read.delimiter == delimiter
    assert read.row_count == 2
    assert bool(read.warnings) == (encoding == "cp1252")


def test_the_legacy_encoding_is_used_with_a_warning_that_anybody_understands() -> None:
    read = sheet(written(",", "\n").encode("cp1252"))
    (warning,) = read.warnings
    assert warning == (
        "the file is not UTF-8 (line 2) and was read as cp1252 (csv.legacy_encoding): check the "
        "names with accents; save it as CSV UTF-8 next time"
    )


def test_the_configured_legacy_encoding_decides() -> None:
    content = written(",", "\n").replace("Zoë Müller", "Łukasz").encode("cp1250")
    read = sheet(content, rules=SheetRules(legacy_encoding="cp1250"))
    assert [row.fields["name"] for row in read.rows()] == ["Ana Pérez", "Łukasz"]


@pytest.mark.parametrize("hint", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;;"])
def test_a_sep_line_names_the_delimiter_and_is_no_row(hint: str) -> None:
    read = sheet(f"\ufeff{hint}\r\n{written(';', chr(10))}".encode())
    assert [(row.number, row.cells) for row in read.rows()] == [(2, ANA), (3, ZOE)]


def test_mixed_newlines_are_read() -> None:
    text = "email,name,job,decision\ra@x.example,A,J,no\r\nb@x.example,B,J,no\nc@x.example,C,J,no"
    assert [row.fields["email"][0] for row in rows(text.encode())] == ["a", "b", "c"]


def test_a_quoted_cell_may_hold_newlines_and_counts_as_one_row() -> None:
    text = 'email,name,job,decision,reason\na@x.example,A,J,no,"one\r\ntwo"\nb@x.example,B,J,no,\n'
    first, second = rows(text.encode())
    assert first.fields["reason"] == "one\ntwo"
    assert (first.number, second.number) == (2, 3)


def test_empty_rows_are_passed_over_and_counted_as_a_spreadsheet_shows_them() -> None:
    text = (
        "\n;;;\nemail;name;job;decision\n\n;;;\na@x.example;A;J;no\n ; ;;\nb@x.example;B;J;no\n\n"
    )
    read = sheet(text.encode())
    assert [row.number for row in read.rows()] == [6, 8]
    assert read.row_count == 2


def test_a_header_without_rows_is_a_sheet_of_no_rows() -> None:
    read = sheet(b"email,name,job_title,outcome\r\n")
    assert (read.row_count, list(read.rows())) == (0, [])


def test_unknown_columns_are_in_no_field() -> None:
    (row,) = rows(b"email,name,job,decision,salary,problem\na@x.example,A,J,no,90000,old text\n")
    assert row.fields == {
        "email": "a@x.example", "name": "A", "job_title": "J", "outcome": "no",
    }  # fmt: skip
    assert row.cells[4:] == ("90000", "old text")


def test_fields_are_stripped_of_spaces_and_of_marks_without_width() -> None:
    (row,) = rows(
        "email,name,job,decision\n\u200ba@x.example\u00a0, Ana\u00a0Pérez ,J,no\n".encode()
    )
    assert (row.fields["email"], row.fields["name"]) == ("a@x.example", "Ana Pérez")


def test_rows_can_be_read_again() -> None:
    read = sheet(written(",", "\n").encode())
    assert list(read.rows()) == list(read.rows())


def test_a_file_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "Decisions.TXT"
    path.write_bytes(written("|", "\n").encode())
    assert open_sheet(path, WORDS, SheetRules()).name == "Decisions.TXT"
    assert [row.cells for row in open_sheet(path, WORDS, SheetRules()).rows()] == [ANA, ZOE]


GROWTH = """
import resource, sys
from pathlib import Path
from worker.columns import words
from worker.intake.sheets import SheetRules, open_sheet

def read(path):
    sheet = open_sheet(Path(path), words(), SheetRules())
    assert sheet.row_count == sum(row.problem is None for row in sheet.rows())
    return sheet.row_count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

few, before = read(sys.argv[1])
many, after = read(sys.argv[2])
print(few, many, after - before)
"""


def test_a_million_rows_are_read_in_flat_memory(tmp_path: Path) -> None:
    header = "email,name,job_title,outcome\n"
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    few.write_text(header + "a@x.example,Ana,Analyst,no\n" * 1_000)
    many.write_text(header + "a@x.example,Ana,Analyst,no\n" * 1_000_000)
    told = subprocess.run(
        [sys.executable, "-c", GROWTH, few, many], check=True, capture_output=True, text=True
    )
    counts = [int(each) for each in told.stdout.split()]
    assert counts[:2] == [1_000, 1_000_000]
    unit = 1 if sys.platform == "darwin" else 1024
    assert counts[2] * unit < 8_000_000
