"""The drop folder, wired: how its files are found, read and taken in."""

import time

from worker import log
from worker.cli import build
from worker.intake.claims import DroppedFile
from worker.intake.csvdrop import CsvDrop
from worker.intake.sheets import Sheet, open_sheet
from worker.settings import Settings
from worker.steps.files import Files
from worker.steps.judge import House
from worker.store.engine import Checkpoint, Store, pass_by


def drop(given: Settings, checkpoint: Checkpoint = pass_by) -> CsvDrop:
    """The drop folder. Raises ``SettingsError`` when it can't be used."""
    return CsvDrop(
        given.csv.folder,
        given.csv.settle,
        monotonic=time.monotonic,
        token=build.new_token,
        # Without the file's name: HR calls files after people.
        warn=lambda why: log.logger().warning("left_alone", why=why.rpartition(": ")[2]),
        checkpoint=checkpoint,
    )


def files(given: Settings, store: Store, rules: House, *, drop: CsvDrop) -> Files:
    """The drop folder, wired."""
    known, limits = rules.words, build.sheet_rules(given)

    def opens(file: DroppedFile) -> Sheet:
        return open_sheet(file.path, known, limits)

    return Files(
        store=store, drop=drop, opens=opens, into=build.taking(store, rules), tell=build.tell
    )
