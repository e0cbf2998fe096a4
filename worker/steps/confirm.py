"""A decider's answer ``CONFIRM`` to a receipt: what it decided may go on its way.

An offer, and whatever was proved weakly, waits for it. The token in the subject was sent to the
address on file and to no other, so who answers with it reads that mailbox: a forged From is not
enough. It is good once, for one mail's decisions, for 48 hours; the answer's sender is proved
like that of any decision.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker import verbs
from worker.intake.mailform import Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.letter import Letter
from worker.lifecycle import Transition
from worker.steps.mails import NotYet, doubted, quarantine
from worker.steps.receipts import SHOWN
from worker.store import answerable, confirmations, ledger
from worker.store.confirmations import Asked, Waiting
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending

#: How long a decider may take.
GOOD_FOR = timedelta(hours=48)

_IN_SUBJECT = re.compile(r"\[confirm ([0-9a-f]{20})\]")
#: With these around it the word still says nothing else; a question never confirms.
_BESIDE = frozenset({
    "and", "danke", "gracias", "hereby", "i", "it", "merci", "ok", "okay", "please", "thank",
    "thanks", "that", "the", "this", "yes", "you",
})  # fmt: skip
_CONFIRM = frozenset({"confirm", "confirmed"})
_EXCEPTED = (
    'it said CONFIRM, and what stands beside it may take some of it back (a word like "not", "but"'
    ' or "except"); answer again with CONFIRM alone'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """How answers act. ``due`` is when an entry may leave; ``answer`` composes what is answered.

    ``answer`` takes the mail it answers, the entries that were confirmed, and why none were.
    """

    store: Store
    due: Callable[[str, datetime], datetime]
    answer: Callable[[Envelope, Sequence[str], str | None], Letter]
    now: Callable[[], datetime]


def ask(token: str, decider: str, now: datetime) -> Asked:
    """A confirmation to be asked for now."""
    return Asked(token=token, decider=decider, expires_at=now + GOOD_FOR)


def mark(token: str) -> str:
    """What the subject of the receipt ends with, so that it comes back in the answer."""
    return f"[confirm {token}]"


def confirms(line: str) -> bool:
    """Whether a line says CONFIRM, and nothing that speaks against it."""
    words = set(re.findall(r"[^\W\d_]+", line.casefold()))
    return "?" not in line and not words.isdisjoint(_CONFIRM) and words <= _CONFIRM | _BESIDE


def take_confirmation(opened: Opened, arrival: Arrival, into: Confirming) -> Ending | NotYet | None:
    """What becomes of an answer that confirms; None when the mail is none."""
    found = set(_IN_SUBJECT.findall(opened.envelope.subject))
    if opened.automatic is not None or not found or not confirms(opened.first_line):
        return None
    if isinstance(opened.proof, Unproved):
        return doubted(opened.proof)
    if len(found) > 1:
        return quarantine("its subject asks to confirm more than one mail; answer only the newest")
    token = found.pop()
    asked = confirmations.waiting(into.store, token)
    if asked is None:
        return quarantine("it confirms what nobody was asked to confirm")
    if opened.proof.address.casefold() != asked.decider:
        return quarantine("it confirms what somebody else was asked to confirm")
    if opened.excepted:
        return _refused(_EXCEPTED, opened.envelope, into)
    return _confirm(token, asked, opened.envelope, arrival=arrival, into=into)


def _confirm(
    token: str, asked: Waiting, mail: Envelope, *, arrival: Arrival, into: Confirming
) -> Ending:
    now = into.now()
    ledger.begin(into.store, arrival, now)
    dues = {number: into.due(name, now) for number, name in asked.entries}

    def verb(number: int, waits: tuple[str, ...]) -> Transition:
        return verbs.confirmed(dues.get(number, now), waits)

    done = confirmations.use(into.store, token, verb, by=arrival.id, now=now)
    if done is None and asked.used_by == arrival.id:  # a crash, and the same mail again
        done = []
    if done is None:
        return _refused(_spent(asked, now), mail, into)
    rows = answerable.rows_of(into.store, asked.submission)
    return Ending(state="taken", event="confirmed", notice=into.answer(mail, done, None),
                  answerable=rows if len(rows) <= SHOWN else {})  # fmt: skip


def _refused(why: str, mail: Envelope, into: Confirming) -> Ending:
    return Ending(state="refused", event="confirmation_refused", problem=why,
                  notice=into.answer(mail, [], why))  # fmt: skip


def _spent(asked: Waiting, now: datetime) -> str:
    if asked.used_by is None and asked.expires_at <= now:
        return (
            "it came too late: a confirmation is good for 48 hours. Let a person at the worker"
            " release the entry (followup release)"
        )
    return "it was confirmed before; a confirmation is good once"
