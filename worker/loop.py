"""Running the steps: one thread each, one stop event, and a crash of one that stops all.

The table is the queue, so the threads share nothing but the database. A crash outside an entry
ends the process with an error, and its supervisor starts it again: the database knows how to go
on. Only this module and the command line touch threads and signals.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType

#: Does a piece of work; True to go again at once, False to rest.
Step = Callable[[], bool]


def drive(step: Step, stop: threading.Event, rest: float) -> None:
    """Run one step until told to stop, resting ``rest`` seconds when it has nothing to do."""
    while not stop.is_set():
        if not step():
            stop.wait(rest)


def run_all(steps: Mapping[str, tuple[Step, float]], stop: threading.Event) -> None:
    """Run every step in its own thread until ``stop``; raises what the first crash raised."""
    _in_threads([partial(drive, step, stop, rest) for step, rest in steps.values()], stop.set)


def exhaust(steps: Sequence[Step], stop: threading.Event) -> None:
    """Run every step, side by side, until it rests or all are to stop; raises the first crash."""

    def whole(step: Step) -> None:
        while not stop.is_set() and step():
            pass

    _in_threads([partial(whole, step) for step in steps], stop.set)


def _in_threads(works: Sequence[Callable[[], None]], on_crash: Callable[[], None]) -> None:
    crashes: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as crash:  # noqa: BLE001 - whatever it is, no thread dies unseen
            crashes.append(crash)
            on_crash()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if crashes:
        raise crashes[0]


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT finish the letter at hand; the same signal again ends at once.

    Ending at once is safe: what was between the dot and its answer is ``unsure`` afterwards.
    """
    kinds = (signal.SIGTERM, signal.SIGINT)

    def on_signal(kind: int, _frame: FrameType | None) -> None:
        signal.signal(kind, signal.SIG_DFL)
        stop.set()

    before = {kind: signal.signal(kind, on_signal) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
