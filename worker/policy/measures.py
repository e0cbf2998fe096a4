"""How long candidates waited for word: from the interview, and from the decision, to the 2xx. Pure.

A date without a time counts from the end of that day in the company's zone, and never from later
than when the decision came in: a figure may be too small by a day, and is never too large. A
decision without its day counts from when it came in; a letter without the day of its interview
is not in the figures from the interview.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from worker.decision import fold

By = Literal["outcome", "job_title", "decided_by"]

#: Percent; see ``_rank``.
MEDIAN, P95 = 50, 95


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter that the mail server took at ``sent_at``, also when it was returned later.

    ``came_in`` is when its decision came in.
    """

    outcome: str
    job_title: str
    decided_by: str
    came_in: datetime
    sent_at: datetime
    decided_on: date | None = None
    interviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Of a number of waits, in hours."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of ``number`` letters: hours from the decision, and from the interview where it is known."""

    number: int
    decision: Figure
    interview: Figure | None


def figures(sents: Iterable[Sent], by: By | None, zone: ZoneInfo) -> dict[str, Figures]:
    """The figures by what the letters are told apart by; the key of all, and of none, is "".

    ``zone`` is the company's. Case and space tell nothing apart; the first spelling is the key.
    """
    groups: dict[str, tuple[str, list[Sent]]] = {}
    for each in sents:
        key = str(getattr(each, by) or "") if by else ""
        groups.setdefault(fold(key), (key, []))[1].append(each)
    return {key: _figures(group, zone) for key, group in groups.values()}


def worst(found: Mapping[str, Figures], most: int) -> list[tuple[str, Figures]]:
    """Where candidates wait longest after the decision, by the median; ``most`` of them."""
    ranked = sorted(found.items(), key=lambda each: (-each[1].decision.median, each[0]))
    return ranked[:most]


def _figures(group: Sequence[Sent], zone: ZoneInfo) -> Figures:
    decision = [_hours(each, each.decided_on, zone) for each in group]
    interview = [
        _hours(each, each.interviewed_on, zone) for each in group if each.interviewed_on is not None
    ]
    return Figures(len(group), _figure(decision), _figure(interview) if interview else None)


def _hours(sent: Sent, day: date | None, zone: ZoneInfo) -> float:
    """From the end of that day, or from when the decision came in."""
    since = sent.came_in.astimezone(UTC)
    if day is not None and day < date.max:
        ends = datetime.combine(day + timedelta(days=1), time.min, zone)
        since = min(since, ends.astimezone(UTC))
    # A proof may date a letter by the clock of a mail server that is slow.
    return max(sent.sent_at.astimezone(UTC) - since, timedelta(0)) / timedelta(hours=1)


def _figure(hours: list[float]) -> Figure:
    ordered = sorted(hours)
    return Figure(_rank(ordered, MEDIAN), _rank(ordered, P95))


def _rank(ordered: Sequence[float], percent: int) -> float:
    """By the nearest rank: a wait that some candidate had, not one between two of them."""
    return ordered[-(-len(ordered) * percent // 100) - 1]
