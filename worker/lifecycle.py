"""The one state machine: what a status means, and what the end of a try makes of an entry.

Pure. Only this module and ``verbs`` decide a status; only ``store.outbox`` writes one, and every
write is guarded by the statuses a ``Transition`` may start from, so a late worker can't overwrite
a newer truth. The chart is drawn in ``docs/architecture.md``.

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

from worker.result import Accepted, Deferred, NotTried, Refused, Result, Unsure


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


#: Why an entry is held whose database was restored: it may have been sent in what was forgotten.
RESTORED = "restored"

#: Not yet with the server: a person may still stop these. ``sending`` counts until its dot.
PENDING = frozenset({Status.HELD, Status.QUEUED, Status.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One guarded change: applied only while the entry is in one of ``come_from``.

    ``whys`` narrows it to entries held for one of these; ``before_dot`` demands that no final dot
    is pending; ``second_person`` that whoever acts is not who decided. ``held_by`` is the
    submission whose row held it, which may free it again. ``attempts`` is added to the count, and
    ``afresh`` starts it again. ``waits`` is what the entry waits for after this, gravest first.
    ``call_over``: nobody is to call any more, and whoever was to knows; with ``after_call`` the
    letter sealed for after the call takes the place of the other.
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
    call_over: bool = False
    after_call: bool = False
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
        case Deferred(detail, rule, waits, patience):
            if patience is not None and now >= attempt.first_try_at + patience:
                return _refused(detail, rule)
            own = waits[min(attempt.attempts, len(waits)) - 1] if waits else None
            return replace(_later(attempt, detail, now, retry, own), detail=_by(rule))
        case Refused(detail, rule, about):
            return _refused(detail, rule, **({"about": about} if about else {}))
        case Unsure(detail) if attempt.kind is Kind.NOTICE:
            # A notice twice is a nuisance, a decider left without one is blind: send it again.
            return _later(attempt, detail, now, retry)
        case Unsure(detail):
            return unsure(detail)
        case NotTried(detail, _, rule):
            return Transition(event="not_tried", come_from=_SENDING, to=Status.QUEUED,
                              not_before=now, last_reply=detail, attempts=-1,
                              detail=_by(rule))  # fmt: skip
        case _:
            assert_never(result)


def _refused(detail: str, rule: str, **more: str) -> Transition:
    return Transition(event="refused", come_from=_SENDING, to=Status.FAILED, why="refused",
                      last_reply=detail, detail={**_by(rule), **more})  # fmt: skip


def _by(rule: str) -> Mapping[str, str]:
    """For the journal: what the reply was taken for."""
    return {"rule": rule} if rule else {}


def _later(
    attempt: Try, detail: str, now: datetime, retry: Retry, wait: timedelta | None = None
) -> Transition:
    due = now + (wait or retry.delay(attempt.attempts))
    if due > attempt.first_try_at + retry.give_up:
        return Transition(event="gave_up", come_from=_SENDING, to=Status.FAILED,
                          why="out of time", last_reply=detail)  # fmt: skip
    return Transition(event="deferred", come_from=_SENDING, to=Status.QUEUED, not_before=due,
                      last_reply=detail)  # fmt: skip


def out_of_hours(due: datetime) -> Transition:
    """It came up when its candidate gets no mail: it waits until ``due``, and is not claimed."""
    return Transition(event="out_of_hours", come_from=frozenset({Status.QUEUED}),
                      to=Status.QUEUED, not_before=due)  # fmt: skip


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
