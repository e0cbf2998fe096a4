"""What stands about an application, and what a new decision means beside it: the values.

For ``standing``, which has the rules, and for ``store.taking``, which does what they say. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.decision import Decision, said
from worker.lifecycle import Status
from worker.policy.guards import CONFIRMED, Why
from worker.reading import decision_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An entry about the same application, as far as it matters here; oldest first in lists.

    ``told_at``: when its candidate heard of it, by mail, by phone or in person; None is not yet.
    """

    id: int
    token: str
    submission: str
    row: int
    email: str
    outcome: str
    stage: str
    substance: str
    manner: str
    status: str
    why: str | None
    held_by: str | None
    taken_as: str
    waits: tuple[str, ...]
    created_at: datetime
    told_at: datetime | None
    decision: Mapping[str, str]

    @property
    def is_unconfirmed(self) -> bool:
        """Nobody has shown yet that its decider wrote it."""
        return self.status == Status.HELD and not CONFIRMED.isdisjoint(self.waits)

    @property
    def was_doubted(self) -> bool:
        """It was cancelled before anybody had shown that."""
        return self.status == Status.CANCELLED and Why.PROOF in self.waits

    def says_all_of(self, decision: Decision) -> bool:
        """Word for word the same, whoever decided it."""
        return said(self.decision) == said(decision.stored())

    def told_like(self, decision: Decision) -> bool:
        """In the same manner; what an older release stored is read with the rule of this one."""
        return decision.manner in {self.manner, decision_of(self.decision).manner}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do: ``same`` is the entry that the row repeats, else an entry is made.

    ``hold`` says why the new entry waits. ``stop`` are superseded, ``held`` wait for a person,
    ``freed`` had been held by an earlier row of this same submission.
    """

    same: Standing | None = None
    note: str | None = None
    hold: str | None = None
    stop: tuple[Standing, ...] = ()
    held: tuple[Standing, ...] = ()
    freed: tuple[Standing, ...] = ()
