"""XLSX workbooks as rows of text. The only user of ``python_calamine``; for ``sheets`` only.

Formulas are the values that were saved with them. Before the workbook is opened, every part of
the zip is read once in small pieces: that proves its sizes and checksums, and finds a stray
cell far away, for which calamine would ask for terabytes and end the process. What can go
wrong: ``BadSubmission`` for a file that is protected, broken, too large, or has not exactly one
filled sheet.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from worker.errors import BadSubmission
from worker.intake.encoding import Source
from worker.intake.table import Numbered, Table, filled

#: Rows times columns that calamine may lay out in memory, at some 40 bytes each.
_MOST_CELLS = 20_000_000

_CHUNK = 1 << 20
#: The place of a cell (``r="B12"``) or a row (``r="12"``) in a worksheet's XML
#: (ISO/IEC 29500-1 18.3.1.4 and 18.3.1.73).
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
#: Longer than any place, so that one that two pieces cut apart is seen whole.
_OVERLAP = 32

#: What zipfile raises over the bytes of a broken or protected zip.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError,
)  # fmt: skip

_Cell = int | float | str | bool | time | date | datetime | timedelta


def open_table(source: Source, max_bytes: int) -> Table:
    """The header and rows of the one filled sheet. Raises ``BadSubmission``."""
    _check_parts(source, max_bytes)
    try:
        with source() as stream:
            sheet = _only_sheet(CalamineWorkbook.from_filelike(stream))
    except CalamineError as why:
        raise BadSubmission(f"the workbook is broken ({why}); save it again as .xlsx") from None
    header = next(filled(_numbered(sheet)), None)
    if header is None:
        raise BadSubmission("the workbook is empty; the first row must name the columns")
    return Table(header=tuple(header[1]), numbered=lambda: _numbered(sheet))


def _check_parts(source: Source, max_bytes: int) -> None:
    with source() as stream:
        try:
            with zipfile.ZipFile(stream) as parts:
                _check_size(parts, max_bytes)
                for part in parts.infolist():
                    with parts.open(part) as content:
                        _check_extent(content)
        except _BROKEN as why:
            raise BadSubmission(
                "the file is no Excel workbook, or it is protected by a password or broken "
                f"({why}); save it without a password as .xlsx or as CSV UTF-8"
            ) from None


def _check_size(parts: zipfile.ZipFile, max_bytes: int) -> None:
    if "xl/workbook.xml" not in parts.namelist():
        raise BadSubmission("the file is no Excel workbook; save it as .xlsx or as CSV UTF-8")
    size = sum(part.file_size for part in parts.infolist())
    if size > max_bytes:
        raise BadSubmission(
            f"the workbook unpacks to {size:,} bytes and csv.max_bytes allows {max_bytes:,}; "
            "split it into several files"
        )


def _check_extent(content: IO[bytes]) -> None:
    """Read one part to its end and look how far its cells reach."""
    widest = b"A"
    lowest = 0
    rest = b""
    while chunk := content.read(_CHUNK):
        for column, row in _PLACE.findall(rest + chunk):
            widest = max(widest, column, key=_order)
            lowest = max(lowest, int(row[:_OVERLAP]))
        rest = chunk[-_OVERLAP:]
    if _column_number(widest) * lowest > _MOST_CELLS:
        raise BadSubmission(
            f"the sheet reaches as far as {widest.decode()}{lowest}, {_MOST_CELLS:,} cells at most "
            "can be read; delete stray cells far from the table, or save it as CSV UTF-8"
        )


def _order(column: bytes) -> tuple[int, bytes]:
    return len(column), column


def _column_number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _only_sheet(workbook: CalamineWorkbook) -> CalamineSheet:
    """The one visible sheet with anything in it: which of two was meant can't be told."""
    shown = (
        workbook.get_sheet_by_name(sheet.name)
        for sheet in workbook.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    )
    sheets = [sheet for sheet in shown if next(filled(_numbered(sheet)), None)]
    if not sheets:
        raise BadSubmission("the workbook has no visible sheet with anything in it")
    if len(sheets) > 1:
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise BadSubmission(
            f"the workbook has {len(sheets)} filled sheets ({names}); keep the one with the "
            "decisions, and delete or hide the others"
        )
    return sheets[0]


def _numbered(sheet: CalamineSheet) -> Iterator[Numbered]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_text(cell) for cell in cells]


def _text(cell: _Cell) -> str:
    """The cell as a person would type it: dates in ISO 8601, whole numbers without ``.0``."""
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return _moment(cell)
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _moment(cell: datetime) -> str:
    # Excel counts in fractions of a day, so 09:00 may arrive as 08:59:59.999999.
    moment = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
