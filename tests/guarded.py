"""Files of decisions as the worker takes them in, with its guards on: judged, held, stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workplace import environment, settings

from worker.cli import build
from worker.intake import Row
from worker.steps.act import Acting
from worker.steps.judge import By, House
from worker.steps.take import Answer, take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival


@dataclass(frozen=True)
class Desk:
    """``without`` are settings of the guards that differ."""

    store: Store
    rules: House
    acting: Acting

    def take(
        self, name: str, *rows: Mapping[str, str], crash_after: int | None = None
    ) -> list[Answer]:
        """A file of that name; with ``crash_after``, as far as that many answers."""
        made = Arrival(id=name, source="csv", name=f"{name}.csv")
        ledger.begin(self.store, made, build.now())
        answers = take_rows(
            lambda: numbered(rows), made, build.taking(self.store, self.rules, By())
        )
        return list(islice(answers, crash_after))


def numbered(rows: Sequence[Mapping[str, str]]) -> list[Row]:
    """As a spreadsheet program counts them."""
    return [Row(number, fields) for number, fields in enumerate(rows, 2)]


def desk(store: Store, home: Path, **guards: str) -> Desk:
    """With the guards as they come, but for those that are given."""
    on = {"BATCH": "true", "NAMESAKE": "true", **guards}
    given = settings(
        home, environment(25, **{f"FOLLOWUP_GUARDS__{name}": text for name, text in on.items()})
    )
    return Desk(store, build.house(given), build.acting(given, store))


def waits(answer: Answer) -> tuple[str, ...]:
    """What a row was held for."""
    return answer.judged.sealed.waits if answer.judged is not None else ()


def note(answer: Answer) -> str:
    """What is told of it."""
    return answer.verdict.problem or ""
