"""Sending: claim a due entry, hand its letter over, write what came of it.

The order is the promise. The claim is committed before the server hears of the letter; the dot
leaves only after ``dot_pending`` is committed; the result is committed before anything else
happens on the session. Nothing here is tried again by itself: a retry is a row with a later
``not_before``.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from worker.address import domain_of
from worker.decision import Outcome
from worker.delivery.replies import unopened
from worker.errors import SessionError, StoreAway
from worker.letter import Letter
from worker.lifecycle import Retry, Transition, after
from worker.result import Accepted, Deferred, NotTried, Refused, Result
from worker.steps.resting import Resting, begin, look_at_breaker
from worker.steps.restore import FORGOTTEN, still_known
from worker.steps.settle import Handover, Settling
from worker.store import journal, outbox, pauses, rate
from worker.store.engine import Store
from worker.store.hours import Hours
from worker.store.outbox import Claimed
from worker.store.pauses import Standing

#: A lease outlives everything before the dot: connect, TLS, login, MAIL, RCPT, DATA, the body.
LEASE = timedelta(minutes=45)

#: How long a session may idle between two letters that the pace keeps apart.
LINGER = timedelta(seconds=5)


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
    """One sending thread: its session, and everything that it needs to send.

    In the shadow only letters of the outcomes that are ``live`` go; None is no shadow.
    """

    store: Store
    opens: Callable[[], Session]
    retry: Retry
    answer_timeout: timedelta
    pause: timedelta
    lease: Callable[[], str]
    now: Callable[[], datetime]
    tell: Callable[..., None]
    settling: Settling
    resting: Resting
    hours: Hours
    live: frozenset[Outcome] | None = None
    session: Session | None = field(default=None)


def send_one(sender: Sender) -> bool:
    """Send the next due letter. False when there is none, or when sending rests."""
    now = sender.now()
    standing = pauses.standing(sender.store, now, sender.live)
    which = standing.claimable()
    if (
        standing.all_rests()
        or not outbox.is_due(sender.store, now, which)
        or _cramped(sender)
        or _forgotten(sender, now)
    ):  # fmt: skip
        leave(sender)
        return False
    if wait := rate.wait(sender.store, sender.resting.limit, now):
        return _paced(sender, wait)
    session = _session(sender)
    if session is None:
        return False
    now = sender.now()  # a greeting may take minutes
    gate = partial(rate.may_go, before=standing, limit=sender.resting.limit, now=now)
    until = now + LEASE
    claimed = outbox.claim(
        sender.store, sender.lease(), now, until, which=which, gate=gate, hours=sender.hours
    )
    for each in claimed:
        taken = isinstance(_send(sender, session, each), Accepted)
        if taken and (over := standing.over_for(domain_of(each.letter.recipient))):
            pauses.end(sender.store, over, now=sender.now(), by=each.lease)
    return bool(claimed) or _put_off(sender, standing, now) or _rests_anew(sender, standing, now)


def _put_off(sender: Sender, standing: Standing, now: datetime) -> bool:
    """Let a letter wait that came up outside its hours; those behind it are next."""
    which, by = standing.claimable(), sender.lease()
    found = outbox.put_off(sender.store, now, which=which, hours=sender.hours, by=by)
    if found is not None:
        token, until = found
        sender.tell("out_of_hours", entry=token, not_before=until.isoformat())
    return found is not None


def _rests_anew(sender: Sender, before: Standing, now: datetime) -> bool:
    """Something began to rest while the session opened, or ended: look again."""
    return pauses.standing(sender.store, now).holding != before.holding


def _paced(sender: Sender, wait: timedelta) -> bool:
    """Wait until the next letter may go; in turns, so that a pause is noticed."""
    if wait > LINGER:
        leave(sender)
    return not sender.settling.wait(min(wait, LINGER).total_seconds())


def _cramped(sender: Sender) -> bool:
    """No room to write down what is sent: better not to begin."""
    short = sender.store.shortage()
    if short is not None:
        sender.settling.complain("disk_short", why=short)
    return short is not None


def _forgotten(sender: Sender, now: datetime) -> bool:
    """The database does not know what this worker sent a moment ago."""
    known = still_known(sender.store, sender.settling.beside.fence, now)
    if not known:
        sender.tell("restored", why=FORGOTTEN)
    return not known


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
        rest = unopened(why, sender.pause)
        begin(sender.resting, rest, str(why), now=sender.now(), by=sender.lease())
    return sender.session


def _send(sender: Sender, session: Session, claimed: Claimed) -> Result:
    handover = Handover(sender.settling, claimed)

    def may_send_dot() -> bool:
        asked = sender.now()
        written = handover.may_send_dot(asked, asked + sender.answer_timeout + LEASE)
        # Whoever was stopped meanwhile wakes to an entry that may be another's, or a person's.
        return written and sender.now() < asked + LEASE

    tls = session.tls
    result = _weighed(sender, claimed, session.send(claimed.letter, may_send_dot))
    now = sender.now()
    change = _in_hours(sender, claimed, after(claimed.attempt, result, now, sender.retry))
    settled = handover.settle(change, now, tls)
    sender.tell(change.event if settled else "taken_back", **_told(claimed, result))
    _heed(sender, claimed, result)
    return result


def _in_hours(sender: Sender, claimed: Claimed, change: Transition) -> Transition:
    """The next try of a letter waits for the hours in which its candidate gets mail."""
    if change.not_before is None or change.event != "deferred":
        return change
    return replace(change, not_before=sender.hours(claimed.decision or {}, change.not_before))


def _weighed(sender: Sender, claimed: Claimed, result: Result) -> Result:
    """What stops one letter again and again, while others are taken, is about that letter.

    Servers word what a recipient wants like trouble of ours, and one letter must not slow all.
    """
    if not isinstance(result, NotTried) or not result.past_mail:
        return result
    if result.rest is None or result.rest.slower:
        return result
    with suppress(StoreAway), sender.store.read() as connection:
        if journal.stopped_alone(connection, claimed.id, result.rule):
            return Deferred(result.detail, result.rule)
    return result


def _heed(sender: Sender, claimed: Claimed, result: Result) -> None:
    """What the result means for the letters after this one."""
    now = sender.now()
    if isinstance(result, NotTried | Deferred) and result.rest is not None:
        domain = domain_of(claimed.letter.recipient)
        begin(sender.resting, result.rest, result.detail, now=now, by=claimed.lease, domain=domain)
    if isinstance(result, Refused):
        look_at_breaker(sender.resting, now)


def _told(claimed: Claimed, result: Result) -> Mapping[str, str]:
    """For the log: the entry and the domain, never the address."""
    return {
        "entry": claimed.letter.token,
        "domain": domain_of(claimed.letter.recipient),
        "result": type(result).__name__,
    }
