"""The one state machine: what a status means, and what each event makes of it.

Pure. Only this module decides a status; only ``store.outbox`` writes one, and every write is
guarded by the statuses a ``Transition`` may start from, so a late worker can't overwrite a newer
truth. The chart is drawn in ``docs/architecture.md``.

The rule that everything here serves: the server has nothing until the final dot (RFC 5321
4.1.1.10). A crash before the commit of ``dot_pending`` is proof that nothing was sent; a crash or
a lost answer after it is ``unsure`` and is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never


class Status(StrEnum):
    """Section 6 of the contract."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"
    DONE = "done"


class Kind(StrEnum):
    """What an entry carries: a letter to a candidate, or a notice to a decider or to HR."""

    LETTER = "letter"
    NOTICE = "notice"


#: Not yet with the server: a person may still stop these. ``sending`` counts until its dot.
PENDING = frozenset({Status.HELD, Status.QUEUED, Status.SENDING})


@dataclass(frozen=True, slots=True)
class Reply:
    """What an SMTP server answered. ``enhanced`` is the RFC 3463 code, "" when there is none."""

    code: int
    text: str
    enhanced: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


# What came of one try. ``detail`` is for the journal and for people.


@dataclass(frozen=True, slots=True)
class Accepted:
    """2xx after the final dot: the server took responsibility (RFC 5321 4.2.5)."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken, about this recipient or message, and worth trying later."""

    detail: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good, about this recipient or message."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The connection was lost between the final dot and its answer; nobody can know."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotTried:
    """About us (connect, TLS, login, throttle, sender): costs the entry nothing.

    ``pause`` is how long sending rests for every worker; None when only this connection is over.
    """

    detail: str
    pause: timedelta | None = None


Result = Accepted | Deferred | Refused | Unsure | NotTried


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One guarded change: applied only while the entry is in one of ``come_from``.

    ``whys`` narrows it to entries held for one of these; ``before_dot`` demands that no final dot
    is pending; ``second_person`` that whoever acts is not who decided. ``held_by`` is the
    submission whose row held it, which may free it again. ``attempts`` is added to the count, and
    ``afresh`` starts it again. ``waits`` is what the entry waits for after this, gravest first.
    """

    event: str
    come_from: frozenset[Status]
    to: Status
    why: str | None = None
    waits: tuple[str, ...] = ()
    not_before: datetime | None = None
    sent_at: datetime | None = None
    last_reply: str | None = None
    attempts: int = 0
    afresh: bool = False
    whys: frozenset[str] | None = None
    before_dot: bool = False
    second_person: bool = False
    held_by: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When a deferred entry is tried again, and when it is given up."""

    delay: Callable[[int], timedelta]
    give_up: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What ``after`` needs to know of the try that ended."""

    kind: Kind
    attempts: int
    first_try_at: datetime


_SENDING = frozenset({Status.SENDING})


def after(attempt: Try, result: Result, now: datetime, retry: Retry) -> Transition:
    """What the result of a try makes of the entry."""
    match result:
        case Accepted(reply):
            # Also from unsure: an answer that comes after the lease ran out is proof.
            return Transition(event="sent", come_from=_SENDING | {Status.UNSURE}, to=Status.SENT,
                              sent_at=now, last_reply=str(reply))  # fmt: skip
        case Deferred(detail):
            return _later(attempt, detail, now, retry)
        case Refused(detail):
            return Transition(event="refused", come_from=_SENDING, to=Status.FAILED,
                              why="refused", last_reply=detail)  # fmt: skip
        case Unsure(detail) if attempt.kind is Kind.NOTICE:
            # A notice twice is a nuisance, a decider left without one is blind: send it again.
            return _later(attempt, detail, now, retry)
        case Unsure(detail):
            return unsure(detail)
        case NotTried(detail):
            return Transition(event="not_tried", come_from=_SENDING, to=Status.QUEUED,
                              not_before=now, last_reply=detail, attempts=-1)  # fmt: skip
        case _:
            assert_never(result)


def _later(attempt: Try, detail: str, now: datetime, retry: Retry) -> Transition:
    due = now + retry.delay(attempt.attempts)
    if due > attempt.first_try_at + retry.give_up:
        return Transition(event="gave_up", come_from=_SENDING, to=Status.FAILED,
                          why="out of time", last_reply=detail)  # fmt: skip
    return Transition(event="deferred", come_from=_SENDING, to=Status.QUEUED, not_before=due,
                      last_reply=detail)  # fmt: skip


def unsure(detail: str) -> Transition:
    """Between the dot and its answer, and no proof either way."""
    return Transition(event="unsure", come_from=_SENDING, to=Status.UNSURE, why="answer lost",
                      last_reply=detail)  # fmt: skip


def lost(kind: Kind, now: datetime, *, dot_pending: bool) -> Transition:
    """Its worker is gone. No dot pending is proof that nothing was sent, so back it goes."""
    if dot_pending and kind is Kind.LETTER:
        return unsure("the worker ended between the final dot and its answer")
    return Transition(event="reclaimed", come_from=_SENDING, to=Status.QUEUED, not_before=now,
                      before_dot=not dot_pending)  # fmt: skip


# What a person may do. Each names the statuses it is allowed in; the store refuses the rest.
# ``due`` is when the letter may go then, ``waits`` what else it waits for.

_HELD = frozenset({Status.HELD})


def hold() -> Transition:
    """A person stops the clock."""
    return Transition(event="held", come_from=frozenset({Status.QUEUED}), to=Status.HELD,
                      why="person", waits=("person",))  # fmt: skip


def release(due: datetime, waits: tuple[str, ...]) -> Transition:
    """A person lets go what a guard or a person held. An approval needs ``approve``."""
    held_for = frozenset({"contradiction", "reason", "stale", "call", "shadow", "person"})
    return _let_go("released", due, waits, held_for)


def approve(due: datetime, waits: tuple[str, ...]) -> Transition:
    """The second person agrees; never the one who decided."""
    return replace(_let_go("approved", due, waits, frozenset({"approval"})), second_person=True)


def _let_go(event: str, due: datetime, waits: tuple[str, ...], whys: frozenset[str]) -> Transition:
    """To the queue, or on to the next thing that the entry waits for."""
    rest = waits[1:]
    return Transition(event=event, come_from=_HELD, whys=whys, waits=rest, not_before=due,
                      to=Status.HELD if rest else Status.QUEUED,
                      why=rest[0] if rest else None)  # fmt: skip


def cancel() -> Transition:
    """Stopped before it was sent; while sending, only as long as no dot is pending."""
    return Transition(event="cancelled", come_from=PENDING, to=Status.CANCELLED, before_dot=True)


def superseded(newer: str) -> Transition:
    """Cancelled by a newer decision about the same application, the entry ``newer``."""
    return replace(cancel(), event="superseded", why="superseded", detail={"newer": newer})


def contradicted(waits: tuple[str, ...], by: str | None = None) -> Transition:
    """Another row says something else about the same application; a person looks at both."""
    return Transition(event="held", come_from=PENDING, to=Status.HELD, why="contradiction",
                      waits=("contradiction", *waits), held_by=by, before_dot=True)  # fmt: skip


def freed(waits: tuple[str, ...]) -> Transition:
    """A later row of the submission that held it says the same as the entry: it stands."""
    rest = waits[1:]
    return Transition(event="freed", come_from=_HELD, whys=frozenset({"contradiction"}),
                      waits=rest, to=Status.HELD if rest else Status.QUEUED,
                      why=rest[0] if rest else None)  # fmt: skip


def send_now(now: datetime) -> Transition:
    """A person skips what is left of the undo window or of a retry's wait."""
    return Transition(event="send_now", come_from=frozenset({Status.QUEUED}), to=Status.QUEUED,
                      not_before=now)  # fmt: skip


def called() -> Transition:
    """The candidate was told by phone; nothing is left to mail."""
    return Transition(event="called", come_from=_HELD, to=Status.DONE,
                      whys=frozenset({"call"}))  # fmt: skip


def resolved_sent(now: datetime) -> Transition:
    """Proof, or a person, says that an unsure letter went out."""
    return Transition(event="resolved_sent", come_from=frozenset({Status.UNSURE}),
                      to=Status.SENT, sent_at=now)  # fmt: skip


def resolved_not_sent(now: datetime) -> Transition:
    """A person says that an unsure letter did not go out: the same bytes may be sent."""
    return Transition(event="resolved_not_sent", come_from=frozenset({Status.UNSURE}),
                      to=Status.QUEUED, not_before=now)  # fmt: skip


def resend(now: datetime) -> Transition:
    """A person mended what made it fail; the same bytes get all their tries again."""
    return Transition(event="resend", come_from=frozenset({Status.FAILED}), to=Status.QUEUED,
                      not_before=now, afresh=True)  # fmt: skip
