"""What became of each row, written beside the dropped file. For ``csvdrop`` only.

``.result`` has a line for every row; ``.problems`` has the refused rows as they were, under
their own header, with the column ``problem`` in front: there it stands under its header even
where a row has too many or too few cells, and such a row stays refused until it is mended.
Both are UTF-8 with a byte-order mark, because Excel reads any other file as its own encoding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from worker.columns import PROBLEM, fold
from worker.intake import Row, Verdict
from worker.intake.delimited import write_rows
from worker.intake.disk import sync
from worker.intake.sheets import Sheet

REFUSED = "refused"

_COLUMNS = ("row", "status", "entry", "problem")

_Write = Callable[[Iterable[object]], object]


class Report:
    """Takes the verdicts; ``counts`` tells the rows by status."""

    def __init__(self, folder: Path, header: Sequence[str]) -> None:
        self.result = folder / ".result"
        self.problems = folder / ".problems"
        self.counts: Counter[str] = Counter()
        self._header = header
        self._write_result: _Write
        self._write_problem: _Write

    def begin(self, write_result: _Write, write_problem: _Write) -> None:
        """Write both headers."""
        self._write_result, self._write_problem = write_result, write_problem
        write_result(_COLUMNS)
        write_problem([PROBLEM, *self._without_problem(self._header)])

    def add(self, row: Row, verdict: Verdict) -> None:
        """Write down what became of a row."""
        self.counts[verdict.status] += 1
        self._write_result([verdict.row, verdict.status, verdict.entry, verdict.problem])
        if verdict.status == REFUSED:
            self._write_problem([verdict.problem, *self._without_problem(row.cells)])

    def _without_problem(self, cells: Sequence[str]) -> list[str]:
        """The cells, less what an earlier report said about the row."""
        own = {place for place, header in enumerate(self._header) if fold(header) == PROBLEM}
        return [cell for place, cell in enumerate(cells) if place not in own]


@contextmanager
def open_report(folder: Path, sheet: Sheet) -> Iterator[Report]:
    """A report to fill; left without an error, its files outlast a crash.

    Begun again after a crash, it writes over what is there.
    """
    report = Report(folder, sheet.header)
    with (
        report.result.open("w", encoding="utf-8-sig", newline="") as result,
        report.problems.open("w", encoding="utf-8-sig", newline="") as problems,
    ):
        report.begin(write_rows(result), write_rows(problems, sheet.delimiter))
        yield report
    sync(report.result)
    sync(report.problems)
    sync(folder)
