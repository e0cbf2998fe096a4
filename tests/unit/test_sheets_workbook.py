"""XLSX workbooks: cells become what a person would type, and bad ones are refused."""

import importlib
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.sheets import Sheet, SheetRules, open_sheet, sheet_from_bytes

#: It has no types.
openpyxl: Any = importlib.import_module("openpyxl")

WORDS = words()
HEADER = ("Email", "Full name", "Job", "Decision", "Application ID", "Update on", "Reason")


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook(*rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def read(content: bytes, rules: SheetRules | None = None) -> Sheet:
    return sheet_from_bytes("decisions.xlsx", content, WORDS, rules or SheetRules())


def row(*last: Any) -> tuple[Any, ...]:
    cells = ("a@x.example", "Ana Pérez", "Analyst", "on hold", *last)
    return cells + (None,) * (len(HEADER) - len(cells))


def test_a_workbook_is_read_as_its_columns_say(tmp_path: Path) -> None:
    path = tmp_path / "Decisions.XLSX"
    path.write_bytes(workbook(HEADER, row("A-1", date(2027, 1, 20), "Two\nlines")))
    sheet = open_sheet(path, WORDS, SheetRules())
    assert (sheet.header, sheet.row_count, sheet.delimiter) == (HEADER, 1, ",")
    (only,) = sheet.rows()
    assert only.number == 2
    assert only.fields == {
        "email": "a@x.example", "name": "Ana Pérez", "job_title": "Analyst", "outcome": "on hold",
        "application_id": "A-1", "update_on": "2027-01-20", "reason": "Two\nlines",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (420000000001, "420000000001"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ("0042", "0042"),
        (date(2027, 1, 20), "2027-01-20"),
        (datetime(2027, 1, 20), "2027-01-20"),  # noqa: DTZ001 - a workbook knows no zones
        (datetime(2027, 1, 20, 8, 59, 59, 999_900), "2027-01-20T09:00:00"),  # noqa: DTZ001 - same
        (time(9, 30), "09:30:00"),
    ],
)
def test_a_cell_becomes_what_a_person_would_type(cell: Any, text: str) -> None:
    (only,) = read(workbook(HEADER, row(cell))).rows()
    assert only.cells[4] == text


def test_rows_are_numbered_as_the_program_shows_them() -> None:
    book = openpyxl.Workbook()
    for column, header in enumerate(HEADER, start=2):
        book.active.cell(3, column, header)
        book.active.cell(6, column, "a@x.example")
    sheet = read(saved(book))
    assert [each.number for each in sheet.rows()] == [6]
    assert sheet.columns[0] == "email"


def test_a_hidden_and_an_empty_sheet_are_passed_over() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.create_sheet("empty")
    hidden = book.create_sheet("lists")
    hidden.append(["rejected"])
    hidden.sheet_state = "hidden"
    assert read(saved(book)).row_count == 1


def test_two_filled_sheets_are_refused_by_name() -> None:
    book = openpyxl.Workbook()
    book.active.title = "May"
    book.active.append(HEADER)
    book.create_sheet("June").append(HEADER)
    with pytest.raises(BadSubmission) as refused:
        read(saved(book))
    assert str(refused.value) == (
        "the workbook has 2 filled sheets ('May', 'June'); keep the one with the decisions, and "
        "delete or hide the others"
    )


def test_a_stray_cell_far_away_is_refused_before_it_takes_the_memory() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active["XFD1048576"] = "stray"
    with pytest.raises(BadSubmission, match="reaches as far as XFD1048576"):
        read(saved(book))


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    content = workbook(HEADER, row("x", None, "y" * 30_000))
    with pytest.raises(BadSubmission, match=r"unpacks to .* bytes and csv.max_bytes allows 20,000"):
        read(content, SheetRules(max_bytes=20_000))


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(workbook(HEADER, row("x", None, "y" * 30_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        part = parts.getinfo("xl/worksheets/sheet1.xml")
    size = part.file_size.to_bytes(4, "little")
    start = content.rindex(b"PK\x01\x02", 0, content.rindex(part.filename.encode()))
    at = content.index(size, start)
    content[at : at + 4] = (20).to_bytes(4, "little")
    with pytest.raises(BadSubmission, match="protected by a password or broken"):
        read(bytes(content))


def zipped(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr(name, b"hello")
    return stream.getvalue()


BROKEN = {
    "no zip": (b"hello", "no Excel workbook, or it is protected by a password or broken"),
    "empty": (b"", "no Excel workbook, or it is protected by a password or broken"),
    "protected": (
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600),
        "no Excel workbook, or it is protected by a password or broken",
    ),
    "cut off": (workbook(HEADER)[:-400], "protected by a password or broken"),
    "another zip": (zipped("a.txt"), "no Excel workbook; save it as .xlsx or as CSV UTF-8"),
    "a broken part": (zipped("xl/workbook.xml"), "the workbook is broken"),
    "nothing in it": (workbook(), "the workbook has no visible sheet with anything in it"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_workbook_that_cant_be_read_is_refused_with_its_mend(case: str) -> None:
    content, message = BROKEN[case]
    with pytest.raises(BadSubmission, match=message):
        read(content)


def test_a_name_of_two_lines_is_a_problem_of_its_row() -> None:
    bad, good = read(workbook(HEADER, ("a@x.example", "Ana\nPérez", "J", "no"), row())).rows()
    assert bad.problem == "name: has a line break in it; write it in one line"
    assert good.problem is None
