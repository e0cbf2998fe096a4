"""``./run bench``: decisions a second beside the script that one would write instead.

It measures and judges nothing: the only thing that makes it fail is a letter that did not arrive
exactly once. Figures go to standard output, progress to standard error.
"""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.contenders import CONTENDERS, ROOT, program, surroundings
from benchmarks.figures import Series
from benchmarks.machine import machine
from benchmarks.measure import Command, Failed, Usage, measure
from benchmarks.race import race
from benchmarks.report import letters_table, machine_table, page, reading_table
from benchmarks.sheets import write_sheet

PAGE = ROOT / "docs" / "benchmarks.md"

#: Letters, pairs and rows of a run for the record, and of one for every day.
_WHOLE, _SHORT = (500, 3, 1_000_000), (100, 1, 50_000)

#: How ``servers.need`` says that a program is missing.
_MISSING = (pytest.skip.Exception, pytest.fail.Exception)


def main(argv: Sequence[str]) -> int:
    """Run it; its exit status."""
    asked = _asked(argv)
    facts = machine()  # first, while the load is other people's
    try:
        found = race(CONTENDERS, asked.letters, asked.pairs, _say)
        reading = _read(asked.rows)
    except (Failed, *_MISSING) as why:
        _say(f"no figures: {why}")
        return 1
    for table in (letters_table(found), reading_table(reading), machine_table(facts)):
        sys.stdout.write(f"\n{table}\n")
    if asked.write is not None:
        command, day = shlex.join(["./run", "bench", *argv]), datetime.now(UTC).date()
        text = page(found, reading, machine=facts, command=command, day=day)
        asked.write.write_text(text, encoding="utf-8")
        _say(f"wrote {asked.write}")
    return 0


def _asked(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="about a minute, for every day")
    parser.add_argument("--letters", type=_several, help="how many in a run (500)")
    parser.add_argument("--pairs", type=_some, help="how many runs of each contender (3)")
    parser.add_argument("--rows", type=_several, help="of the sheet that is only read (1000000)")
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, metavar="FILE",
                        help="write the page, to docs/benchmarks.md")  # fmt: skip
    asked = parser.parse_args(argv)
    usual = _SHORT if asked.short else _WHOLE
    for name, number in zip(("letters", "pairs", "rows"), usual, strict=True):
        if getattr(asked, name) is None:
            setattr(asked, name, number)
    return asked


def _some(text: str) -> int:
    return _at_least(1, text)


def _several(text: str) -> int:
    """Two at least: one is taken off, as what starting costs."""
    return _at_least(2, text)


def _at_least(least: int, text: str) -> int:
    number = int(text)
    if number < least:
        raise argparse.ArgumentTypeError(f"{number} is too few; {least} or more")
    return number


def _read(rows: int) -> Series:
    """A sheet that is only read, small and large, each by a process of its own."""
    few = max(1, rows // 100)
    return Series(few=few, many=rows, short=[_read_one(few)], long=[_read_one(rows)])


def _read_one(rows: int) -> Usage:
    with tempfile.TemporaryDirectory(prefix="followup-bench-") as folder:
        sheet = Path(folder) / "decisions.csv"
        write_sheet(sheet, rows)
        argv = program("-m", "benchmarks.reading", str(sheet))
        used = measure(Command(argv, surroundings(), Path(folder)))
        _say(f"read {rows:,} rows in {used.seconds:.1f} s")
        return used


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
