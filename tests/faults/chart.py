"""The chart of states as docs/architecture.md draws it, read so that tests can hold to it.

Two readings of one page: the arrows of the diagram, and the table of journal events.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.lifecycle import Status

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"

#: Where an entry comes from: the diagram's ``[*]``.
NOWHERE = ""

#: Wherever the chart leads to ``queued``, what a newer decision superseded is cancelled instead.
SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Chart:
    """``arrows`` are (from, to); ``events`` say in which statuses each event starts and ends."""

    arrows: frozenset[tuple[str, str]]
    events: Mapping[str, tuple[frozenset[str], frozenset[str]]]

    def allows(self, event: str, before: str, to: str) -> bool:
        """Whether an entry in ``before`` may get to ``to`` by this event."""
        if event == SUPERSEDED and (before, Status.QUEUED) in self.arrows:
            return to == Status.CANCELLED
        known = self.events.get(event)
        if known is None or to not in known[1] or (before and before not in known[0]):
            return False
        return before == to or (before, to) in self.arrows


def read_chart() -> Chart:
    """What the page says."""
    text = PAGE.read_text("utf-8")
    diagram = text.partition("stateDiagram-v2")[2].partition("```")[0]
    arrows = re.findall(r"^\s*(\S+) --> (\S+):", diagram, re.MULTILINE)
    table = text.partition("| event in the journal |")[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return Chart(
        arrows=frozenset((NOWHERE if a == "[*]" else a, b) for a, b in arrows),
        events={event: (_statuses(row[1]), _statuses(row[2])) for row in rows
                for event in _quoted(row[0])},
    )  # fmt: skip


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _statuses(cell: str) -> frozenset[str]:
    return frozenset(each for each in _quoted(cell) if each in set(Status))
