"""Taking in decision mail: prove the sender, read the keys or the attachment, answer, move.

Everything that a mail brings (entries, letters, the ledger, the receipt) is committed before the
mail is moved. What is not proved to come from a decider is quarantined and nobody is answered:
an answer to a forged sender would be mail to a stranger.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from worker.columns import Words
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.mailbox import Gone, MailRef, TooLarge
from worker.intake.mailform import (
    Attachment,
    DecisionMail,
    Envelope,
    NotADecision,
    content_key,
    read_envelope,
    read_mail,
)
from worker.intake.proof import Unproved, prove
from worker.intake.sheets import SheetRules, sheet_from_bytes
from worker.letter import Letter
from worker.policy.deciders import Decider, find_decider
from worker.steps.judge import By
from worker.steps.take import Answer, Taking, Tally, take_rows
from worker.store import ledger, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending, Known, Place

#: A receipt shows this many rows; the rest is counted, and stands in the list.
SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """How decision mail is proved, read and answered.

    ``receipt`` composes the answer from the mail it answers, the rows and a problem of the whole.
    """

    store: Store
    words: Words
    rules: SheetRules
    proof: str
    authserv_id: str | None
    deciders: Mapping[str, Decider]
    own: frozenset[str]
    taking: Callable[[By], Taking]
    receipt: Callable[[Envelope, Iterable[Answer], str | None], Letter]
    new_id: Callable[[], str]
    now: Callable[[], datetime]
    tell: Callable[..., None]


def take_in_mail(
    ref: MailRef, fetch: Callable[[MailRef], bytes | TooLarge | Gone], mails: Mails
) -> str | None:
    """Take in one mail; the state of its submission, which says where the mail goes.

    None when the mail is gone. One that was seen before, here or elsewhere, is not read again.
    """
    place = Place(ref.account, ref.folder, ref.uidvalidity, ref.uid)
    seen = ledger.known(mails.store, place=place)
    if seen is not None and seen.state != "taking":
        return seen.state
    match fetch(ref):
        case Gone():
            return None
        case TooLarge(size, limit):
            arrival = _arrival(None, place, None, mails)
            why = f"the mail has {size:,} octets, mailbox.max_bytes allows {limit:,}"
            return _end(arrival, _quarantine(why), mails)
        case raw:
            return _take_in_once(raw, place, mails)


def _take_in_once(raw: bytes, place: Place, mails: Mails) -> str:
    """The same content, moved or delivered twice, is the same submission."""
    key = content_key(raw)
    known = ledger.known(mails.store, content_key=key)
    if known is not None and known.state not in ledger.OPEN:
        ledger.note_place(mails.store, place, known.id, mails.now())
        return known.state
    return _take_in(raw, _arrival(known, place, key, mails), mails)


def _arrival(known: Known | None, place: Place, key: str | None, mails: Mails) -> Arrival:
    """A crash left a mail half-taken: it is the same submission again."""
    again = known.id if known else mails.new_id()
    return Arrival(id=again, source="mailbox", name=f"uid {place.uid}", place=place,
                   content_key=key)  # fmt: skip


def _take_in(raw: bytes, arrival: Arrival, mails: Mails) -> str:
    """Who sent it decides first; what it says is read only for a proved decider."""
    aside, mail, problem = None, None, None
    try:
        read = read_mail(raw, mails.words, own=mails.own)
        aside = read.why if isinstance(read, NotADecision) else None
        mail = read if isinstance(read, DecisionMail) else None
    except BadSubmission as why:
        problem = str(why)
    if aside is not None:
        return _end(arrival, Ending(state="ignored", event="mail_ignored", problem=aside), mails)
    proof = prove(raw, method=mails.proof, authserv_id=mails.authserv_id)
    if isinstance(proof, Unproved):
        return _end(arrival, _quarantine(proof.reason), mails)
    decider = find_decider(proof.address, mails.deciders)
    if decider is None:
        return _end(arrival, _quarantine("the sender is proved, but is no decider"), mails)
    if mail is None:
        ending = _refused(raw, problem or "", mails)
        return _end(arrival, ending, mails)
    return _take_decisions(mail, arrival, decider, mails)


def _quarantine(why: str) -> Ending:
    return Ending(state="quarantined", event="quarantined", problem=why)


def _refused(raw: bytes, problem: str, mails: Mails) -> Ending:
    notice = mails.receipt(read_envelope(raw), [], problem)
    return Ending(state="refused", event="submission_refused", problem=problem, notice=notice)


def _take_decisions(mail: DecisionMail, arrival: Arrival, decider: Decider, mails: Mails) -> str:
    into = mails.taking(_by(decider, arrival, mails))
    try:
        rows = _rows(mail.rows, mail.sheet, mails)
    except BadSubmission as why:
        notice = mails.receipt(mail, [], str(why))
        ending = Ending(state="refused", event="submission_refused", problem=str(why),
                        notice=notice)  # fmt: skip
        return _end(arrival, ending, mails)
    ledger.begin(into.store, arrival, mails.now())
    tally, shown = Tally(), list[Answer]()
    for answer in take_rows(rows, arrival, into):
        tally.add(answer.verdict)
        if len(shown) < SHOWN:
            shown.append(answer)
    counts = tally.counts()
    none_taken = counts["refused"] == counts["rows"]
    ending = Ending(
        state="refused" if none_taken else "taken",
        event="submission_refused" if none_taken else "submission_taken",
        counts=counts,
        notice=mails.receipt(mail, shown, _left_out(counts["rows"])),
    )
    return _end(arrival, ending, mails)


def _left_out(rows: int) -> str | None:
    if rows <= SHOWN:
        return None
    return f"only the first {SHOWN} of {rows} rows are shown here; followup list has all"


def _rows(rows: tuple[Row, ...] | None, sheet: Attachment | None, mails: Mails) -> Iterable[Row]:
    if sheet is None:
        return rows or ()
    return sheet_from_bytes(sheet.name, sheet.content, mails.words, mails.rules).rows()


def _by(decider: Decider, arrival: Arrival, mails: Mails) -> By:
    """The decider, and how many decisions they made in the last 24 hours.

    Rows of one batch are judged before they are stored, so the count runs along here; what an
    earlier run of the same mail stored is not counted twice.
    """
    since = mails.now() - timedelta(hours=24)
    made = views.decided_since(mails.store, decider.address, since, but=arrival.id)
    running = count(made)
    return By(decider, lambda: next(running))


def _end(arrival: Arrival, ending: Ending, mails: Mails) -> str:
    ledger.finish(mails.store, arrival, ending, mails.now())
    mails.tell(ending.event, submission=arrival.id, source="mailbox", **(ending.counts or {}))
    return ending.state
