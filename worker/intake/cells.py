"""One row of cells becomes a ``Row``, or tells why it can't be read. Pure; for ``sheets`` only.

What a spreadsheet damages on its way is caught here, before a letter carries it: shifted
cells, swallowed rows, lost letters, shortened numbers. Damage in a column that is ignored is
ignored, except where it may have swallowed a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from worker.intake import Row

#: The columns whose text may have several lines.
_LINES = frozenset({"reason", "recommendation", "next_step", "conditions"})

#: Identities and numbers to call; shortened, they would name somebody else.
_NUMBERS = frozenset({"application_id", "phone"})

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LOST = "\N{REPLACEMENT CHARACTER}"
_SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+?\d+")
#: Marks without width that a copy from a web page brings along.
_UNSEEN = "\ufeff\u200b\u2060"

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What the header says about every row; ``delimiter`` is None for a workbook."""

    columns: tuple[str | None, ...]
    delimiter: str | None


def read_row(number: int, cells: Sequence[str], layout: Layout) -> Row:
    """The row; with ``problem`` and without ``fields`` when it can't be read."""
    cells = _trimmed(cells, len(layout.columns))
    problem = _shift(cells, layout)
    if problem is None and not _is_plain(cells):
        problem = _swallowed(cells, layout.delimiter)
    named = list(_named(cells, layout)) if problem is None else []
    problem = problem or "; ".join(_damages(named)) or None
    fields = {} if problem else {name: _clean(name, cell) for name, cell in named}
    return Row(number=number, fields=fields, cells=tuple(cells), problem=problem)


def _trimmed(cells: Sequence[str], width: int) -> Sequence[str]:
    return cells if any(cell.strip() for cell in cells[width:]) else cells[:width]


def _named(cells: Sequence[str], layout: Layout) -> Iterator[tuple[str, str]]:
    return (
        (name, cell) for name, cell in zip(layout.columns, cells, strict=True) if name is not None
    )


def _shift(cells: Sequence[str], layout: Layout) -> str | None:
    if len(cells) == len(layout.columns):
        return None
    mark = _DELIMITERS.get(layout.delimiter or ",")
    return (
        f"the row has {len(cells)} cells and the header {len(layout.columns)}; put a cell that "
        f"holds a {mark} between quotation marks, and keep the {mark} of every empty cell"
    )


def _is_plain(cells: Sequence[str]) -> bool:
    return all(cell.isprintable() for cell in cells)


def _swallowed(cells: Sequence[str], delimiter: str | None) -> str | None:
    """Two rows that two stray quotation marks made one: the second row's beginning is then the
    last line of the cell, with as many delimiters in it as there are cells before that one.
    """
    for before, cell in enumerate(cells):
        lines = cell.splitlines()
        if delimiter and len(lines) > 1 and lines[-1].count(delimiter) >= before:
            return (
                f"cell {before + 1} has several lines and may have swallowed the next row: mend "
                "its quotation marks, or write it in one line"
            )
    return None


def _damages(named: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, cell in named:
        damage = _damage(name, cell.strip())
        if damage:
            yield f"{name}: {damage}"


def _damage(name: str, cell: str) -> str | None:
    if name in _NUMBERS and _SHORTENED.fullmatch(cell):
        return f"{cell!r} is a number that a spreadsheet shortened; make it text and type it again"
    if cell.isascii() and cell.isprintable():
        return None
    if found := _CONTROL.search(cell):
        return f"has the control character U+{ord(found[0]):04X} in it; type the cell again"
    if _LOST in cell:
        return f"a letter was lost when the file was saved ({cell!r}); type the cell again"
    if name not in _LINES and len(cell.splitlines()) > 1:
        return "has a line break in it; write it in one line"
    return _garbled(cell)


def _garbled(cell: str) -> str | None:
    """UTF-8 that was once read as cp1252: ``JosÃ©``. No text that people write looks like it."""
    if cell.isascii():
        return None
    try:
        meant = cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return f"{cell!r} was damaged when the file was saved (is it {meant!r}?); type it again"


def _clean(name: str, cell: str) -> str:
    text = cell.strip()
    if not text.isascii():
        text = text.strip(_UNSEEN).strip()
    if not text.isprintable():
        text = "\n".join(text.splitlines()) if name in _LINES else " ".join(text.split())
    return text
