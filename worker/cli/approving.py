"""Asking for approval, wired."""

from worker.cli import build, people
from worker.settings import Settings
from worker.steps.approvals import Approving
from worker.steps.report import Reporting
from worker.store.engine import Store


def approving(given: Settings, store: Store, reports: Reporting) -> Approving:
    """Who may approve, from the settings."""
    return Approving(
        store=store,
        deciders=list(people.deciders(given).values()),
        reporting=reports,
        zone=given.company.timezone,
        now=build.now,
        tell=build.tell,
    )
