"""The figures for people: one table for the terminal and for docs/benchmarks.md."""

from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks.contenders import CONTENDERS, PLAIN
from benchmarks.figures import TOO_FEW, Series, ratio, spread

_PAGE = """\
# Benchmarks

{bench} wrote this page on {day:%-d %B %Y}; every figure comes from that one run. On your own
machine, `./run bench` prints the figures, and `./run bench --write` puts them here.

## Letters

From a CSV of {letters} decisions, renamed into the drop folder, until every entry is settled:
{pairs} paired runs, alternating, against Postfix's `smtp-sink` on the same machine, which takes
whatever comes and keeps nothing durably.

{letters_table}

- **plain script** is what one would write instead: `tests/benchmarks/plain.py`, with csv, jinja2,
  email.message and smtplib, the same rows and templates, and one connection. It keeps nothing:
  after a crash nobody knows who has a letter.
- **followup** is `followup run --once` on SQLite with its default of two connections. Each
  decision with its sealed letter, each claim, each final dot that goes out and each answer is
  committed and synced to the disk before the next step. Its letters are proofread, and their
  styles are written into the HTML. Turned off is what would hold letters back (the undo
  window, office hours, and the guards that wait for a person), and the mail to people of ours:
  receipt and digest.
- A figure counts only when every letter arrived exactly once and every entry is `sent`; else the
  benchmark ends with an error. *Taken* says how many runs did so.
- *Start* is the same run with one letter: the interpreter, the configuration, an empty database.
  It is taken off the other figures, so they are what one more letter costs.
- *Memory* is the peak of the contender's own process; the sink is in none of the figures, but
  shares the processor.

## Reading

A sheet read to its end as the worker reads it: once to be sure that all of it can be read, then
row by row.

{reading_table}

## The machine

{machine}
"""


def letters_table(found: Mapping[str, Series]) -> str:
    """A line for each contender."""
    head = ("", "decisions/s", "to the plain script", "CPU s for 1000", "memory", "start", "taken")
    rows = [_letters_row(each.name, found[each.name], found[PLAIN.name]) for each in CONTENDERS]
    return _table(head, rows)


def _letters_row(name: str, series: Series, plain: Series) -> Sequence[str]:
    faster = ratio(series, plain)
    return (
        name,
        spread(series.rates),
        f"{faster:.2f}" if faster is not None else TOO_FEW,
        f"{series.cpu:.2f}" if series.rates else TOO_FEW,
        f"{series.peak:.0f} MB",
        f"{series.start:.2f} s",
        f"{len(series.long)} x {series.many} letters, each once",
    )


def reading_table(series: Series) -> str:
    """A line for the small sheet and one for the large one."""
    small = max(run.peak for run in series.short)
    rows = (
        (f"{series.few:,}", "", f"{small:.0f} MB"),
        (f"{series.many:,}", spread(series.rates), f"{series.peak:.0f} MB"),
    )
    return _table(("rows", "rows/s", "memory"), rows)


def page(
    found: Mapping[str, Series],
    reading: Series,
    *,
    machine: Mapping[str, str],
    command: str,
    day: date,
) -> str:
    """docs/benchmarks.md."""
    plain = found[PLAIN.name]
    return _PAGE.format(
        bench=f"`{command}`",
        day=day,
        letters=f"{plain.many:,}",
        pairs=len(plain.long),
        letters_table=letters_table(found),
        reading_table=reading_table(reading),
        machine=machine_table(machine),
    )


def machine_table(machine: Mapping[str, str]) -> str:
    """A line for each fact."""
    return _table(("", ""), list(machine.items()))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown that reads well as plain text, too."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
