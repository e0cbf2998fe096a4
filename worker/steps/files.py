"""Taking in dropped files: entries first, then the file is moved.

A crash anywhere is mended by doing the file again: its rows know that they are in, and the drop
keeps a claimed file where it finds it again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from worker.errors import BadSubmission
from worker.intake.claims import DroppedFile
from worker.intake.csvdrop import CsvDrop
from worker.intake.sheets import Sheet
from worker.letter import Letter
from worker.steps.receipts import FileReceipt, Shown, known_already
from worker.steps.take import Taking, Tally, take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The drop folder, how its files are opened, and where their rows go.

    ``receipt`` composes what people are told about a file, or None where nobody is told.
    """

    store: Store
    drop: CsvDrop
    opens: Callable[[DroppedFile], Sheet]
    into: Taking
    tell: Callable[..., None]
    receipt: Callable[[FileReceipt], Letter | None] = lambda _: None


def take_in_files(files: Files, wait: Callable[[float], object] | None = None) -> bool:
    """Take in every file that is ready; True when there was one.

    With ``wait``, which sleeps for seconds, files get the time to settle, for ``run --once``.
    """
    worked = False
    for file in files.drop.pending(wait):
        _take_in(file, files)
        worked = True
    return worked


def _take_in(file: DroppedFile, files: Files) -> None:
    arrival = Arrival(id=file.submission, source="csv", name=file.name)
    try:
        sheet = files.opens(file)
        ledger.begin(files.store, arrival, files.into.now())
        tally, shown = Tally(), Shown()
        with files.drop.report(file, sheet) as report:
            for answer in take_rows(sheet.rows, arrival, files.into):
                tally.add(answer.verdict)
                shown.add(answer)
                report.add(answer.row, answer.verdict)
    except BadSubmission as why:
        # Also when it breaks off while it is read, because somebody still writes to it: the drop
        # notices, and takes it as a new submission whose rows that are in are duplicates.
        _refuse(file, arrival, files, str(why))
        return
    notice = _told(file, tally, shown, files)
    ending = Ending(state="taken", event="submission_taken", counts=tally.counts(),
                    problem="; ".join(sheet.warnings) or None, notice=notice,
                    answerable=known_already(shown.answers), for_all=True)  # fmt: skip
    ledger.finish(files.store, arrival, ending, files.into.now())
    files.drop.accept(file, report)
    files.tell("submission_taken", submission=arrival.id, source="csv", **tally.counts())


def _refuse(file: DroppedFile, arrival: Arrival, files: Files, why: str) -> None:
    told = FileReceipt(name=file.name, problem=why, lies_in=str(files.drop.problems_of(file)))
    # A file that somebody still writes to is taken again, and told about then.
    notice = None if files.drop.has_changed(file) else files.receipt(told)
    ending = Ending(state="refused", event="submission_refused", problem=why, notice=notice)
    ledger.finish(files.store, arrival, ending, files.into.now())
    files.drop.refuse(file, why)
    files.tell("submission_refused", submission=arrival.id, source="csv")


def _told(file: DroppedFile, tally: Tally, shown: Shown, files: Files) -> Letter | None:
    """Nothing where every row was known before: it was told then."""
    counts = tally.counts()
    if counts["rows"] == counts["duplicate"]:
        return None
    refused = str(files.drop.problems_of(file, rows=True)) if counts["refused"] else None
    told = FileReceipt(name=file.name, answers=shown.answers, counts=counts,
                       decided_by=shown.decided_by, lies_in=refused)  # fmt: skip
    return files.receipt(told)
