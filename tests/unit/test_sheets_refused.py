"""Whole files that can't be read, and what the user is told."""

import codecs
from pathlib import Path

import pytest

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.sheets import SheetRules, open_sheet, sheet_from_bytes

WORDS = words()
HEADER = "email,name,job_title,outcome,reason\n"
GOOD = "a@x.example,Ana,Analyst,rejected,\n"

WHOLE_FILES = {
    "empty": (b"", "the file is empty; the first row must name the columns"),
    "only a mark": (
        codecs.BOM_UTF8,
        "the file is empty; the first row must name the columns",
    ),
    "only empty rows": (
        b"\n,,,\n  \n",
        "the file is empty; the first row must name the columns",
    ),
    "no header at all": (
        GOOD.encode(),
        (
            "the header lacks email and name (or first_name and last_name) and job_title and "
            "outcome. Headers seen: 'a@x.example', 'Ana', 'Analyst', 'rejected', ''. The "
            "first row must name email, name (or first_name and last_name), job_title and "
            "outcome; csv.aliases in config/followup.toml can add the names that your file "
            "uses."
        ),
    ),
    "a required header missing": (
        b"E-Mail;Vorname;Nachname;Gehalt;Entscheidung\n",
        (
            "the header lacks job_title. Headers seen: 'E-Mail', 'Vorname', 'Nachname', "
            "'Gehalt', 'Entscheidung'. The first row must name email, name (or first_name and "
            "last_name), job_title and outcome; csv.aliases in config/followup.toml can add "
            "the names that your file uses."
        ),
    ),
    "a header twice": (
        b"email,name,job,decision,Outcome\n",
        (
            "the column outcome appears twice, as 'decision' and 'Outcome'; delete or rename "
            "one of them. Headers seen: 'email', 'name', 'job', 'decision', 'Outcome'."
        ),
    ),
    "an unclosed quotation mark": (
        (HEADER + GOOD + 'b@x.example,"Ben,Analyst,rejected,\n' + GOOD).encode(),
        (
            "lines 3 to 4: the quotation marks don't match (unexpected end of data); a cell "
            "that begins with a quotation mark must end with one, and each one inside it must "
            "be doubled"
        ),
    ),
    "text behind a closing quotation mark": (
        (HEADER + 'b@x.example,"Ben" Kim,Analyst,rejected,\n').encode(),
        (
            "line 2: the quotation marks don't match (',' expected after '\"'); a cell that "
            "begins with a quotation mark must end with one, and each one inside it must be "
            "doubled"
        ),
    ),
    "an unclosed quotation mark in a long file": (
        (HEADER + 'b@x.example,"Ben,Analyst,rejected,\n' + GOOD * 4_000).encode(),
        (
            "lines 2 to 3857: a cell is longer than 131,072 characters; shorten it, or mend "
            "the quotation mark that is never closed"
        ),
    ),
    "a cell of 200 kB": (
        (HEADER + GOOD + f"b@x.example,Ben,Analyst,rejected,{'x' * 200_000}\n").encode(),
        (
            "line 3: a cell is longer than 131,072 characters; shorten it, or mend the "
            "quotation mark that is never closed"
        ),
    ),
    "one endless line": (
        HEADER.encode() + b"a," * 5_000_000,
        (
            "a line is longer than 10,000,000 characters: this is no table with one row per "
            "candidate; save it again as CSV UTF-8"
        ),
    ),
    "UTF-16 without its mark": (
        HEADER.encode("utf-16-le"),
        (
            "the header holds NUL bytes: this is UTF-16 without its byte-order mark, or no "
            "text file; save it as CSV UTF-8"
        ),
    ),
    "UTF-16 cut off": (
        HEADER.encode("utf-16")[:-1],
        (
            "the file is marked as UTF-16, but line 1 is not valid UTF-16: it is cut off or "
            "damaged; save it again as CSV UTF-8"
        ),
    ),
    "UTF-32": (HEADER.encode("utf-32"), "the file is UTF-32; save it as CSV UTF-8"),
    "marked as UTF-8 and damaged": (
        codecs.BOM_UTF8 + (HEADER + GOOD).encode() + b"b@x.example,Zo\xeb\n",
        (
            "the file is marked as UTF-8, but line 3 is not valid UTF-8: it is cut off or "
            "damaged; save it again as CSV UTF-8"
        ),
    ),
    "valid in no encoding": (
        (HEADER + GOOD).encode() + b"b@x.example,Zo\xeb\n" + b"\x81\n",
        (
            "the file is neither UTF-8 (line 3) nor cp1252 (line 4), the encoding that "
            "csv.legacy_encoding names; save it as CSV UTF-8"
        ),
    ),
    "a workbook under a wrong name": (
        b"PK\x03\x04rest",
        "the file is an Excel workbook under a wrong name; give it the ending .xlsx",
    ),
    "an old workbook under a wrong name": (
        bytes.fromhex("D0CF11E0A1B11AE1"),
        "the file is an old or a protected Excel workbook; save it as CSV UTF-8 or .xlsx",
    ),
    "a PDF": (b"%PDF-1.7", "the file is a PDF; save the table as CSV UTF-8 or .xlsx"),
    "an unknown delimiter": (
        b"sep=^\nemail^name\n",
        "the first line names '^' as the delimiter; use a comma, a semicolon, a tab or a | instead",
    ),
    "too many rows": (
        (HEADER + GOOD * 4).encode(),
        "the file has more than 3 rows (csv.max_rows); split it into several",
    ),
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_file_that_cant_be_read_is_refused_with_its_mend(case: str) -> None:
    content, message = WHOLE_FILES[case]
    rules = SheetRules(max_rows=3 if case == "too many rows" else 1_000_000)
    with pytest.raises(BadSubmission) as refused:
        sheet_from_bytes("decisions.csv", content, WORDS, rules)
    assert str(refused.value) == message


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(BadSubmission) as refused:
        sheet_from_bytes("d.csv", b"x" * 1_001, WORDS, SheetRules(max_bytes=1_000))
    assert str(refused.value) == (
        "the file has 1,001 bytes and csv.max_bytes allows 1,000; split it into several files"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("decisions.ods", ".ods is not read; save the table as .xlsx or .csv"),
        ("decisions", "a name without an ending is not read; save the table as .xlsx or .csv"),
    ],
)
def test_a_file_of_another_kind_is_refused(name: str, message: str) -> None:
    with pytest.raises(BadSubmission) as refused:
        sheet_from_bytes(name, HEADER.encode(), WORDS, SheetRules())
    assert str(refused.value) == message


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSubmission, match="can't be opened: No such file"):
        open_sheet(tmp_path / "x.csv", WORDS, SheetRules())
