"""What the worker does beside taking in and sending, every half minute: wired, in its order.

Each is a step without an answer: it looks at the outbox, and tells people what they are to do.
"""

from collections.abc import Callable, Sequence
from functools import partial

from worker.cli import build
from worker.cli.approving import approving
from worker.cli.channels import calling, shadowing
from worker.cli.promising import digesting, promising
from worker.cli.timing import deadline
from worker.errors import RenderError
from worker.settings import Settings
from worker.steps.approvals import ask_for_approval
from worker.steps.calls import look_at_calls
from worker.steps.digest import write_digest
from worker.steps.judge import House
from worker.steps.late import alarm
from worker.steps.promises import remind
from worker.steps.report import Reporting
from worker.steps.shadow import look_at_shadow
from worker.store.engine import Store

Upkeep = Callable[[], object]


def upkeep(given: Settings, store: Store, rules: House, reports: Reporting) -> Sequence[Upkeep]:
    """All of it."""
    looks: Sequence[Upkeep] = [
        partial(look_at_shadow, shadowing(given, store, reports)),
        partial(ask_for_approval, approving(given, store, reports)),
        partial(look_at_calls, calling(given, store, rules, reports)),
        partial(alarm, deadline(given, store, reports)),
        partial(remind, promising(given, reports)),
        partial(write_digest, digesting(given, reports)),
    ]
    return [partial(_look, each) for each in looks]


def _look(look: Upkeep) -> None:
    """A notice that can't be worded, by a template most often, keeps no letter from going out."""
    try:
        look()
    except RenderError as why:
        build.tell("no_notice", why=str(why))
