"""Holds docs/reliability.md to the tests: every row is there, and shown where the page says."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reliability.md"

ROWS = range(1, 53)
_CELLS = re.compile(r"^\| (\d+) \| (.+?) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
_TEST = re.compile(r"^def test_row_(\d\d)(?:_and_(\d\d))?_", re.MULTILINE)


def shown() -> dict[int, tuple[set[str], str]]:
    """Of each row the files that the page names, and its remarks."""
    rows = _CELLS.findall(PAGE.read_text("utf-8"))
    return {
        int(row): (set(re.findall(r"`([^`]+)`", where)), note) for row, _, _, where, note in rows
    }


def written() -> dict[int, set[str]]:
    """Of each row the files with tests that carry its number."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for numbers in _TEST.findall(path.read_text("utf-8")):
            for number in filter(None, numbers):
                found[int(number)].add(path.relative_to(TESTS).as_posix())
    return found


SHOWN, WRITTEN = shown(), written()


def test_the_page_has_every_row_once() -> None:
    rows = [int(row) for row, *_ in _CELLS.findall(PAGE.read_text("utf-8"))]
    assert rows == list(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_shown_where_the_page_says_or_the_page_says_why_not(row: int) -> None:
    files, note = SHOWN[row]
    assert files == WRITTEN[row]
    assert files or note.startswith("**not run**: ")


def test_no_test_has_a_row_that_is_not_in_the_list() -> None:
    assert set(WRITTEN) <= set(ROWS)
