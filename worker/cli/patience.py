"""Steps that rest while the database is away, and a log that does not repeat itself meanwhile."""

import threading
from collections.abc import Callable
from functools import wraps

from worker.errors import StoreAway
from worker.loop import Step

#: Seconds that a step rests when the database is away, and between two lines that say so.
REST, SAY = 5.0, 60.0


class Seldom:
    """Tells an event at most once in ``SAY`` seconds, whatever its fields; threads share it."""

    def __init__(self, tell: Callable[..., None], monotonic: Callable[[], float]) -> None:
        self._tell = tell
        self._monotonic = monotonic
        self._told: dict[str, float] = {}
        self._turn = threading.Lock()

    def __call__(self, event: str, **fields: object) -> None:
        """Tell it, unless it was told a moment ago."""
        now = self._monotonic()
        with self._turn:
            last = self._told.get(event)
            if last is not None and now - last < SAY:
                return
            self._told[event] = now
        self._tell(event, **fields)


def patient(step: Step, stop: threading.Event, tell: Callable[..., None]) -> Step:
    """The step, which rests and tries again when the database can't be used."""

    @wraps(step)
    def patiently() -> bool:
        try:
            return step()
        except StoreAway as why:
            tell("store_away", why=str(why))
            stop.wait(REST)
            return False

    return patiently
