"""A spreadsheet of decisions, dropped or attached: its header, and its rows one by one.

For ``csvdrop``, the steps and the command line. ``delimited`` reads text, ``workbook`` XLSX;
``cells`` judges each row. ``open_sheet`` reads the whole file once before it returns, so that a
file that breaks off in the middle is refused before its first row is taken; ``rows`` then reads
it again, in memory that does not grow with a text file. What can go wrong: ``BadSubmission``
for the whole file; a row that can't be read says so itself, in ``Row.problem``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from worker.columns import Words, read_header
from worker.errors import BadSubmission
from worker.intake import Row, delimited, workbook
from worker.intake.cells import Layout, read_row
from worker.intake.encoding import Source
from worker.intake.table import Table

#: What is read, by the ending of the name (CONTRACT section 4).
TEXT_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
ENDINGS = TEXT_ENDINGS | {".xlsx"}


@dataclass(frozen=True, slots=True)
class SheetRules:
    """Settings of section ``csv``; ``max_bytes`` also bounds what a workbook unpacks to."""

    legacy_encoding: str = "cp1252"
    max_rows: int = 1_000_000
    max_bytes: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet that can be read to its end.

    ``header`` is the cells as seen, ``columns`` their canonical names (None: ignored),
    ``row_count`` the rows that ``rows`` tells: those below the header that are not empty.
    """

    name: str
    header: tuple[str, ...]
    columns: tuple[str | None, ...]
    warnings: tuple[str, ...]
    row_count: int
    delimiter: str
    _table: Table

    def rows(self) -> Iterator[Row]:
        """The rows, from the start each time."""
        is_text = _ending(self.name) in TEXT_ENDINGS
        layout = Layout(self.columns, self.delimiter if is_text else None)
        return (read_row(number, cells, layout) for number, cells in self._table.below())


def open_sheet(path: Path, words: Words, rules: SheetRules) -> Sheet:
    """Read the file through and make it ready. Raises ``BadSubmission`` with the mend."""
    try:
        size = path.stat().st_size
        return _open(path.name, size, lambda: path.open("rb"), words=words, rules=rules)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as why:
        raise BadSubmission(f"the file can't be opened: {why.strerror}") from None


def sheet_from_bytes(name: str, content: bytes, words: Words, rules: SheetRules) -> Sheet:
    """The same for a spreadsheet that came attached to a mail."""
    return _open(name, len(content), lambda: io.BytesIO(content), words=words, rules=rules)


def _open(name: str, size: int, source: Source, *, words: Words, rules: SheetRules) -> Sheet:
    if size > rules.max_bytes:
        raise BadSubmission(
            f"the file has {size:,} bytes and csv.max_bytes allows {rules.max_bytes:,}; "
            "split it into several files"
        )
    table = _read(name, source, words, rules)
    return Sheet(
        name=name,
        header=table.header,
        columns=read_header(table.header, words),
        warnings=table.warnings,
        row_count=_count(table, rules.max_rows),
        delimiter=table.delimiter,
        _table=table,
    )


def _read(name: str, source: Source, words: Words, rules: SheetRules) -> Table:
    ending = _ending(name)
    if ending in TEXT_ENDINGS:
        return delimited.open_table(source, words, rules.legacy_encoding)
    if ending in ENDINGS:
        return workbook.open_table(source, rules.max_bytes)
    raise BadSubmission(
        f"{ending or 'a name without an ending'} is not read; save the table as .xlsx or .csv"
    )


def _count(table: Table, max_rows: int) -> int:
    count = 0
    for count, _ in enumerate(table.below(), start=1):
        if count > max_rows:
            raise BadSubmission(
                f"the file has more than {max_rows:,} rows (csv.max_rows); split it into several"
            )
    return count


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()
