"""When an unsure letter is looked for in Sent, and which is never sent again. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from worker.decision import Outcome
from worker.policy.calibration import Calibration, patience

#: After the dot. Most providers file a copy within seconds, some after many minutes.
LOOKS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60),
)  # fmt: skip

#: A candidate who hears "no", or gets an offer, twice is worse off than one whom HR calls.
NEVER_AGAIN = frozenset({Outcome.REJECTED, Outcome.OFFER})


def looks_of(outcome: str, calibration: Calibration | None) -> tuple[timedelta, ...]:
    """When it is looked for; once more where a later look decides that it is sent again."""
    if calibration is None or outcome in NEVER_AGAIN:
        return LOOKS
    return tuple(sorted({*LOOKS, patience(calibration)}))


def is_due(
    dot_at: datetime, looked_at: datetime | None, now: datetime, looks: Iterable[timedelta]
) -> bool:
    """Whether the time of a look falls between the last look and now."""
    last = looked_at or dot_at
    return any(last < dot_at + after <= now for after in looks)
