"""How long candidates waited for word, for ``status``: figures of the last 30 days."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import get_args

from rich.table import Table
from rich.text import Text

from worker.policy.measures import By, Figure, Figures, Sent, figures, worst
from worker.settings import Settings
from worker.store.engine import Store
from worker.store.measures import sent_between

PERIOD = timedelta(days=30)

#: What people read above the table.
TITLE = f"hours to follow up, of the last {PERIOD.days} days: the median, and the 95th of 100"

#: So many jobs and deciders are shown, those whose candidates wait longest first.
MOST = 5


def follow_up(given: Settings, store: Store, now: datetime) -> Mapping[str, Mapping[str, Figures]]:
    """By what, to the figures; "all" has one, under the key "". Empty when nothing was sent."""
    sents: list[Sent] = list(sent_between(store, now - PERIOD, now))
    if not sents:
        return {}
    zone = given.company.zone
    told = {by: figures(sents, by, zone) for by in get_args(By)}
    return {"all": figures(sents, None, zone), **told}


def as_json(found: Mapping[str, Mapping[str, Figures]]) -> dict[str, object] | None:
    """Hours to a tenth; None when nothing was sent."""
    if not found:
        return None
    told = {by: {key: _plain(each) for key, each in group.items()} for by, group in found.items()}
    return {"days": PERIOD.days, **told, "all": _plain(found["all"][""])}


def _plain(each: Figures) -> dict[str, object]:
    return {
        "number": each.number,
        "decision": _rounded(each.decision),
        "interview": _rounded(each.interview) if each.interview else None,
    }


def _rounded(figure: Figure) -> dict[str, float]:
    return {"median": round(figure.median, 1), "p95": round(figure.p95, 1)}


def as_table(found: Mapping[str, Mapping[str, Figures]]) -> Table:
    """For people: all, every outcome, and the jobs and deciders with the longest waits."""
    table = Table(box=None, header_style="bold")
    for column in ("by", ""):
        table.add_column(column, overflow="fold")
    for column in ("letters", "from decision", "p95", "from interview", "p95"):
        table.add_column(column, justify="right")
    for by, name, each in _rows(found):
        hours = (*_cells(each.decision), *_cells(each.interview))
        table.add_row(by, Text(name), str(each.number), *hours)
    return table


def _rows(found: Mapping[str, Mapping[str, Figures]]) -> Iterator[tuple[str, str, Figures]]:
    yield "all", "", found["all"][""]
    for key, each in sorted(found["outcome"].items()):
        yield "outcome", key, each
    for by, name in (("job_title", "job"), ("decided_by", "decider")):
        for key, each in worst(found[by], MOST):
            yield name, key or "(not named)", each


def _cells(figure: Figure | None) -> tuple[str, str]:
    return (f"{figure.median:.1f}", f"{figure.p95:.1f}") if figure else ("", "")
