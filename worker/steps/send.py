"""Sending: claim a due entry, hand its letter over, write what came of it.

The order is the promise. The claim is committed before the server hears of the letter; the dot
leaves only after ``dot_pending`` is committed; the result is committed before anything else
happens on the session. Nothing here is tried again by itself: a retry is a row with a later
``not_before``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from worker.address import domain_of
from worker.errors import SessionError
from worker.letter import Letter
from worker.lifecycle import NotTried, Result, Retry, after
from worker.store import outbox, pauses
from worker.store.engine import Store
from worker.store.outbox import Claimed

#: A lease outlives everything before the dot: connect, TLS, login, MAIL, RCPT, DATA, the body.
LEASE = timedelta(minutes=45)


class Session(Protocol):
    """The seam to the mail server; ``delivery.smtp`` is the real one, tests have a scripted one."""

    is_open: bool

    @property
    def tls(self) -> str:
        """What secures the connection, for the journal."""

    def send(self, letter: Letter, may_send_dot: Callable[[], bool]) -> Result:
        """Hand over one letter; nothing is raised."""

    def close(self) -> None:
        """Leave politely."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """One sending thread: its session, and everything that it needs to send."""

    store: Store
    opens: Callable[[], Session]
    retry: Retry
    answer_timeout: timedelta
    pause: timedelta
    lease: Callable[[], str]
    now: Callable[[], datetime]
    tell: Callable[..., None]
    session: Session | None = field(default=None)


def send_one(sender: Sender) -> bool:
    """Send the next due letter. False when there is none, or when sending rests."""
    now = sender.now()
    if not outbox.is_due(sender.store, now) or pauses.paused(sender.store, now):
        leave(sender)
        return False
    session = _session(sender)
    if session is None:
        return False
    claimed = outbox.claim(sender.store, sender.lease(), now, now + LEASE)
    for each in claimed:
        _send(sender, session, each)
    return bool(claimed)


def leave(sender: Sender) -> None:
    """Nothing to say: a session that idles is one that the server closes on us."""
    if sender.session is not None:
        sender.session.close()
        sender.session = None


def _session(sender: Sender) -> Session | None:
    if sender.session is not None and sender.session.is_open:
        return sender.session
    try:
        sender.session = sender.opens()
    except SessionError as why:
        sender.session = None
        # A wrong password said again and again locks the account: rest longer.
        _rest(sender, sender.pause * (15 if why.lasting else 1), str(why))
    return sender.session


def _send(sender: Sender, session: Session, claimed: Claimed) -> None:
    def may_send_dot() -> bool:
        now = sender.now()
        until = now + sender.answer_timeout + LEASE
        return outbox.dot_pending(sender.store, claimed, now, until)

    tls = session.tls
    result = session.send(claimed.letter, may_send_dot)
    now = sender.now()
    change = after(claimed.attempt, result, now, sender.retry)
    settled = outbox.settle(sender.store, claimed, change, now, {"tls": tls})
    sender.tell(change.event if settled else "taken_back", **_told(claimed, result))
    if isinstance(result, NotTried) and result.pause is not None:
        _rest(sender, result.pause, result.detail)


def _told(claimed: Claimed, result: Result) -> Mapping[str, str]:
    """For the log: the entry and the domain, never the address."""
    return {
        "entry": claimed.letter.token,
        "domain": domain_of(claimed.letter.recipient),
        "result": type(result).__name__,
    }


def _rest(sender: Sender, pause: timedelta, why: str) -> None:
    now = sender.now()
    pauses.pause_sending(sender.store, now + pause, why, now=now, by=sender.lease())
    sender.tell("paused", seconds=pause.total_seconds(), why=why)
