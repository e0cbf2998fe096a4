"""The deadline: HR is told of every letter that was not sent in time, and what would mend it.

One notice about all that became late, and at most one an hour: when a mail server is away for days,
every letter behind it becomes late. An entry is told of once; what was not told stays late, and is
in the next notice. Nothing is moved: that a letter is late lets nothing go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from worker.steps.report import Report, Reporting
from worker.store import overdue
from worker.store.engine import Store
from worker.store.overdue import Overdue

#: So many are named in a notice; the others are counted.
NAMED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Where late letters are looked for, and who is told; ``zone`` is for the reader."""

    store: Store
    reporting: Reporting
    zone: str
    now: Callable[[], datetime]
    tell: Callable[..., None]


def alarm(deadline: Deadline) -> bool:
    """Tell HR of what is late. Always False: there is time to rest."""
    now = deadline.now()
    period = f"{now.astimezone(UTC):%Y-%m-%dT%H}"
    late = overdue.letters(deadline.store, now, period)
    if not late:
        return False
    values = _values(late, deadline.zone)
    notice = deadline.reporting.seal(Report(key="late", template="late", values=values))
    if overdue.tell(deadline.store, late, notice, now, period=period):
        deadline.tell("late", rows=len(late))
    return False


def _values(late: Sequence[Overdue], zone: str) -> Mapping[str, object]:
    return {
        "letters": [
            {
                "entry": each.token, "name": each.name or each.email,
                "who": f"{each.name} <{each.email}>".strip(),
                "job_title": each.job_title, "outcome": each.outcome, "status": each.status,
                "why": each.why, "not_before": each.not_before, "last_reply": each.last_reply,
                "late_after": each.late_after,
            }
            for each in late[:NAMED]
        ],
        "number": len(late),
        "more": len(late) - len(late[:NAMED]),
        "zone": zone,
    }  # fmt: skip
