"""Decisions with promised days, a clock that the test holds, and what is told to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import deciding
from resolving import WRITE
from sample import NOW, sealed

from worker.decision import Decision, Outcome
from worker.letter import Letter, Mailbox, Parts, compose
from worker.policy.calendar import BusinessDays, Calendar
from worker.policy.digest import Rhythm
from worker.policy.promises import Due, Duty, Reminding, dues
from worker.result import Refused, Unsure
from worker.steps.digest import Digesting, write_digest
from worker.steps.promises import Promising, remind
from worker.steps.report import Report, Reporting
from worker.store.engine import Store
from worker.store.taking import Sealed

ONTARIO = Duty({"CA-ON": timedelta(days=45)}, "CA-ON")
CALENDAR = Calendar(ZoneInfo("UTC"))
RULES = Reminding(
    remind=BusinessDays(2), warn=tuple(timedelta(days=each) for each in (15, 7, 2)),
    calendar=CALENDAR,
)  # fmt: skip
RHYTHM = Rhythm(every="daily", at=time(8), weekday=0, calendar=CALENDAR)


def promised(number: int = 1, on: date = date(2026, 11, 23), **given: Any) -> Sealed:
    """A judged row with the days that it promises, taken in on that day in Ontario."""
    given = {"decided_by": "dana@acme.example", **given, "outcome": Outcome(given["outcome"])}
    row = sealed(number, **given)
    return replace(row, dues=dues(row.decision, on, ONTARIO))


def become(store: Store, row: Sealed, what: str) -> None:
    """Put the row in, and let that become of it."""
    match what:
        case "sent":
            deciding.handed_over(store, row)
        case "failed":
            deciding.handed_over(store, row, Refused("550"))
        case "unsure":
            deciding.handed_over(store, row, Unsure("closed"))
        case "bounced":
            deciding.come_back(store, row)
        case "cancelled":
            deciding.put(store, f"of {row.token}", row)
            deciding.cancel(store, row.token)
        case "held":
            deciding.put(store, f"of {row.token}", deciding.waiting(row, "person"))
        case "done":
            deciding.put(store, f"of {row.token}", deciding.unmailed(row))
        case _:
            assert what == "queued"
            deciding.put(store, f"of {row.token}", row)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@dataclass
class Office:
    """HR, the deciders, and their mail: every notice as (to, template, values)."""

    store: Store
    now: datetime = NOW
    told: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    numbers: int = 0
    digesting: Digesting | None = None

    def seal(self, report: Report, *, language: str | None = None) -> Letter:
        to = report.to or "hr@acme.example"
        write = partial(WRITE, language=language)
        subject = " ".join(write(f"{report.template}/subject.txt", report.values).split())
        text = write(f"{report.template}/body.txt", report.values)
        self.told.append((to, report.template, report.values))
        self.texts.append(f"{subject}\n\n{text}")
        self.numbers += 1
        parts = Parts(sender=Mailbox("talent@acme.example"), recipient=Mailbox(to),
                      subject=subject, text=text)  # fmt: skip
        return compose(parts, f"{self.numbers:020x}", self.now)

    @property
    def reporting(self) -> Reporting:
        return Reporting(store=self.store, seal=self.seal, now=lambda: self.now)

    def remind(self, day: date) -> list[str]:
        """Look on the morning of that day; what is said, in one line each."""
        self.now, before = morning(day), len(self.told)
        promising = Promising(
            reporting=self.reporting, rules=RULES, mailbox="decisions@acme.example",
            hears=lambda by: by if by and by.endswith("@acme.example") else None,
        )  # fmt: skip
        remind(promising)
        return [_line(day, *each) for each in self.told[before:]]

    def digest(self, moment: datetime, rhythm: Rhythm = RHYTHM, *, restart: bool = False) -> None:
        """Look for a digest that is due."""
        self.now = moment
        if restart or self.digesting is None:
            self.digesting = Digesting(
                reporting=self.reporting, rhythm=rhythm,
                deadlines={outcome: BusinessDays(3) for outcome in Outcome},
            )  # fmt: skip
        write_digest(self.digesting)


def _line(day: date, to: str, template: str, values: Mapping[str, Any]) -> str:
    what = ", ".join(f"{each['kind']} {each['day']}" for each in values["promises"])
    return f"{day} {template} to {to.partition('@')[0]}: {what}"


def decision_of_case(given: Mapping[str, Any]) -> Decision:
    """A decision as a table of cases gives it."""
    return promised(**given).decision


def as_lines(days: tuple[Due, ...]) -> list[str]:
    return [f"{each.kind} {each.day}" for each in days]
