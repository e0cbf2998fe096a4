"""Decisions of another day: too old to be news, or decided in days to come. Pure."""

from datetime import date, timedelta

from worker.decision import Decision

#: Somebody on the other side of the date line decides tomorrow.
_ZONES = timedelta(days=1)


def stale(decision: Decision, after: timedelta, today: date) -> str | None:
    """What is odd about ``decided_on``, for people; ``after`` is ``guards.stale_after``."""
    day = decision.decided_on
    if day is None:
        return None
    if day - today > _ZONES:
        return f"decided_on {day} lies in the future: see the date, then release it or cancel it"
    if today - day > after:
        return (
            f"it was decided on {day}, more than {after / timedelta(days=1):g} days ago: release it"
            " if it is still true, else cancel it"
        )
    return None
