"""Replies to notices: STOP, SEND NOW, APPROVE and CALLED act on the entries of the notice.

Bound by the notice's token, which stands in its Message-ID and in its last line and is known to
nobody who has not read it; under the same proof of sender as a decision. They act by the same
verbs as the command line, each guarded by how the entry stands, so that a reply that comes twice
changes nothing the second time. Whoever is known here is answered, by how the entries stand after
it; the sender of anything else is not.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.intake.mailform import EXAMPLE, Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Proved, Unproved
from worker.letter import Letter
from worker.lifecycle import Status
from worker.policy.answers import may_answer
from worker.policy.deciders import Decider, find_decider
from worker.policy.guards import Why
from worker.policy.mayreply import Objection, Person, objects
from worker.policy.replywords import Order, Word, read_order
from worker.steps.mails import NotYet, doubted, quarantine
from worker.steps.receipts import SHOWN
from worker.store import answerable, answers, ledger
from worker.store.answerable import Bound, Stands
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending

_MESSAGE_ID = re.compile(r"<([0-9a-f]{20})@[^<>\s@]{1,255}>", re.IGNORECASE)

#: An entry can wait for both, and one look at the letter is enough for both.
_APPROVABLE: frozenset[str] = frozenset({Why.BATCH, Why.APPROVAL})
_QUESTION = "question"
_VERBS: Mapping[Word, Sequence[str]] = {
    Word.STOP: ("cancel",), Word.SEND_NOW: ("send-now",), Word.CALLED: ("called",),
    Word.APPROVE: ("approve",) * len(_APPROVABLE),
}  # fmt: skip
_GONE = frozenset({Status.SENDING, Status.SENT})


class Trouble(StrEnum):
    """Why a reply did nothing, or not all that it asked for."""

    WHICH = "which"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    UNBOUND = "unbound"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """One entry after a reply. ``doubtful``: it is held to be safe, for the reply was not plain."""

    row: int
    stands: Stands
    against: Objection | None = None
    as_asked: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told to ``to`` about their reply ``mail``; ``rows`` are those of the notice."""

    mail: Envelope
    to: str
    word: Word | None = None
    acted: Sequence[Acted] = ()
    trouble: Trouble | None = None
    rows: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replying:
    """How replies act: ``act`` does a verb of ``steps.act`` to an entry, in somebody's name."""

    store: Store
    deciders: Mapping[str, Decider]
    hr_address: str | None
    act: Callable[[str, str, str], object]
    answer: Callable[[Answer], Letter]
    warns: Callable[[str, str], None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Reply:
    """A proved reply of somebody we know."""

    mail: Envelope
    by: Person
    arrival: Arrival
    into: Replying


def take_answer(opened: Opened, arrival: Arrival, into: Replying) -> Ending | NotYet | None:
    """What becomes of a reply to one of our notices; None when the mail is none."""
    if opened.automatic is not None or opened.decision is not None:
        return None
    order, notices = read_order(opened.first_line), _answered(opened, into)
    if order is None and not (notices and EXAMPLE in (opened.problem or "")):
        return None
    if isinstance(opened.proof, Unproved):
        return doubted(opened.proof)
    by = _person(opened.proof, notices, into)
    if order is None and by.decider is not None:
        return None  # a decider is answered by ``decisions``, which knows what was wrong
    if not by.is_known:
        return quarantine("the sender is proved, but may not act on what this answers")
    ledger.begin(into.store, arrival, into.now())
    return _take(order, notices, _Reply(opened.envelope, by, arrival, into))


def _answered(opened: Opened, into: Replying) -> list[Bound]:
    """The notice that the headers name, the nearest of them; else all that the text quotes."""
    named = [found[1].lower() for each in opened.envelope.answers
             if (found := _MESSAGE_ID.fullmatch(each))]  # fmt: skip
    by_header = answerable.bound(into.store, named)
    return by_header[:1] or answerable.bound(into.store, opened.references)


def _person(proof: Proved, notices: Sequence[Bound], into: Replying) -> Person:
    folded = proof.address.casefold()
    return Person(
        address=proof.address,
        decider=find_decider(proof.address, into.deciders),
        is_hr=folded == (into.hr_address or "").casefold(),
        is_reader={each.to.casefold() for each in notices} == {folded},
        weak=proof.weak,
    )


def _take(order: Order | None, notices: Sequence[Bound], reply: _Reply) -> Ending:
    if order is None:
        return _nothing(Trouble.NOT_UNDERSTOOD, None, notices, reply)
    if len(notices) != 1:
        why = Trouble.SEVERAL if notices else Trouble.UNBOUND
        return _nothing(why, order.word, (), reply)
    (notice,) = notices
    order, chosen, trouble = _chosen(order, notice.rows)
    if not chosen:
        return _nothing(trouble or Trouble.WHICH, order.word, notices, reply)
    acted = [_act(order, row, token, reply) for row, token in chosen.items()]
    told = _answer(order.word, notices, reply, acted=acted, trouble=trouble)
    if trouble is None and all(each.as_asked for each in acted):
        return _answered_with(told, _DONE, reply)
    return _answered_with(told, _NOT_DONE, reply)


def _nothing(
    trouble: Trouble, word: Word | None, notices: Sequence[Bound], reply: _Reply
) -> Ending:
    return _answered_with(_answer(word, notices, reply, trouble=trouble), _NOT_DONE, reply)


def _chosen(
    order: Order, rows: Mapping[int, str]
) -> tuple[Order, Mapping[int, str], Trouble | None]:
    """Which entries, by their rows, and what of it is not there.

    A STOP that is not plain holds the one entry that it can mean, and nothing where it can mean
    several. Of several rows one that is not there stops the other words, but not STOP.
    """
    only = len(set(rows.values())) == 1
    if order.all_of_them:
        return order, rows, None
    named = {row: rows[row] for row in order.rows if row in rows}
    for name in order.names:
        named |= {row: token for row, token in rows.items() if token.startswith(name)}
    missing = [row for row in order.rows if row not in rows]
    missing += [0 for name in order.names if not any(t.startswith(name) for t in rows.values())]
    if missing and only and order.word is Word.STOP:
        order, named, missing = replace(order, sure=False), dict(rows), []
    if missing:
        return order, named if order.word is Word.STOP else {}, Trouble.UNKNOWN
    if named:
        return order, named, None
    return order, dict(list(rows.items())[:1]) if only else {}, None


def _act(order: Order, row: int, token: str, reply: _Reply) -> Acted:
    """Do it, as far as the entry's state lets it; then look at how it stands."""
    into, before = reply.into, answerable.stands(reply.into.store, token)
    against = objects(order.word, reply.by, Outcome(before.outcome), before.decided_by)
    if against is None:
        for verb in _VERBS[order.word] if order.sure else (_QUESTION,):
            with suppress(NotAllowed):  # how it stands says why
                into.act(token, verb, reply.by.address)
    stands = answerable.stands(into.store, token)
    as_asked = against is None and _is_as_asked(order, stands, into.now())
    doubtful = not order.sure and stands.status == Status.HELD
    return Acted(row=row, stands=stands, against=against, as_asked=as_asked, doubtful=doubtful)


def _is_as_asked(order: Order, stands: Stands, now: datetime) -> bool:
    """Whether nothing is left to be done about it."""
    is_due = stands.status == Status.QUEUED and stands.not_before is not None
    match order.word:
        case Word.STOP:
            return stands.status == (Status.CANCELLED if order.sure else Status.HELD)
        case Word.SEND_NOW:
            left = is_due and stands.not_before is not None and stands.not_before <= now
            return left or stands.status in _GONE
        case Word.APPROVE:
            waits = stands.status == Status.HELD and _APPROVABLE.isdisjoint(stands.waits)
            return waits or is_due or stands.status in _GONE
        case Word.CALLED:
            return is_due or stands.status in _GONE | {Status.DONE}


def _answer(
    word: Word | None,
    notices: Sequence[Bound],
    reply: _Reply,
    *,
    acted: Sequence[Acted] = (),
    trouble: Trouble | None = None,
) -> Answer:
    rows = notices[0].rows if len(notices) == 1 else {}
    to = reply.by.decider.address if reply.by.decider else reply.by.address
    return Answer(mail=reply.mail, to=to, word=word, acted=acted, trouble=trouble, rows=rows)


def _answered_with(told: Answer, ending: Ending, reply: _Reply) -> Ending:
    """With its answer, unless too many were given to that address; HR hears of that."""
    into = reply.into
    before = answers.words_answered(into.store, told.to, into.now() - timedelta(hours=24))
    if may_answer(before, talks_back=told.word is None):
        rows = told.rows if len(told.rows) <= SHOWN else {}  # all of it, or none
        return replace(ending, notice=into.answer(told), answerable=rows)
    why = "a reply to a notice is not answered, for too many were"
    into.warns(told.to, why)
    return replace(ending, problem=why)


_DONE = Ending(state="taken", event="reply_acted", answer="acted")
_NOT_DONE = Ending(state="refused", event="reply_not_acted", answer="acted")
