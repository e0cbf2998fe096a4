"""What a person does to an entry, by the same verbs of the outbox that the worker uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from worker import lifecycle
from worker.decision import Outcome
from worker.lifecycle import Transition
from worker.policy.timing import Timing, within
from worker.reading import decision_of
from worker.store import outbox, views
from worker.store.engine import Store

Verb = Callable[[datetime, datetime, tuple[str, ...]], Transition]

#: What each command does, from now, the moment the letter may go, and what the entry waits for.
VERBS: Mapping[str, Verb] = {
    "hold": lambda _now, _due, _waits: lifecycle.hold(),
    "release": lambda _now, due, waits: lifecycle.release(due, waits),
    "approve": lambda _now, due, waits: lifecycle.approve(due, waits),
    "cancel": lambda _now, _due, _waits: lifecycle.cancel(),
    "send-now": lambda now, _due, _waits: lifecycle.send_now(now),
    "called": lambda _now, _due, _waits: lifecycle.called(),
    "resend": lambda now, _due, _waits: lifecycle.resend(now),
    "sent": lambda now, _due, _waits: lifecycle.resolved_sent(now),
    "not-sent": lambda now, _due, _waits: lifecycle.resolved_not_sent(now),
}


@dataclass(frozen=True, slots=True)
class Acting:
    """Where the entries are, and the hours in which a letter that is let go may leave."""

    store: Store
    timings: Mapping[Outcome, Timing]
    zone: ZoneInfo


def act(acting: Acting, name: str, verb: str, *, by: str, now: datetime) -> views.Found:
    """Do it, and show the entry as it is then. Raises ``NoSuchEntry`` or ``NotAllowed``.

    A letter that is let go keeps what is left of its undo window, and waits for the hours.
    """
    found = views.find(acting.store, name)
    due = _due(found, now, acting)
    outbox.act(acting.store, found.id, lambda waits: VERBS[verb](now, due, waits), by=by, now=now)
    return views.find(acting.store, name)


def _due(found: views.Found, now: datetime, acting: Acting) -> datetime:
    moment = max(now, found.not_before or now)
    if not found.decision:
        return moment
    decision = decision_of(found.decision)
    own = ZoneInfo(decision.timezone) if decision.timezone else acting.zone
    return within(moment, acting.timings[decision.outcome].hours, own)
