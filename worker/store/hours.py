"""The hours and holidays of a letter that is due, and that a rest may have kept until the night.

For ``outbox``, which asks in the transaction of a claim, so that nothing is claimed that must
wait. What a person sends now goes at any hour, and notices have none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Row

from worker.store import journal

#: Moves a moment into the hours of a stored decision; a notice has an empty one.
Hours = Callable[[Mapping[str, str], datetime], datetime]

#: After these, what a person said before still holds.
NO_TRY = frozenset({"claimed", "dot_pending", "not_tried", "reclaimed", "late"})


def at_any_hour(_decision: Mapping[str, str], moment: datetime) -> datetime:
    """Nothing waits."""
    return moment


def opening(
    connection: Connection, due: Row[tuple[object, ...]], hours: Hours, now: datetime
) -> datetime | None:
    """Until when a due entry, its id and decision, waits for its hours; None when it may go."""
    until = hours(due.decision or {}, now)
    if until <= now or journal.last_event(connection, due.id, but=NO_TRY) == "send_now":
        return None
    return until
