"""What the worker does beside taking in and sending, every half minute: wired, in its order.

Each is a step without an answer: it looks at the outbox, and tells people what they are to do.
"""

from collections.abc import Callable, Sequence

from worker.settings import Settings
from worker.steps.judge import House
from worker.steps.report import Reporting
from worker.store.engine import Store

Upkeep = Callable[[], object]


def upkeep(given: Settings, store: Store, rules: House, reports: Reporting) -> Sequence[Upkeep]:
    """All of it."""
    del given, store, rules, reports
    return []
