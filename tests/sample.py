"""Sample values that many tests start from: a decision, a sealed letter, an open store."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import blank

from worker.decision import Decision, Outcome
from worker.letter import Letter, Mailbox, Parts, compose
from worker.lifecycle import Retry, Status
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival
from worker.store.taking import Sealed
from worker.store.upgrade import upgrade

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RETRY = Retry(delay=lambda attempt: timedelta(minutes=attempt), give_up=timedelta(days=5))


def decision(number: int = 1, **changed: object) -> Decision:
    """One candidate's rejection, unless changed."""
    given: dict[str, object] = {
        "email": f"c{number}@candidates.example",
        "name": f"Ana Pérez {number}",
        "job_title": "Data Analyst",
        "outcome": Outcome.REJECTED,
        "application_id": f"A-{number}",
        "reason": "We looked for experience with Kubernetes.",
    }
    return Decision(**(given | changed))  # type: ignore[arg-type]


def letter(recipient: str = "c1@candidates.example", token: str | None = None) -> Letter:
    """A sealed letter."""
    parts = Parts(
        sender=Mailbox("talent@acme.example", "Acme Talent"),
        recipient=Mailbox(recipient, "Ana Pérez"),
        subject="Your application",
        text="Dear Ana Pérez,\n\n.a line that begins with a dot\n",
        html="<html lang='en'><p>Dear Ana Pérez</p></html>",
    )
    return compose(parts, token or secrets.token_hex(10), NOW)


def sealed(number: int = 1, row: int | None = None, **changed: object) -> Sealed:
    """A judged row, queued and due."""
    made = decision(number, **changed)
    sent = letter(made.email)
    return Sealed(
        row=number if row is None else row, token=sent.token, decision=made, letter=sent,
        status=Status.QUEUED, not_before=NOW,
    )  # fmt: skip


def open_store(folder: Path) -> Store:
    """A SQLite database with all its tables; an empty one, where there is none."""
    blank.lay(folder / "followup.db")
    store = Store(f"sqlite:///{folder}/followup.db")
    upgrade(store)
    return store


def arrival(store: Store, name: str = "s1") -> Arrival:
    """A submission that is begun."""
    made = Arrival(id=name, source="csv", name="decisions.csv")
    ledger.begin(store, made, NOW)
    return made
