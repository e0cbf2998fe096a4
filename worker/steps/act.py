"""What a person does to an entry, by the same verbs of the outbox that the worker uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker import lifecycle, verbs
from worker.calendars import Calendars
from worker.decision import Outcome
from worker.lifecycle import Transition
from worker.policy.deciders import Decider
from worker.policy.timing import Timing, within
from worker.reading import decision_of
from worker.store import outbox, views
from worker.store.engine import Store

Verb = Callable[[datetime, datetime, tuple[str, ...]], Transition]


def _found_sent(now: datetime, _due: datetime, waits: tuple[str, ...]) -> Transition:
    if waits[:1] == (lifecycle.RESTORED,):
        return verbs.sent_before_restore(now)
    return verbs.resolved_sent(now)


def _found_unsent(_now: datetime, due: datetime, waits: tuple[str, ...]) -> Transition:
    """What waits for other things as well goes on to the next of them."""
    if waits[:1] == (lifecycle.RESTORED,):
        return verbs.release(due, waits)
    return verbs.resolved_not_sent(due)


#: What each command does, from now, the moment the letter may go, and what the entry waits for.
VERBS: Mapping[str, Verb] = {
    "hold": lambda _now, _due, _waits: verbs.hold(),
    "question": lambda _now, _due, waits: verbs.questioned(waits),
    "release": lambda _now, due, waits: verbs.release(due, waits),
    "approve": lambda _now, due, waits: verbs.approve(due, waits),
    "cancel": lambda _now, _due, _waits: verbs.cancel(),
    "send-now": lambda now, _due, _waits: verbs.send_now(now),
    "called": lambda _now, _due, _waits: verbs.called(),
    "called, to be confirmed": lambda _now, due, _waits: verbs.called_then_write(due),
    "resend": lambda _now, due, _waits: verbs.resend(due),
    "sent": _found_sent,
    "not-sent": _found_unsent,
}


@dataclass(frozen=True, slots=True)
class Acting:
    """Where the entries are, and when a letter that is let go may leave.

    ``confirm_call``: what was told by phone is confirmed in writing. ``deciders`` tell whether two
    names are one person's.
    """

    store: Store
    timings: Mapping[Outcome, Timing]
    calendars: Calendars
    confirm_call: bool = False
    deciders: Sequence[Decider] = ()


def act(acting: Acting, name: str, verb: str, *, by: str, now: datetime) -> views.Found:
    """Do it, and show the entry as it is then. Raises ``NoSuchEntry`` or ``NotAllowed``.

    A letter that is let go keeps what is left of its undo window, and waits for the hours.
    """
    found = views.find(acting.store, name)
    due = due_of(acting, found, now)
    done = VERBS[_meant(acting, verb)]
    outbox.act(acting.store, found.id, lambda waits: done(now, due, waits), by=by, now=now,
               deciders=acting.deciders)  # fmt: skip
    return views.find(acting.store, name)


def _meant(acting: Acting, verb: str) -> str:
    return "called, to be confirmed" if verb == "called" and acting.confirm_call else verb


def due_of(acting: Acting, found: views.Found, now: datetime) -> datetime:
    """When an entry that is let go now may leave: what is left of its window, then the hours."""
    return in_hours(acting, found.decision, max(now, found.not_before or now))


def in_hours(acting: Acting, stored: Mapping[str, str], moment: datetime) -> datetime:
    """The first moment from then on in the hours of a stored decision, and on no holiday.

    A notice has none.
    """
    if not stored:
        return moment
    decision = decision_of(stored)
    own = acting.calendars.of(decision.job_country, decision.timezone)
    return within(moment, acting.timings[decision.outcome].hours, own)
