"""Telling HR or a decider what the worker met: one notice for each key, once and for all.

The words stand in ``templates/notices``; how they become a sealed mail is passed in. Where the
company has no ``hr_address`` there is nobody to tell, and only the log and ``status`` say it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from worker.letter import Letter
from worker.store import reports
from worker.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What to tell. ``key`` names the occasion; ``to`` is a decider's address, None is HR.

    ``template`` is a folder of ``templates/notices`` and ``values`` what its words need.
    ``answerable``: the entries, by their tokens, that a reply to it may act on, by their rows; a
    notice about one entry has row 0. ``calendar`` is an invitation (RFC 5545) that goes with it.
    """

    key: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    to: str | None = None
    answerable: Mapping[int, str] = field(default_factory=dict)
    calendar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How reports leave. ``seal`` answers None when there is nobody to tell."""

    store: Store
    seal: Callable[[Report], Letter | None]
    now: Callable[[], datetime]


def report(reporting: Reporting, told: Report) -> bool:
    """Queue the notice; False when it was told before, or there is nobody to tell."""
    sealed = reporting.seal(told)
    if sealed is None:
        return False
    with reporting.store.write() as connection:
        return reports.put(
            connection, told.key, sealed, reporting.now(), answerable=told.answerable
        )
