"""What the outbox knows around the rows of a batch: the decisions beside theirs. Reads only.

Two statements for a whole batch, each by its index. Rows of the same submission from the first of
the batch on are left out: after a crash they are in already, and are no others.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_

from worker.decision import Decision
from worker.policy.stands import Standing
from worker.store.engine import Doors
from worker.store.schema import entry
from worker.store.standings import STANDINGS, standing_of


@dataclass(frozen=True, slots=True)
class Own:
    """A batch of a submission, by the number of its first row."""

    submission: str
    first: int = 0

    def others(self) -> ColumnElement[bool]:
        """All entries but those of this batch, and of later ones."""
        return or_(entry.c.submission != self.submission, entry.c.row < self.first)


@dataclass(frozen=True, slots=True)
class Around:
    """Entries around a decision: of its application; of the same person and job by other ids."""

    same: tuple[Standing, ...]
    others: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    application: str
    person_and_job: str
    standing: Standing

    def is_same(self, decision: Decision) -> bool:
        """As ``same_application`` has it."""
        if self.application == decision.application:
            return True
        nameless = any(each.startswith("job:") for each in (self.application, decision.application))
        return nameless and self.person_and_job == decision.person_and_job


def around(
    store: Doors, decisions: Sequence[Decision], own: Own, *, before: datetime | None = None
) -> list[Around]:
    """For each of the decisions what is known, oldest first; ``before`` is when it was put in."""
    known = _known(store, decisions, own, before)
    return [_around(each, known) for each in decisions]


def _known(
    store: Doors, decisions: Sequence[Decision], own: Own, before: datetime | None
) -> dict[str, dict[int, _Known]]:
    """By application and by person and job, and there by the numbers of the entries."""
    wanted = STANDINGS.add_columns(entry.c.application, entry.c.person_and_job)
    wanted = wanted.where(own.others())
    if before is not None:
        wanted = wanted.where(entry.c.created_at < before)
    found: dict[str, dict[int, _Known]] = defaultdict(dict)
    keys = (
        entry.c.application.in_({each.application for each in decisions}),
        entry.c.person_and_job.in_({each.person_and_job for each in decisions}),
    )
    with store.read() as connection:
        for key in keys:
            for row in connection.execute(wanted.where(key)).mappings():
                fields = dict(row)
                about = fields.pop("application"), fields.pop("person_and_job")
                known = _Known(*about, standing_of(fields))
                for each in about:
                    found[each][known.standing.id] = known
    return found


def _around(decision: Decision, known: dict[str, dict[int, _Known]]) -> Around:
    near = known.get(decision.application, {}) | known.get(decision.person_and_job, {})
    in_order = [near[number] for number in sorted(near)]
    return Around(
        same=tuple(each.standing for each in in_order if each.is_same(decision)),
        others=tuple(each.standing for each in in_order if not each.is_same(decision)),
    )
