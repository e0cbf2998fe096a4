"""What the players of the model may do: a server's answers, a person's verbs, a worker's hands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sample import NOW, sealed

from worker import verbs
from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.lifecycle import Status, Transition
from worker.policy.guards import CONFIRMED
from worker.result import (
    Accepted,
    Deferred,
    NotTried,
    Refused,
    Reply,
    Result,
    Unsure,
)
from worker.store.outbox import Claimed
from worker.store.taking import Sealed

PERSON = "hr@acme.example"

#: What a server may do with a dot: what the worker hears of it, and whether it kept the letter.
ANSWERS: list[tuple[Result, bool]] = [
    (Accepted(Reply(250, "2.0.0 kept")), True),
    (Deferred("dot: 451 4.3.0 later"), False),
    (Refused("dot: 554 5.6.0 never"), False),
    (Unsure("dot: the server closed the connection"), True),
    (Unsure("dot: the server closed the connection"), False),
]
BEFORE_THE_DOT: list[Result] = [
    NotTried("mail: 421 4.3.2 not now"), Deferred("rcpt: 450 4.2.0 later"),
    Refused("rcpt: 550 5.1.1 nobody"),
]  # fmt: skip

#: How a decision may come in: its outcome, and what it waits for.
DECISIONS: list[tuple[Outcome, tuple[str, ...]]] = [
    (Outcome.REJECTED, ()), (Outcome.ADVANCED, ()), (Outcome.WITHDRAWN, ()),
    (Outcome.REJECTED, ("confirmation",)), (Outcome.ADVANCED, ("confirmation",)),
    (Outcome.ADVANCED, ("approval", "confirmation", "call")), (Outcome.WITHDRAWN, ("proof",)),
]  # fmt: skip


def row(who: int, outcome: Outcome, waits: tuple[str, ...]) -> Sealed:
    """As it is judged; a withdrawal has nothing to mail."""
    made = sealed(who, outcome=outcome)
    unmailed = outcome is Outcome.WITHDRAWN
    status = Status.HELD if waits else Status.DONE if unmailed else Status.QUEUED
    return replace(made, letter=None if unmailed else made.letter, waits=waits, status=status)


def _confirm(waits: tuple[str, ...]) -> Transition:
    """Its decider answers; nobody is asked about what needs no confirmation."""
    if CONFIRMED.isdisjoint(waits):
        raise NotAllowed("nobody was asked")
    return verbs.confirmed(NOW, waits)


#: What a person may ask for at any time; the outbox refuses what the state does not allow.
VERBS: dict[str, Callable[[tuple[str, ...]], Transition]] = {
    "hold": lambda _: verbs.hold(),
    "release": lambda waits: verbs.release(NOW, waits),
    "approve": lambda waits: verbs.approve(NOW, waits),
    "confirm": _confirm,
    "called": lambda _: verbs.called(),
    "cancel": lambda _: verbs.cancel(),
    "send now": lambda _: verbs.send_now(NOW),
    "resend": lambda _: verbs.resend(NOW),
    "it was sent": lambda _: verbs.resolved_sent(NOW),
    "it was not sent": lambda _: verbs.resolved_not_sent(NOW),
}

#: By which verb it goes on from what it waits for; by a release from anything else.
LETS_GO = {"approval": "approve", "confirmation": "confirm", "proof": "confirm", "call": "called"}

#: By which verb a letter gets all its tries again.
TRIES_AGAIN = {
    Status.FAILED: "resend", Status.BOUNCED: "resend", Status.UNSURE: "it was not sent",
}  # fmt: skip


@dataclass(slots=True)
class Busy:
    """What a worker holds: its claim, until when its dot may leave, and the answer it heard."""

    claimed: Claimed
    may_dot: bool = False
    dot_by: datetime | None = None
    result: Result | None = None
