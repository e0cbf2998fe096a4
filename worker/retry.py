"""Both altitudes of retrying, and the only user of tenacity.

Seconds: ``opening`` tries again to open a session with a server, and stops when told to.
Minutes to days: ``delays`` is the arithmetic of an entry's next ``not_before``.
Nothing here is ever put around a send: that is how other systems mail twice.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_when_event_set,
    wait_exponential,
    wait_random_exponential,
)

from worker.errors import SessionError, TokenRefused

T = TypeVar("T")


def opening(opens: Callable[[], T], stop: threading.Event, tries: int = 3) -> T:
    """Open a session, trying again within seconds when the failure may pass.

    Raises the last ``SessionError``. A lasting failure (wrong password, wrong certificate) is
    raised at once, and so is every failure of a login: repeating it locks accounts. Only a token
    that was refused is no such failure yet, because the next try has a new one.
    """
    retrying = Retrying(
        retry=retry_if_exception(_may_pass),
        # Both are needed: the sleep alone, once the event is set, burns the tries left.
        stop=stop_any(stop_after_attempt(tries), stop_when_event_set(stop)),
        sleep=sleep_using_event(stop),
        wait=wait_random_exponential(multiplier=0.5, max=5),
        reraise=True,
    )
    return retrying(opens)


def _may_pass(why: BaseException) -> bool:
    if isinstance(why, TokenRefused):
        return True
    return isinstance(why, SessionError) and not why.lasting and why.stage != "auth"


def delays(
    first: timedelta, longest: timedelta, spread: Callable[[], float]
) -> Callable[[int], timedelta]:
    """The wait before the next try, by the number of tries made (1 after the first).

    ``first``, then three times as long each time, up to ``longest``: two tries in the first hour
    and then every few hours, as RFC 5321 4.5.4.1 advises. ``spread`` gives 0.0 to 1.0 and adds
    up to a tenth, so that many entries deferred at once do not come back at once.
    """
    wait = wait_exponential(
        multiplier=first.total_seconds(), exp_base=3, max=longest.total_seconds()
    )

    def delay(attempt: int) -> timedelta:
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = max(attempt, 1)
        return timedelta(seconds=wait(state) * (1 + spread() / 10))

    return delay
