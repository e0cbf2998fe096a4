"""Promised days and the digest, wired; and the days that are open, for ``list --due``."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from rich.table import Table
from rich.text import Text

from worker.cli import build, people
from worker.policy.digest import Rhythm
from worker.policy.promises import Reminding
from worker.policy.timing import DAYS
from worker.settings import Settings
from worker.steps.digest import Digesting
from worker.steps.promises import Promising
from worker.steps.report import Reporting
from worker.store import dues
from worker.store.engine import Store


def promising(given: Settings, reports: Reporting) -> Promising:
    """How people are reminded of promised days."""
    ours, hr = people.ours_of(given), given.company.hr_address or ""

    def hears(decided_by: str | None) -> str | None:
        found = ours.hears(decided_by)
        return None if found is None or found.casefold() == hr.casefold() else found

    return Promising(
        reporting=reports,
        rules=Reminding(
            remind=given.promises.remind,
            warn=given.promises.warn,
            calendar=build.calendars(given).company(),
        ),
        hears=hears,
        mailbox=_decisions_go_to(given),
    )


def _decisions_go_to(given: Settings) -> str | None:
    """What people are told; None where there is no mailbox, or its address is not known."""
    box = given.mailbox
    known = box.address is not None or "@" in (box.username or "")
    return build.decision_address(given) if box.enabled and known else None


def digesting(given: Settings, reports: Reporting) -> Digesting:
    """How HR gets its digest."""
    timings = given.timing.by_outcome()
    return Digesting(
        reporting=reports,
        rhythm=Rhythm(
            every=given.digest.every,
            at=given.digest.at,
            weekday=DAYS.index(given.digest.weekday),
            calendar=build.calendars(given).company(),
        ),
        deadlines={outcome: timing.deadline for outcome, timing in timings.items()},
    )


def today(given: Settings, now: datetime) -> date:
    """The company's day."""
    return now.astimezone(given.company.zone).date()


def open_days(given: Settings, store: Store, now: datetime) -> Iterator[dict[str, object]]:
    """Every day that was promised, or that the law sets, and is open; the first one first."""
    for each in dues.open_until(store, date.max):
        decision = each.decision
        yield {
            "entry": each.token, "kind": each.kind.value, "day": each.day.isoformat(),
            "overdue": each.day < today(given, now), "outcome": decision.get("outcome"),
            "status": each.status, "name": decision.get("name"), "email": decision.get("email"),
            "job_title": decision.get("job_title"),
            "application_id": decision.get("application_id"), "decided_by": each.decided_by,
            "told_at": each.told_at.isoformat().replace("+00:00", "Z") if each.told_at else None,
        }  # fmt: skip


def as_table(days: Iterable[Mapping[str, object]]) -> Table:
    """For people; what is over is red."""
    table = Table(box=None, header_style="bold")
    for column in ("by", "what", "candidate", "job", "told last", "decided by", "entry"):
        table.add_column(column, overflow="fold")
    for each in days:
        told = ("name", "job_title", "outcome", "decided_by", "entry")
        table.add_row(
            Text(str(each["day"]), style="red" if each["overdue"] else ""),
            str(each["kind"]).replace("_", " "),
            *(Text(str(each[name] or "")) for name in told),
        )
    return table
