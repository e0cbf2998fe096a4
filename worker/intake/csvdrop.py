"""The drop folder: files that appear are taken exactly once, and filed away when they are in.

The composition root builds a ``CsvDrop``; a step asks ``pending`` and answers each file with
``accept``, after the database has committed, or ``refuse``. Files move by rename only:

    drop/NAME -> .taking/<stem>~<submission>/NAME -> done/<stem>.csv and <stem>.result.csv,
                                                     problems/<stem>.csv if rows were refused
                                                  or problems/<stem>.csv, <stem>.problem.txt

The original moves last, so a file is pending for as long as anything about it is unfinished,
and doing it again writes the same files over. A file that changed while it was taken (its
writer held it open) comes again as a new submission, in which the rows that are in already are
duplicates.

What can go wrong: ``SettingsError`` for a folder that can't be used, ``OSError`` from the disk.
Known fault: what a writer adds after the file has gone to ``done`` is not seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from worker.errors import SettingsError
from worker.intake.claims import (
    DroppedFile,
    claim_name,
    claimed,
    clear,
    dropped_file,
    free_stem,
    make,
    take_lock,
)
from worker.intake.disk import Look, look_at, move, write_text
from worker.intake.lookout import Lookout, shown
from worker.intake.resultfile import REFUSED, Report, open_report
from worker.intake.sheets import Sheet

__all__ = ["CsvDrop", "DroppedFile", "Report"]

_REFUSAL = """\
{name} was not taken in: no row of it counts, and nobody was written to because of it.

What is wrong: {why}

How to go on: the file lies beside this text, just as it was. Mend it, and put it into
{folder} again, under any name.
"""


class CsvDrop:
    """One drop folder.

    ``settle``: for how long a file must not have changed. ``token`` makes a submission's unique
    id. ``warn`` hears once of each file that is left lying, and why. ``checkpoint`` hears a
    short name before and after every step on the disk.
    """

    def __init__(
        self,
        folder: Path,
        settle: timedelta,
        *,
        monotonic: Callable[[], float],
        token: Callable[[], str],
        warn: Callable[[str], object] = lambda _: None,
        checkpoint: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.folder = folder
        self._taking = folder / ".taking"
        self._done = folder / "done"
        self._problems = folder / "problems"
        self._lookout = Lookout(settle.total_seconds(), monotonic, warn)
        self._token = token
        self._checkpoint = checkpoint
        self._lock: int | None = None
        self._make_folders()

    def pending(self, wait: Callable[[float], object] | None = None) -> Iterator[DroppedFile]:
        """What waits to be taken: first what a crash left behind, then settled files, claimed.

        ``wait``, a function that sleeps, gives new files the time to settle now. Nothing is
        pending here while another process takes from the folder.
        """
        self._make_folders()
        if not self._is_alone():
            return
        self._lookout.forget_the_gone()
        if wait is not None and self._lookout.settle:
            self._look()
            wait(self._lookout.settle)
        for path in claimed(self._taking):
            if self._lookout.settled(path):
                yield dropped_file(path)
        for path in self._dropped():
            if look := self._lookout.settled(path):
                yield from self._claim(path, look)
            elif wait is not None:
                self._lookout.tell(path, "it is still being written; it waits for the next time")

    def report(self, file: DroppedFile, sheet: Sheet) -> AbstractContextManager[Report]:
        """The report to fill while the file is taken; it is written beside the claimed file."""
        return open_report(file.path.parent, sheet)

    def accept(self, file: DroppedFile, report: Report) -> None:
        """File it under ``done``. Only after the database has committed all of its rows."""
        if self._comes_again(file):
            return
        self._move("result", report.result, self._done / f"{file.stem}.result.csv")
        if report.counts[REFUSED]:
            self._move("problems", report.problems, self.problems_of(file, rows=True))
        self._move("done", file.path, self._done / f"{file.stem}{file.path.suffix}")
        self._clear(file.path.parent)

    def refuse(self, file: DroppedFile, why: str) -> None:
        """File it under ``problems`` with a text that says what is wrong and how to mend it."""
        if self._comes_again(file):
            return
        text = file.path.parent / ".text"
        folder = shown(str(self.folder))
        self._step("text", lambda: write_text(text, _REFUSAL.format(
            name=file.name, why=why, folder=folder)))  # fmt: skip
        self._move("problem", text, self._problems / f"{file.stem}.problem.txt")
        self._move("refused", file.path, self.problems_of(file))
        self._clear(file.path.parent)

    def problems_of(self, file: DroppedFile, *, rows: bool = False) -> Path:
        """Where the file lies once it is refused; with ``rows``, those of its rows that were."""
        return self._problems / f"{file.stem}{'.csv' if rows else file.path.suffix}"

    def has_changed(self, file: DroppedFile) -> bool:
        """Whether somebody wrote to it since it was handed out; then it comes again."""
        return look_at(file.path) != file.look

    def _make_folders(self) -> None:
        for folder in (self.folder, self._taking, self._done, self._problems):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                one_disk = folder.stat().st_dev == self.folder.stat().st_dev
            except OSError as why:
                problem = f"can't be used: {why.strerror}; mend that, or name another folder"
                raise SettingsError([f"csv.folder: {folder} {problem}"]) from None
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                problem = f"must be readable and writable for user {os.getuid()}"
                raise SettingsError([f"csv.folder: {folder} {problem}"])
            if not one_disk:
                problem = f"must be on one disk with {self.folder}, so that files can be renamed"
                raise SettingsError([f"csv.folder: {folder} {problem}"])

    def _is_alone(self) -> bool:
        if self._lock is None:
            self._lock = take_lock(self._taking)
        if self._lock is None:
            self._lookout.tell(self._taking, "another worker takes the files of this folder")
        return self._lock is not None

    def _dropped(self) -> list[Path]:
        return self._lookout.files(self.folder, (self._done, self._problems))

    def _look(self) -> None:
        for path in (*claimed(self._taking), *self._dropped()):
            self._lookout.settled(path)

    def _claim(self, path: Path, look: Look) -> Iterator[DroppedFile]:
        """The file, moved to where nobody else looks; nothing if that can't be done now."""
        stem = free_stem(path, self._taking, self._done, self._problems)
        claim = self._taking / claim_name(stem, self._token())
        self._step("claim", lambda: make(claim))
        try:
            self._move("claimed", path, claim / path.name)
        except (FileNotFoundError, PermissionError) as why:
            self._clear(claim)
            self._lookout.tell(path, f"it can't be moved: {why.strerror}")
            return
        file = dropped_file(claim / path.name)
        if file.look == look:
            yield file

    def _comes_again(self, file: DroppedFile) -> bool:
        """Whether the file changed since it was handed out; then it is pending under a new id."""
        if not self.has_changed(file):
            return False
        renewed = self._taking / claim_name(file.stem, self._token())
        self._move("renewed", file.path.parent, renewed)
        return True

    def _clear(self, claim: Path) -> None:
        self._step("clear", lambda: clear(claim))

    def _move(self, name: str, source: Path, target: Path) -> None:
        self._step(name, lambda: move(source, target))

    def _step(self, name: str, act: Callable[[], object]) -> None:
        self._checkpoint(f"before {name}")
        act()
        self._checkpoint(f"after {name}")
