"""What people hand in: the values that every source of decisions speaks in.

Siblings in this package do not know each other, except that ``csvdrop`` and ``mailbox`` use
``sheets`` to read a spreadsheet and ``mailbox`` uses ``mailform`` and ``proof``.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a spreadsheet, or the one decision of a mail.

    ``number`` counts as a spreadsheet program does: the header is row 1; a decision mail is
    row 1. ``fields`` maps canonical column names (CONTRACT section 3) to stripped text; unknown
    columns are not in it. ``cells`` are the raw cells as they were, for the problem file.
    ``problem`` is set when the row can't be read at all (ragged, control characters).
    """

    number: int
    fields: Mapping[str, str]
    cells: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row: ``status`` is queued, held, done, duplicate or refused."""

    row: int
    status: str
    entry: str | None = None
    problem: str | None = None
