"""Business days: the days on which people expect mail, and how long a wait is in them. Pure.

What a holiday is comes from outside (``worker.calendars``), as a question that is asked of a day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A wait of so many business days."""

    days: int

    def __str__(self) -> str:
        """As it is written in the settings."""
        return f"{self.days} business day{'' if self.days == 1 else 's'}"


#: How long something may take, or has to wait.
Wait = timedelta | BusinessDays


def no_holiday(_day: date) -> bool:
    """Every day is like the others."""
    return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of a place: ``weekend`` are days of the week, 0 is Monday."""

    zone: ZoneInfo
    is_holiday: Callable[[date], bool] = no_holiday
    weekend: frozenset[int] = frozenset({5, 6})

    def is_business_day(self, day: date) -> bool:
        """Neither weekend nor holiday."""
        return day.weekday() not in self.weekend and not self.is_holiday(day)

    def later(self, moment: datetime, wait: Wait) -> datetime:
        """The moment after that wait, in UTC; after business days at the same time of day."""
        if isinstance(wait, timedelta):
            return moment.astimezone(UTC) + wait
        local = moment.astimezone(self.zone)
        day = self.business_day_after(local.date(), wait.days)
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def business_day_after(self, day: date, number: int) -> date:
        """The business day so many business days later."""
        while number > 0:
            day += _DAY
            number -= self.is_business_day(day)
        return day

    def business_day_before(self, day: date, number: int) -> date:
        """The business day so many business days earlier."""
        while number > 0:
            day -= _DAY
            number -= self.is_business_day(day)
        return day
