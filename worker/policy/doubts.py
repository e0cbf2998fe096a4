"""What a single decision shows by itself that makes it doubtful. Pure."""

from datetime import date

from worker.decision import Decision
from worker.policy.guards import Guards, Hold, Why
from worker.policy.ours import Ours, own
from worker.policy.stale import stale


def doubts(decision: Decision, guards: Guards, ours: Ours, today: date) -> list[Hold]:
    """The guards ``own_domain`` and ``stale``, gravest first."""
    found: list[Hold] = []
    if guards.own_domain and (why := own(decision, ours)):
        found.append(Hold(Why.OWN_DOMAIN, why))
    if guards.stale and (why := stale(decision, guards.stale_after, today)):
        found.append(Hold(Why.STALE, why))
    return found
