"""Holding a judged row for one thing more, and saying so in its note."""

from dataclasses import replace

from worker.lifecycle import Status
from worker.policy.guards import Why, in_order
from worker.steps.judge import Judged


def waiting(judged: Judged, why: Why, note: str) -> Judged:
    """The same row, held for ``why``; where nothing is mailed there is nothing to hold."""
    sealed = judged.sealed
    if sealed.letter is None:
        return judged
    told = "; ".join(filter(None, (note, sealed.note)))
    waits = in_order((why, *sealed.waits))
    return replace(judged, sealed=replace(sealed, status=Status.HELD, waits=waits, note=told))
