"""What ``delimited`` and ``workbook`` hand to ``sheets``: a header and the rows below it, as text.

Pure; for the readers of spreadsheets only. Rows are numbered as a spreadsheet program shows
them; rows whose cells are all empty count, but are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

#: A row's number and its cells.
Numbered = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and what is below it.

    ``numbered`` reads all rows again each time it is called, the header among them;
    ``delimiter`` is the one of the file, a comma for a workbook.
    """

    header: tuple[str, ...]
    numbered: Callable[[], Iterator[Numbered]]
    delimiter: str = ","
    warnings: tuple[str, ...] = ()

    def below(self) -> Iterator[Numbered]:
        """The filled rows below the header."""
        rows = filled(self.numbered())
        next(rows, None)
        return rows


def filled(rows: Iterable[Numbered]) -> Iterator[Numbered]:
    """The rows that have anything in them."""
    return (row for row in rows if any(cell and not cell.isspace() for cell in row[1]))
