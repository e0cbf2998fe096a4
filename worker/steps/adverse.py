"""Telling HR of a row that was refused because it rests on a background check.

The one who handed it in reads it in the result or the receipt; HR has to act, for the law gives
the candidate rights before anybody is told no. Once for each row of a submission: the notice is
queued before the submission ends, so a crash between tells it again under the same key.
"""

from collections.abc import Callable

from worker.errors import AdverseAction
from worker.intake import Row
from worker.policy.proposals import one_line
from worker.steps.report import Report, Reporting, report
from worker.store.ledger import Arrival

#: Who is told of a refused row: where it came from, the row, and why it was refused.
Tells = Callable[[Arrival, Row, AdverseAction], object]


def tell_nobody(arrival: Arrival, row: Row, why: AdverseAction) -> None:
    """For a rehearsal."""


def tell_hr(
    arrival: Arrival, row: Row, why: AdverseAction, *, into: Reporting, decider: str | None = None
) -> None:
    """Queue the notice, unless it was; ``decider`` is whose mail it stood in."""
    told = Report(
        key=f"adverse:{arrival.id}:{row.number}",
        template="adverse",
        values={
            "name": _said(row, "name") or _whole_name(row),
            "email": _said(row, "email"),
            "job_title": _said(row, "job_title"),
            "decided_by": decider or _said(row, "decided_by"),
            "what": one_line(why.what)[:200],
            "source": arrival.source,
            "place": one_line(arrival.name),
            "row": row.number,
        },
    )
    report(into, told)


def _whole_name(row: Row) -> str:
    return " ".join(filter(None, (_said(row, "first_name"), _said(row, "last_name"))))


def _said(row: Row, name: str) -> str:
    """What strangers wrote, short and in one line."""
    return one_line(row.fields.get(name, ""))[:200]
