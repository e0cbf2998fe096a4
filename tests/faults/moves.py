"""What the players of the model may do: a server's answers, a person's verbs, a worker's hands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sample import NOW

from worker import verbs
from worker.lifecycle import Transition
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

#: What a person may ask for at any time; the outbox refuses what the state does not allow.
VERBS: dict[str, Callable[[tuple[str, ...]], Transition]] = {
    "hold": lambda _: verbs.hold(),
    "release": lambda waits: verbs.release(NOW, waits),
    "cancel": lambda _: verbs.cancel(),
    "send now": lambda _: verbs.send_now(NOW),
    "resend": lambda _: verbs.resend(NOW),
    "it was sent": lambda _: verbs.resolved_sent(NOW),
    "it was not sent": lambda _: verbs.resolved_not_sent(NOW),
}


@dataclass(slots=True)
class Busy:
    """What a worker holds: its claim, until when its dot may leave, and the answer it heard."""

    claimed: Claimed
    may_dot: bool = False
    dot_by: datetime | None = None
    result: Result | None = None
