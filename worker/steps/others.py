"""Holding letters that name another candidate for the same job.

A row is compared with the rows of its own batch and with what the outbox knows; what comes in
later is not compared with letters that are sealed already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.policy.guards import Why
from worker.policy.others import Names
from worker.steps.holding import waiting
from worker.steps.judge import Judged
from worker.store.engine import Doors
from worker.store.names import names_for

#: Of one job, newest first; a text is compared with no more names than that.
MOST_NAMES = 2_000


@dataclass(slots=True)
class Others:
    """The candidates of each job that a submission is about, read when a free text first asks."""

    store: Doors
    _known: dict[str, Names] = field(default_factory=dict)
    _beside: dict[str, list[str]] = field(default_factory=dict)

    def held(self, batch: Sequence[Judged | None]) -> list[Judged | None]:
        """The same, with those held that name somebody else."""
        for each in batch:
            if each is not None:
                decision = each.sealed.decision
                beside = self._beside.setdefault(decision.job_title, [])
                beside += (decision.name, decision.email)
        return [each and self._held(each) for each in batch]

    def _held(self, judged: Judged) -> Judged:
        if not judged.free:
            return judged
        decision = judged.sealed.decision
        known = (decision.name, decision.email, decision.recruiter_name, decision.recruiter_email)
        found = self._names(decision.job_title).named(judged.free, known=filter(None, known))
        if not found:
            return judged
        return waiting(judged, Why.REASON, f"the text names another candidate: {', '.join(found)}")

    def _names(self, job_title: str) -> Names:
        if job_title not in self._known:
            self._known[job_title] = Names()
            self._known[job_title].add(names_for(self.store, job_title, MOST_NAMES))
        self._known[job_title].add(self._beside.pop(job_title, ()))
        return self._known[job_title]
