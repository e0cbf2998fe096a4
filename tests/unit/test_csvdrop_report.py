"""The problem file: mended and dropped again as it is, it works."""

import csv
import importlib
import io
from pathlib import Path
from typing import Any

import pytest
from dropping import drop_at, names, put, table, take_all

from worker.columns import words
from worker.intake.sheets import SheetRules, open_sheet

#: It has no types.
openpyxl: Any = importlib.import_module("openpyxl")

ROWS = [
    ["E-Mail", "Name", "Stelle", "Entscheidung", "Begründung", "Gehalt"],
    ["ana@x.example", "Ana Pérez", "Köchin; Chef|in", "maybe", 'Sagt "ja"\nund nein', "=1+1"],
    ["ben@x.example", "Ben", "Koch", "abgelehnt", "", ""],
]


def text(delimiter: str, encoding: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(ROWS)
    return stream.getvalue().encode(encoding)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([cell.replace("=1+1", "1+1") for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "delimiter"),
    [
        ("d.csv", text(",", "utf-8"), ","),
        ("d.csv", text(";", "cp1252"), ";"),
        ("d.tsv", text("\t", "utf-16"), "\t"),
        ("d.txt", b"sep=|\r\n" + text("|", "utf-8"), "|"),
        ("d.xlsx", workbook(), ","),
    ],
)
def test_a_mended_problem_file_is_taken(
    tmp_path: Path, name: str, content: bytes, delimiter: str
) -> None:
    drop = drop_at(tmp_path)
    put(drop, name, content)
    take_all(drop)
    path = drop.folder / "problems/d.csv"
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfproblem" + delimiter.encode() + b"E-Mail")
    (row,) = open_sheet(path, words(), SheetRules()).rows()
    assert row.cells[1:6] == tuple(ROWS[1][:5])

    (drop.folder / "d.csv").write_bytes(raw.replace(b"maybe", b"Absage"))
    path.rename(tmp_path / "kept.csv")
    assert take_all(drop) == ["d.csv"]
    assert [each["status"] for each in table(drop.folder / "done/d.2.result.csv")] == ["queued"]
    assert names(drop.folder / "problems") == []


def test_a_problem_file_dropped_unmended_keeps_one_problem_column(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    put(drop, "d.csv", text(",", "utf-8"))
    take_all(drop)
    (drop.folder / "problems/d.csv").rename(drop.folder / "d.csv")
    take_all(drop)
    (row,) = table(drop.folder / "problems/d.2.csv")
    assert list(row) == ["problem", *ROWS[0]]
    assert row["problem"] == "outcome: 'maybe' is not an outcome"
    assert list(row.values())[1:] == ROWS[1]


@pytest.mark.parametrize("cells", [["a@x.example", "Ana"], ["a@x.example", *"abcdefgh"]])
def test_a_row_of_too_few_or_too_many_cells_stays_refused_until_it_is_mended(
    tmp_path: Path, cells: list[str]
) -> None:
    drop = drop_at(tmp_path)
    put(drop, "d.csv", "email,name,job,decision,reason\n" + ",".join(cells) + "\n")
    take_all(drop)
    lines = (drop.folder / "problems/d.csv").read_text("utf-8-sig").splitlines()
    assert lines[1].endswith(",".join(cells))
    assert table(drop.folder / "problems/d.csv")[0]["problem"].startswith("the row has ")
    (drop.folder / "problems/d.csv").rename(drop.folder / "d.csv")
    take_all(drop)
    (row,) = table(drop.folder / "done/d.2.result.csv")
    assert row["status"] == "refused"
