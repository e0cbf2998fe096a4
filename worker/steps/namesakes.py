"""Holding letters to namesakes: whoever might be taken for somebody else.

A row is compared with the other rows of its batch and with what the outbox knows of the last half
year. What stands there is not held for it: it was looked at, or has left.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.decision import fold
from worker.policy.guards import Why
from worker.policy.namesake import Person, Roster, agree
from worker.steps.holding import waiting
from worker.steps.judge import Judged
from worker.store.around import Own
from worker.store.engine import Doors
from worker.store.people import MOST, candidates, people

#: As long as two candidates are remembered as such.
REMEMBERED = timedelta(days=180)

_MEND = "see that name and address belong together, then release it or cancel it"
_SAME_NAME = "a candidate of the same name has another address ({0}): " + _MEND
_SAME_ADDRESS = "the same address was given with another name ({0}): " + _MEND
_NEARLY = "it is nearly the name of another candidate for this job ({0}): " + _MEND


@dataclass(frozen=True, slots=True)
class _Beside:
    """Persons by folded name and by address."""

    by_name: Mapping[str, Sequence[Person]]
    by_address: Mapping[str, Sequence[Person]]


@dataclass(slots=True)
class Namesakes:
    """The candidates of each job that a submission is about, read when a row first asks."""

    store: Doors
    now: datetime
    _rosters: dict[str, Roster] = field(default_factory=dict)

    def held(self, batch: Sequence[Judged | None], own: Own) -> list[Judged | None]:
        """The same, with those held that may be taken for somebody else."""
        rows = [_person(each) for each in batch if each is not None]
        beside = self._beside(rows, own)
        self._know(batch, own)
        return [each and self._held(each, beside) for each in batch]

    def _held(self, judged: Judged, beside: _Beside) -> Judged:
        found = _against(_person(judged), beside) or self._nearly(judged)
        return waiting(judged, Why.NAMESAKE, found) if found else judged

    def _beside(self, rows: Sequence[Person], own: Own) -> _Beside:
        names = {fold(each.name) for each in rows}
        addresses = {each.email for each in rows}
        since = self.now - REMEMBERED
        by_name, by_address = defaultdict(list), defaultdict(list)
        for each in (*people(self.store, names, addresses, since, own), *rows):
            by_name[fold(each.name)].append(each)
            by_address[each.email].append(each)
        return _Beside(by_name, by_address)

    def _nearly(self, judged: Judged) -> str | None:
        decision = judged.sealed.decision
        roster = self._rosters[fold(decision.job_title)]
        near = next(roster.near(_person(judged)), None)
        return _NEARLY.format(near.said) if near else None

    def _know(self, batch: Sequence[Judged | None], own: Own) -> None:
        """The rosters of the jobs, with the rows of the batch; read anew before they grow large."""
        if sum(map(len, self._rosters.values())) > 3 * MOST:
            self._rosters.clear()
        for each in batch:
            if each is not None:
                self._roster(each.sealed.decision.job_title, own).add(_person(each))

    def _roster(self, job_title: str, own: Own) -> Roster:
        job = fold(job_title)
        if job not in self._rosters:
            self._rosters[job] = Roster()
            for each in candidates(self.store, job_title, self.now - REMEMBERED, own):
                self._rosters[job].add(each)
        return self._rosters[job]


def _person(judged: Judged) -> Person:
    decision = judged.sealed.decision
    said = f"row {judged.sealed.row} of the same file"
    return Person(said, decision.name, decision.email.casefold(), decision.application)


def _against(row: Person, beside: _Beside) -> str | None:
    """One application with two addresses is told as the contradiction that it is."""
    for other in beside.by_name[fold(row.name)]:
        if row.is_other(other):
            return _SAME_NAME.format(other.said)
    for other in beside.by_address[row.email]:
        if not agree(row.name, other.name):
            return _SAME_ADDRESS.format(other.said)
    return None
