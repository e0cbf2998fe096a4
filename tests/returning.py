"""Letters that went out, what comes back of them, and the desk where that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sample import HOUR, NOW, RETRY, arrival, letter, sealed

from worker.intake.mailform import Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.letter import Letter
from worker.lifecycle import Kind, after
from worker.policy.deciders import Decider
from worker.result import Accepted, Reply, Result
from worker.returns import Fate, Returned
from worker.steps.report import Report
from worker.steps.returns import Returning, take_return
from worker.store import ledger, outbox, reports, taking, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending
from worker.store.taking import Sealed

LATER = NOW + HOUR
ANA = "c1@candidates.example"
SENT = Accepted(Reply(250, "queued"))
DECIDERS = {"dana@acme.example": Decider(address="dana@acme.example")}
BOUNCE = Returned(fate=Fate.FAILED, recipients=(ANA,), status="5.1.1", reporter="mx.acme.example",
                  diagnostic="550 5.1.1 user unknown: C1")  # fmt: skip


@dataclass
class Desk:
    """Who is told, and what the log says."""

    store: Store
    told: list[Report] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    anybody: bool = True

    def into(self) -> Returning:
        def seal(report: Report) -> Letter | None:
            self.told.append(report)
            return letter(report.to or "hr@acme.example") if self.anybody else None

        def tell(event: str, **_: object) -> None:
            self.logged.append(event)

        return Returning(store=self.store, deciders=DECIDERS, seal=seal, zone="UTC",
                         now=lambda: LATER, tell=tell)  # fmt: skip


def handed_over(store: Store, result: Result | None = SENT, *rows: Sealed) -> str:
    """A letter of which the final dot went out, and what came of it; None is: still sending."""
    (placed,) = taking.put(store, arrival(store), rows or (sealed(1),), NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    if result is not None:
        outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})
    return placed.token


def notice(store: Store) -> str:
    """A notice that was sent."""
    sent = letter("hr@acme.example")
    with store.write() as connection:
        reports.put(connection, "anything", sent, NOW)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    outbox.settle(store, claimed, after(claimed.attempt, SENT, NOW, RETRY), NOW, {})
    return sent.token


def mail(name: str = "m1") -> Arrival:
    return Arrival(id=name, source="mailbox", name="uid 1", content_key=name)


def opened(returned: Returned | None = None, *, sender: str = ANA, **more: object) -> Opened:
    return Opened(envelope=Envelope(sender=sender), proof=Unproved("no results"),
                  returned=returned, **more)  # type: ignore[arg-type]  # fmt: skip


def bounced(desk: Desk, token: str, name: str = "m1", **changed: object) -> Ending:
    told = replace(BOUNCE, tokens=(token,), **changed)  # type: ignore[arg-type]
    ending = take_return(opened(told), mail(name), desk.into())
    assert ending is not None
    ledger.finish(desk.store, mail(name), ending, LATER)
    return ending


def entry(store: Store, token: str) -> dict[str, object]:
    return dict(views.find(store, token).fields)


def events(store: Store) -> list[str]:
    return [str(line["event"]) for line in views.journal_lines(store)]


def notices(store: Store) -> Sequence[dict[str, object]]:
    return list(views.entries(store, views.Asked(kind=Kind.NOTICE)))
