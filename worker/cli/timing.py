"""Holidays and the deadline, wired: whose days count, and who is told of what is late."""

from collections.abc import Iterator

from worker.cli import build
from worker.cli.findings import GOOD, Finding
from worker.settings import Settings
from worker.steps.late import Deadline
from worker.steps.report import Reporting
from worker.store.engine import Store


def deadline(given: Settings, store: Store, reports: Reporting) -> Deadline:
    """What ``alarm`` asks for."""
    return Deadline(
        store=store,
        reporting=reports,
        zone=given.company.timezone,
        now=build.now,
        tell=build.tell,
    )


def findings(given: Settings) -> Iterator[Finding]:
    """For ``check``: on which days no letter goes. Raises ``SettingsError``."""
    found = build.calendars(given)
    if found.listed is None:
        told = "public holidays of the decision's job_country"
        told += f", or else of {found.home}" if found.home else "; company.country is not set"
    else:
        told = ", ".join(map(str, found.listed)) or "none"
    yield Finding("holidays", GOOD, told)
