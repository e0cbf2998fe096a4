"""The summary for HR: when one is due, and what is in it. Pure.

Who it is for looks at it over a coffee: what waits for a person comes first, long lists are cut
with the number that was left out. It names candidates and holds no text of a letter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from worker.policy.calendar import Calendar
from worker.policy.measures import Figures

#: Longer lists are cut.
LISTED = 30

#: Of so many jobs and deciders it tells how long candidates waited.
SLOWEST = 5

#: So far it looks ahead.
AHEAD = timedelta(days=7)

_DAY = timedelta(days=1)

#: So many days back a moment for a digest is looked for: further than any row of holidays.
_LONGEST_GAP = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When digests are due, in the company's zone; ``weekday`` (0 is Monday) is for weekly ones."""

    every: Literal["daily", "weekly", "never"]
    at: time
    weekday: int
    calendar: Calendar

    def latest(self, now: datetime) -> datetime | None:
        """The last moment, in UTC, at which one was due."""
        today = now.astimezone(self.calendar.zone).date()
        days = (today - back * _DAY for back in range(_LONGEST_GAP))
        moments = (self.moment(day) for day in days if self._has_one(day))
        return next((each for each in moments if each <= now), None)

    def moment(self, day: date) -> datetime:
        """When the digest of that day is due."""
        return datetime.combine(day, self.at, self.calendar.zone).astimezone(UTC)

    def _has_one(self, day: date) -> bool:
        if self.every == "daily":
            return self.calendar.is_business_day(day)
        return self.every == "weekly" and day.weekday() == self.weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry; ``at`` is since when it is so, ``detail`` what the mail server said last."""

    entry: str
    name: str
    job_title: str
    outcome: str
    why: str | None = None
    at: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One promised day."""

    entry: str
    name: str
    job_title: str
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of a list, and how long all of it is."""

    rows: Sequence[Line | Day] = ()
    total: int = 0

    @property
    def left_out(self) -> int:
        """How many are not told."""
        return self.total - len(self.rows)


def cut(rows: Sequence[Line | Day]) -> Listed:
    """The first ``LISTED`` of them."""
    return Listed(rows[:LISTED], len(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What became of decisions from ``since`` to ``until``, and what waits for a person then.

    ``sent`` counts letters by outcome, ``hours`` are the figures of these; ``jobs`` and
    ``deciders`` are those where candidates waited longest, the longest first.
    """

    since: datetime
    until: datetime
    sent: Counter[str]
    hours: Mapping[str, Figures]
    jobs: Sequence[tuple[str, Figures]] = ()
    deciders: Sequence[tuple[str, Figures]] = ()
    unsure: Listed = Listed()
    overdue: Listed = Listed()
    late: Listed = Listed()
    bounced: Listed = Listed()
    failed: Listed = Listed()
    held: Listed = Listed()
    coming: Listed = Listed()

    @property
    def is_empty(self) -> bool:
        """Nobody needs to read it."""
        lists = (self.unsure, self.overdue, self.late, self.bounced, self.failed, self.held,
                 self.coming)  # fmt: skip
        return not self.sent and not any(each.total for each in lists)
