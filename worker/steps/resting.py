"""What trouble of ours means for all sending: a rest, a slower pace, and people told once of it.

Used by ``send``, and by housekeeping to remind. A report is mail over the same server, so it may
wait as long as the trouble lasts; the log, ``followup status`` and ``followup check`` say it at
once. When the breaker opens, letters rest and notices go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.result import Rest
from worker.steps.report import Report
from worker.store import pauses, rate
from worker.store.engine import Store
from worker.store.pauses import BREAKER, DOMAIN, SERVER, Pause

#: What is over sooner than this, people need not know of.
TOLD_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """Where rests go. ``limit`` is ``smtp.rate`` in letters a minute; ``zone`` is for people."""

    store: Store
    limit: float | None
    zone: str
    report: Callable[[Report], bool]
    tell: Callable[..., None]


def begin(
    resting: Resting, given: Rest, detail: str, *, now: datetime, by: str, domain: str = ""
) -> None:
    """Rest, for every worker: all sending, or what goes to ``domain``."""
    if given.slower:
        pace = rate.slow(resting.store, resting.limit, now=now, by=by)
        resting.tell("slowed", per_minute=pace)
    scope = f"{DOMAIN}{domain}" if given.scope == "domain" else SERVER
    made = pauses.rest(resting.store, scope, given, detail, now=now, by=by)
    if made is None or made.until is None:
        return
    resting.tell("paused", scope=scope, seconds=(made.until - now).total_seconds(), why=made.why)
    if scope == SERVER and _is_long(made):
        _tell_people(resting, made)


def _is_long(pause: Pause) -> bool:
    return pause.until is None or pause.until - pause.since >= TOLD_AFTER


def remind(resting: Resting, now: datetime) -> None:
    """Tell people what a kill, or a database that was away, kept from them when it began."""
    for each in pauses.standing(resting.store, now).holding:
        if each.scope == BREAKER or (each.scope == SERVER and _is_long(each)):
            _tell_people(resting, each)


def look_at_breaker(resting: Resting, now: datetime) -> None:
    """A letter was refused for good: say it when that was one too many."""
    for each in pauses.standing(resting.store, now).holding:
        if each.scope == BREAKER:
            resting.tell("paused", scope=BREAKER, why=each.why)
            _tell_people(resting, each)


def _tell_people(resting: Resting, pause: Pause) -> None:
    """Once for each episode."""
    key = f"pause:{pause.scope}:{pause.since:%Y%m%dT%H%M%S}"
    values = {"why": pause.why, "mend": pause.mend, "since": pause.since, "until": pause.until,
              "zone": resting.zone}  # fmt: skip
    resting.report(Report(key=key, template="pause", values=values))
