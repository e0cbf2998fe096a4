"""The guards that look beyond a single row, batch by batch: what they find is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.policy.guards import Guards, Why
from worker.steps.holding import waiting
from worker.steps.judge import Judged
from worker.steps.namesakes import Namesakes
from worker.steps.others import Others
from worker.steps.repeats import hold_repeats
from worker.store.around import Own
from worker.store.engine import Doors


@dataclass(frozen=True, slots=True)
class Guarding:
    """What one submission is held against; ``shape`` says what is odd about all of it."""

    store: Doors
    guards: Guards
    now: datetime
    others: Others
    namesakes: Namesakes
    shape: str | None

    def held(self, batch: Sequence[Judged | None], own: Own) -> list[Judged | None]:
        """The same, with those held that a guard found; the gravest note comes first."""
        found = self.others.held(batch)
        if (shape := self.shape) is not None:
            found = [each and waiting(each, Why.BATCH, shape) for each in found]
        if self.guards.repeat:
            since = self.now - self.guards.repeat_within
            found = hold_repeats(found, self.store, own, since)
        return self.namesakes.held(found, own) if self.guards.namesake else found


def guarding(store: Doors, guards: Guards, now: datetime, shape: str | None) -> Guarding:
    """At the start of a submission."""
    return Guarding(store, guards, now, Others(store), Namesakes(store, now), shape)
