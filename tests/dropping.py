"""A drop folder for tests, and a step that takes from it as the worker does.

Run as a program, it is that worker, killed at one of its checkpoints:
``dropping.py FOLDER CHECKPOINT`` counts checkpoints from 0 and ends with 0 if it lived.
"""

import csv
import itertools
import os
import signal
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake import Row, Verdict
from worker.intake.csvdrop import CsvDrop, DroppedFile
from worker.intake.sheets import SheetRules, open_sheet

WORDS = words()
RULES = SheetRules()
HEADER = "email,name,job_title,outcome\n"
ANA = "ana@x.example,Ana,Analyst,rejected\n"
BEN = "ben@x.example,Ben,Analyst,maybe\n"


class Clock:
    """A clock that stands still until somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def drop_at(
    folder: Path,
    *,
    settle: float = 0,
    clock: Clock | None = None,
    warn: Callable[[str], object] = lambda _: None,
    checkpoint: Callable[[str], object] = lambda _: None,
) -> CsvDrop:
    return CsvDrop(
        folder / "drop",
        timedelta(seconds=settle),
        monotonic=clock or Clock(),
        token=lambda: uuid.uuid4().hex,
        warn=warn,
        checkpoint=checkpoint,
    )


def put(drop: CsvDrop, name: str, content: str | bytes = HEADER + ANA) -> Path:
    path = drop.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def take_all(drop: CsvDrop, commit: Callable[[DroppedFile], object] = lambda _: None) -> list[str]:
    """Take what is pending; ``commit`` is called where the worker commits to the database."""
    taken = []
    for file in drop.pending():
        try:
            _take(drop, file, commit)
        except BadSubmission as why:
            drop.refuse(file, str(why))
        taken.append(file.name)
    return taken


def _take(drop: CsvDrop, file: DroppedFile, commit: Callable[[DroppedFile], object]) -> None:
    sheet = open_sheet(file.path, WORDS, RULES)
    with drop.report(file, sheet) as report:
        for row in sheet.rows():
            report.add(row, judge(row))
            commit(file)
    commit(file)
    drop.accept(file, report)


def judge(row: Row) -> Verdict:
    """Refuse an unreadable row and the outcome ``maybe``; queue all others."""
    if row.problem is not None:
        return Verdict(row.number, "refused", problem=row.problem)
    if row.fields["outcome"] == "maybe":
        return Verdict(row.number, "refused", problem="outcome: 'maybe' is not an outcome")
    return Verdict(row.number, "queued", entry=f"e{row.number}")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def main(folder: Path, fatal: int) -> None:
    numbers = itertools.count()

    def checkpoint(_: object) -> None:
        if next(numbers) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(file: DroppedFile) -> None:
        checkpoint(file)
        with (folder / "ledger").open("a") as ledger:
            ledger.write(f"{file.submission}\n")
        checkpoint(file)

    take_all(drop_at(folder, checkpoint=checkpoint), commit)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
