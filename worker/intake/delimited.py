"""CSV, TSV and TXT as rows of text. The only user of ``csv``; for ``sheets`` and ``resultfile``.

The delimiter is the one under which the first filled row is a usable header, or the one that
a ``sep=;`` line names; ``csv.Sniffer`` is not asked, because it takes a letter for a delimiter.
Reading is strict: without it one unbalanced quotation mark swallows every row behind it and
says nothing. What can go wrong: ``BadSubmission`` with the line and the mend.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TextIO

from worker.columns import Words, fold, read_header
from worker.errors import BadSubmission
from worker.intake.encoding import Source, find_encoding, open_text
from worker.intake.table import Numbered, Table, filled

_DELIMITERS = ",;\t|"
_BLANK = f'{_DELIMITERS}" \r\n'

#: Excel's own hint; saved again by Excel, it may trail delimiters of the row below.
_SEP = re.compile(r'"?sep=(.)"?[,;\t|]*[\r\n]*', re.IGNORECASE)

_LONGEST = 10_000_000

_Open = Callable[[], TextIO]


def open_table(source: Source, words: Words, legacy_encoding: str) -> Table:
    """The header and rows of a text file. Raises ``BadSubmission``."""
    encoding = find_encoding(source, legacy_encoding)

    def text() -> TextIO:
        return open_text(source, encoding)

    _refuse_empty(text)
    delimiter, header = _choose(text, words)
    return Table(
        header=tuple(header),
        numbered=lambda: _numbered(text, delimiter),
        delimiter=delimiter,
        warnings=(encoding.warning,) if encoding.warning else (),
    )


def write_rows(stream: TextIO, delimiter: str = ",") -> Callable[[Iterable[object]], object]:
    """A function that writes one row to ``stream``, quoted where it must be (RFC 4180)."""
    return csv.writer(stream, delimiter=delimiter).writerow


def _refuse_empty(text: _Open) -> None:
    with text() as stream:
        if not any(line.strip(_BLANK) for line in _lines(stream)):
            raise BadSubmission("the file is empty; the first row must name the columns")


def _choose(text: _Open, words: Words) -> tuple[str, Sequence[str]]:
    """The delimiter that makes a usable header; else the error of the one that comes nearest."""
    refusals: list[tuple[tuple[int, int], BadSubmission]] = []
    for delimiter in _named(text) or _DELIMITERS:
        cells: Sequence[str] = ()
        try:
            cells = _first_row(text, delimiter)
            read_header(cells, words)
        except BadSubmission as why:
            refusals.append((_nearness(cells, words), why))
        else:
            return delimiter, cells
    raise max(refusals, key=lambda refusal: refusal[0])[1]


def _named(text: _Open) -> str | None:
    """The delimiter that a ``sep=`` line names."""
    with text() as stream:
        found = _SEP.fullmatch(stream.readline(80))
    if found is None:
        return None
    if found[1] not in _DELIMITERS:
        raise BadSubmission(
            f"the first line names {found[1]!r} as the delimiter; use a comma, a semicolon, a tab "
            "or a | instead"
        )
    return found[1]


def _first_row(text: _Open, delimiter: str) -> Sequence[str]:
    with closing(_numbered(text, delimiter)) as rows:
        return next((cells for _, cells in filled(rows)), ())


def _nearness(cells: Sequence[str], words: Words) -> tuple[int, int]:
    return sum(fold(cell) in words.aliases for cell in cells), len(cells)


def _numbered(text: _Open, delimiter: str) -> Generator[Numbered, None, None]:
    """All rows, numbered from 1; a ``sep=`` line is none of them."""
    with text() as stream:
        skipped = 1 if _SEP.fullmatch(stream.readline(80)) else stream.seek(0)
        reader = csv.reader(_lines(stream), delimiter=delimiter, strict=True)
        begins = skipped + 1
        try:
            for number, cells in enumerate(reader, start=1):
                begins = skipped + reader.line_num + 1
                yield number, cells
        except csv.Error as why:
            raise BadSubmission(_told(why, begins, skipped + reader.line_num)) from None
        except UnicodeError:
            raise BadSubmission("the file changed while it was read; drop it again") from None


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines, none longer than memory bears: a file without line ends is no table."""
    while line := stream.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise BadSubmission(
                f"a line is longer than {_LONGEST:,} characters: this is no table with one row "
                "per candidate; save it again as CSV UTF-8"
            )
        yield line


def _told(why: csv.Error, begins: int, ends: int) -> str:
    where = f"line {begins}" if begins >= ends else f"lines {begins} to {ends}"
    if "field larger" in str(why):
        return (
            f"{where}: a cell is longer than {csv.field_size_limit():,} characters; shorten it, or "
            "mend the quotation mark that is never closed"
        )
    return (
        f"{where}: the quotation marks don't match ({why}); a cell that begins with a quotation "
        "mark must end with one, and each one inside it must be doubled"
    )
