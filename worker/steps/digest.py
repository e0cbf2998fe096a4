"""The digest: what HR reads in the morning, once for each day that has one.

Its key is its day, so however many workers and restarts there are, it is written once. A worker
that was down writes the latest one alone, and what happened meanwhile is in that. It tells what
was so at its moment, so that a day that had nothing to tell does not get one an hour later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import cast
from zoneinfo import ZoneInfo

from worker.decision import Outcome
from worker.policy.calendar import BusinessDays, Wait
from worker.policy.digest import AHEAD, SLOWEST, Day, Digest, Line, Listed, Rhythm, cut
from worker.policy.guards import Why
from worker.policy.measures import Figures, figures, worst
from worker.policy.proposals import one_line
from worker.steps.report import Report, Reporting, report
from worker.store import digests, dues, measures
from worker.store.dues import Open

#: The last digest is looked for so many days back.
_BACK = 60

#: What it tells at most where there was none before.
_FIRST = timedelta(days=7)

_ORDER = ("restored", *(why.value for why in Why))


@dataclass(slots=True, kw_only=True)
class Digesting:
    """When a digest is due, and how it leaves. ``deadlines`` stand beside the hours that it took.

    ``looked_at`` is the moment of the last one that was looked at, whether or not it was written.
    """

    reporting: Reporting
    rhythm: Rhythm
    deadlines: Mapping[Outcome, Wait]
    looked_at: datetime | None = field(default=None)


def write_digest(digesting: Digesting) -> None:
    """Write the latest digest that is due, unless it was written, or has nothing to tell."""
    until = digesting.rhythm.latest(digesting.reporting.now())
    if until is None or until == digesting.looked_at:
        return
    digest = gather(digesting, until)
    if digest is not None and not digest.is_empty:
        day = until.astimezone(digesting.rhythm.calendar.zone).date()
        values = in_values(digest, digesting)
        told = Report(key=digests.key_of(day), template="digest", values=values)
        report(digesting.reporting, told)
    digesting.looked_at = until


def gather(digesting: Digesting, until: datetime) -> Digest | None:
    """What there is to tell at that moment; None when it was told, or before the first decision."""
    store, zone = digesting.reporting.store, digesting.rhythm.calendar.zone
    since = _since(digesting, until)
    if since is None:
        return None
    today = until.astimezone(zone).date()
    sents = list(measures.sent_between(store, since, until))
    days = dues.open_until(store, today + AHEAD)
    return Digest(
        since=since, until=until,
        sent=Counter(each.outcome for each in sents),
        hours=figures(sents, "outcome", zone),
        jobs=worst(figures(sents, "job_title", zone), SLOWEST),
        deciders=worst(figures(sents, "decided_by", zone), SLOWEST),
        unsure=digests.unsure(store, until),
        overdue=cut([_day(each) for each in days if each.day < today]),
        late=digests.late(store, until),
        bounced=digests.bounced(store, since, until),
        failed=digests.failed(store, since, until),
        held=digests.held(store, until),
        coming=cut([_day(each) for each in days if each.day >= today]),
    )  # fmt: skip


def _since(digesting: Digesting, until: datetime) -> datetime | None:
    """Where the last digest ended; None when it ends here, or there is nothing yet to tell of."""
    store, rhythm = digesting.reporting.store, digesting.rhythm
    first = digests.first_entry(store)
    if first is None or first > until:
        return None
    today = until.astimezone(rhythm.calendar.zone).date()
    last = digests.last_written(store, (today - timedelta(days=back) for back in range(_BACK)))
    if last is None:
        return max(first - timedelta(seconds=1), until - _FIRST)
    day, written = last
    # The time of day may have been changed since it was written.
    return None if day == today else min(rhythm.moment(day), written)


def _day(each: Open) -> Day:
    decision = each.decision
    return Day(entry=each.token, name=decision["name"], job_title=decision["job_title"],
               kind=each.kind.value, day=each.day)  # fmt: skip


def in_values(digest: Digest, digesting: Digesting) -> Mapping[str, object]:
    """What the words of the digest need; days are the company's."""
    zone = digesting.rhythm.calendar.zone
    lists = ("unsure", "overdue", "late", "bounced", "failed", "coming")
    held = cast("Sequence[Line]", digest.held.rows)
    return {
        **{name: _in_list(getattr(digest, name), zone.key) for name in lists},
        "held": [
            {"why": why, "rows": [_row(each, zone.key) for each in held if each.why == why]}
            for why in sorted({each.why or "" for each in held}, key=_ORDER.index)
        ],
        "held_total": digest.held.total, "held_left_out": digest.held.left_out,
        "sent_total": digest.sent.total(),
        "sent": [
            {"outcome": outcome, "number": digest.sent[outcome],
             **_hours(digest.hours[outcome]), **_aim(digesting.deadlines.get(Outcome(outcome)))}
            for outcome in sorted(digest.sent)
        ],
        "jobs": _slowest(digest.jobs), "deciders": _slowest(digest.deciders),
        "since": digest.since, "until": digest.until, "zone": zone.key,
    }  # fmt: skip


def _in_list(listed: Listed, zone: str) -> Mapping[str, object]:
    rows = [_row(each, zone) for each in listed.rows]
    return {"rows": rows, "total": listed.total, "left_out": listed.left_out}


def _row(each: Line | Day, zone: str) -> Mapping[str, object]:
    told = {"entry": each.entry, "name": one_line(each.name),
            "job_title": one_line(each.job_title)}  # fmt: skip
    if isinstance(each, Day):
        return {**told, "kind": each.kind, "day": each.day}
    since = each.at.astimezone(ZoneInfo(zone)).date() if each.at else None
    return {**told, "outcome": each.outcome, "since": since,
            "detail": one_line(each.detail or "")}  # fmt: skip


def _slowest(found: Sequence[tuple[str, Figures]]) -> list[Mapping[str, object]]:
    """Where letters are of one job, or of one decider, the outcomes say it all."""
    if len(found) == 1:
        return []
    return [{"name": one_line(name), "number": each.number, **_hours(each)} for name, each in found]


def _hours(found: Figures) -> Mapping[str, object]:
    """Whole hours, rounded up."""
    told = {"median": ceil(found.decision.median), "p95": ceil(found.decision.p95)}
    if found.interview is None:
        return told
    interview = {"median": ceil(found.interview.median), "p95": ceil(found.interview.p95)}
    return {**told, "interview": interview}


def _aim(deadline: Wait | None) -> Mapping[str, object]:
    """In business days, or in hours."""
    days = deadline.days if isinstance(deadline, BusinessDays) else 0
    hours = deadline / timedelta(hours=1) if isinstance(deadline, timedelta) else 0
    return {"deadline_days": days, "deadline_hours": ceil(hours)}
