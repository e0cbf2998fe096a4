"""Reads a sheet to its end as the worker does, in a process of its own: ``reading SHEET``."""

import sys
from pathlib import Path

from worker.columns import words
from worker.intake.sheets import SheetRules, open_sheet

if __name__ == "__main__":
    sheet = open_sheet(Path(sys.argv[1]), words(), SheetRules())
    read = sum(row.problem is None for row in sheet.rows())
    sys.exit(read != sheet.row_count)
