"""Taking in mail: fetch it, open it, let the first step take it that it concerns, move it.

Everything that a mail brings (entries, letters, the ledger, notices) is committed before the mail
is moved. What was seen before, here or elsewhere, is not read again; what can't be opened is put
aside with its reason, and the next one is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.errors import BadSubmission
from worker.intake.mailbox import Gone, MailRef, TooLarge
from worker.intake.mailform import content_key
from worker.intake.mailhead import MAX_HEAD, split
from worker.intake.opened import Opened
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending, Known, Place

#: Takes a mail that concerns it, or answers None and leaves it to the next.
Taker = Callable[[Opened, Arrival], Ending | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """How mail is opened, and who takes it: ``takers`` are asked in their order.

    ``warns`` is told whose mail was put aside, as its From claims, and why; None for one that
    could not be read at all.
    """

    store: Store
    opens: Callable[[bytes], Opened]
    takers: Sequence[Taker]
    warns: Callable[[str | None, str], None]
    new_id: Callable[[], str]
    now: Callable[[], datetime]
    tell: Callable[..., None]


def take_in_mail(
    ref: MailRef, fetch: Callable[[MailRef], bytes | TooLarge | Gone], mails: Mails
) -> str | None:
    """Take in one mail; the state of its submission, which says where the mail goes.

    None when the mail is gone. One that was seen before, here or elsewhere, is not read again.
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
            return _take_in_once(raw, place, mails)


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


def _take_in_once(raw: bytes, place: Place, mails: Mails) -> str:
    """The same content, moved or delivered twice, is the same submission."""
    key = content_key(raw)
    known = ledger.known(mails.store, content_key=key)
    if known is not None and known.state not in ledger.OPEN:
        ledger.note_place(mails.store, place, known.id, mails.now())
        return known.state
    return _take_in(raw, _arrival(known, place, key, mails), mails)


def _place(ref: MailRef) -> Place:
    return Place(ref.account, ref.folder, ref.uidvalidity, ref.uid)


def _arrival(known: Known | None, place: Place, key: str | None, mails: Mails) -> Arrival:
    """A crash left a mail half-taken: it is the same submission again."""
    again = known.id if known else mails.new_id()
    return Arrival(id=again, source="mailbox", name=f"uid {place.uid}", place=place,
                   content_key=key)  # fmt: skip


def _take_in(raw: bytes, arrival: Arrival, mails: Mails) -> str:
    try:
        opened = mails.opens(raw)
    except BadSubmission as why:
        return _quarantine(arrival, raw[:MAX_HEAD], str(why), mails)
    asked = (taker(opened, arrival) for taker in mails.takers)
    ending = next((each for each in asked if each is not None), _NOBODYS)
    if ending.state == "quarantined":
        mails.warns(opened.envelope.sender or None, ending.problem or "")
    return _end(arrival, ending, mails)


def _quarantine(arrival: Arrival, head: bytes, why: str, mails: Mails) -> str:
    """Put aside what can't be read whole; its header alone may tell whose it says it is."""
    try:
        sender = mails.opens(split(head)[0]).envelope.sender
    except BadSubmission:
        sender = ""
    mails.warns(sender or None, why)
    return _end(arrival, quarantine(why), mails)


def quarantine(why: str) -> Ending:
    """Put aside for a person, and nobody is answered."""
    return Ending(state="quarantined", event="quarantined", problem=why)


_NOBODYS = quarantine("nobody here knows what to do with it")


def _end(arrival: Arrival, ending: Ending, mails: Mails) -> str:
    ledger.finish(mails.store, arrival, ending, mails.now())
    mails.tell(ending.event, submission=arrival.id, source="mailbox", **(ending.counts or {}))
    return ending.state
