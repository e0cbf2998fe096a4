"""Taking in mail: fetch it, open it, let the first step take it that it concerns, move it.

Everything that a mail brings (entries, letters, the ledger, notices) is committed before the mail
is moved. What was seen before, here or elsewhere, is not read again; what can't be opened is put
aside with its reason, and the next one is read. What can't be judged yet waits where it lies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.errors import BadSubmission
from worker.intake.mailbox import Gone, MailRef, TooLarge
from worker.intake.mailform import content_key
from worker.intake.mailhead import MAX_HEAD, split
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending, Known, Place

#: What could not be judged for so long, since it was first seen, is put aside.
LONGEST_WAIT = timedelta(hours=24)
#: What ``take_in_mail`` answers of a mail that waits; no state of a submission is called so.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class NotYet:
    """Whether the mail counts can't be told now, and why."""

    why: str


#: Takes a mail that concerns it, or answers None and leaves it to the next.
Taker = Callable[[Opened, Arrival], Ending | NotYet | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """How mail is opened, and who takes it: ``takers`` are asked in their order.

    ``opens`` is given the octets, and when they arrived, as far as that is known. ``warns`` is told
    whose mail was put aside, as its From claims, and why; None for one that could not be read at
    all. ``complain`` is ``tell`` for what would be said again and again.
    """

    store: Store
    opens: Callable[[bytes, datetime | None], Opened]
    takers: Sequence[Taker]
    warns: Callable[[str | None, str], None]
    new_id: Callable[[], str]
    now: Callable[[], datetime]
    tell: Callable[..., None]
    complain: Callable[..., None]


def take_in_mail(
    ref: MailRef, fetch: Callable[[MailRef], bytes | TooLarge | Gone], mails: Mails
) -> str | None:
    """Take in one mail; the state of its submission, which says where the mail goes.

    None when the mail is gone, ``WAITING`` when it is to be tried again. One that was seen before,
    here or elsewhere, is not read again.
    """
    place = _place(ref)
    seen = ledger.known(mails.store, place=place)
    if seen is not None and seen.state != "taking":
        return seen.state
    match fetch(ref):
        case Gone():
            return None
        case TooLarge(size, limit, head):
            why = f"the mail has {size:,} octets, mailbox.max_bytes allows {limit:,}"
            return _quarantine(_arrival(None, place, None, mails), head, why, mails)
        case raw:
            return _take_in_once(raw, ref, mails)


def put_aside(ref: MailRef, why: str, mails: Mails) -> str:
    """Put a mail aside that can't be read or taken in at all; the state of its submission."""
    place = _place(ref)
    arrival = _arrival(ledger.known(mails.store, place=place), place, None, mails)
    mails.warns(None, why)
    return _end(arrival, quarantine(why), mails)


def not_moved(ref: MailRef, why: str, mails: Mails) -> None:
    """Journal that a mail still lies where it was; what it brought is committed all the same."""
    ledger.note_not_moved(mails.store, _place(ref), why, mails.now())
    mails.tell("mail_not_moved", uid=ref.uid, why=why)


def _take_in_once(raw: bytes, ref: MailRef, mails: Mails) -> str:
    """The same content, moved or delivered twice, is the same submission."""
    key, place = content_key(raw), _place(ref)
    known = ledger.known(mails.store, content_key=key)
    if known is not None and known.state not in ledger.OPEN:
        ledger.note_place(mails.store, place, known.id, mails.now())
        return known.state
    return _take_in(raw, ref, _arrival(known, place, key, mails), mails)


def _place(ref: MailRef) -> Place:
    return Place(ref.account, ref.folder, ref.uidvalidity, ref.uid)


def _arrival(known: Known | None, place: Place, key: str | None, mails: Mails) -> Arrival:
    """A crash left a mail half-taken: it is the same submission again."""
    again = known.id if known else mails.new_id()
    return Arrival(id=again, source="mailbox", name=f"uid {place.uid}", place=place,
                   content_key=key)  # fmt: skip


def _take_in(raw: bytes, ref: MailRef, arrival: Arrival, mails: Mails) -> str:
    try:
        opened = mails.opens(raw, ref.arrived_at)
    except BadSubmission as why:
        return _quarantine(arrival, raw[:MAX_HEAD], str(why), mails)
    asked = (taker(opened, arrival) for taker in mails.takers)
    ending = next((each for each in asked if each is not None), _NOBODYS)
    if isinstance(ending, NotYet):
        if _may_wait(arrival, mails):
            mails.complain("mail_waits", uid=ref.uid, why=ending.why)
            return WAITING
        ending = quarantine(f"{ending.why}. {_WAITED}")
    if ending.state == "quarantined":
        mails.warns(opened.envelope.sender or None, ending.problem or "")
    return _end(arrival, ending, mails)


def _may_wait(arrival: Arrival, mails: Mails) -> bool:
    """By when it was first seen, not by when it arrived: after days of downtime it has as long."""
    now = mails.now()
    return now - ledger.first_seen(mails.store, arrival, now) < LONGEST_WAIT


def _quarantine(arrival: Arrival, head: bytes, why: str, mails: Mails) -> str:
    """Put aside what can't be read whole; its header alone may tell whose it says it is."""
    try:
        sender = mails.opens(split(head)[0], None).envelope.sender
    except BadSubmission:
        sender = ""
    mails.warns(sender or None, why)
    return _end(arrival, quarantine(why), mails)


def quarantine(why: str) -> Ending:
    """Put aside for a person, and nobody is answered."""
    return Ending(state="quarantined", event="quarantined", problem=why)


def doubted(proof: Unproved) -> Ending | NotYet:
    """What becomes of a mail that counts only with proof, and has none."""
    return NotYet(proof.reason) if proof.for_now else quarantine(proof.reason)


_NOBODYS = quarantine("nobody here knows what to do with it")
_WAITED = (
    f"Tried for {LONGEST_WAIT // timedelta(hours=1)} hours; once that is mended, move the mail back"
    " to the mailbox's folder"
)


def _end(arrival: Arrival, ending: Ending, mails: Mails) -> str:
    ledger.finish(mails.store, arrival, ending, mails.now())
    mails.tell(ending.event, submission=arrival.id, source="mailbox", **(ending.counts or {}))
    return ending.state
