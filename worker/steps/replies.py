"""Replies to notices: STOP, SEND NOW, APPROVE and CALLED act on the entries of the notice.

Bound by the notice's token, which stands in its Message-ID and in its last line and is known to
nobody who has not read it; under the same proof of sender as a decision, save that a STOP holds
while nobody can say whether the proof is there. They act by the same verbs as the command line,
each guarded by how the entry stands, so that a reply that comes twice changes nothing the second
time. Whoever is known here is answered, by how the entries stand after it; the sender of anything
else is not.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
from worker.steps.acted import Acted, Answer, Trouble, chosen_by
from worker.steps.mails import NotYet, doubted, quarantine
from worker.steps.receipts import SHOWN
from worker.store import answerable, answers, ledger
from worker.store.answerable import Bound, Stands
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending

#: An entry can wait for both, and one look at the letter is enough for both.
_APPROVABLE: frozenset[str] = frozenset({Why.BATCH, Why.APPROVAL})
_QUESTION = "question"
#: Under these something is done.
_ACTS = frozenset({None, Objection.HOLDS})
_VERBS: Mapping[Word, Sequence[str]] = {
    Word.STOP: ("cancel",), Word.SEND_NOW: ("send-now",), Word.CALLED: ("called",),
    Word.APPROVE: ("approve",) * len(_APPROVABLE),
}  # fmt: skip
_GONE = frozenset({Status.SENDING, Status.SENT})
#: In whose name a letter is held while the proof can't be had.
UNPROVED = "unproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replying:
    """How replies act: ``act`` does a verb of ``steps.act`` to an entry, in somebody's name.

    ``is_ours`` knows the addresses in our domains.
    """

    store: Store
    deciders: Mapping[str, Decider]
    hr_address: str | None
    is_ours: Callable[[str], bool]
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
    left_out: str | None
    excepted: bool


def take_answer(opened: Opened, arrival: Arrival, into: Replying) -> Ending | NotYet | None:
    """What becomes of a reply to one of our notices; None when the mail is none."""
    if opened.automatic is not None:
        return None
    notices = _answered(opened, into)
    order = _order(opened, notices)
    if opened.decision is not None and not _stops(order, notices):
        return None
    if order is None and not (notices and EXAMPLE in (opened.problem or "")):
        return None
    if isinstance(opened.proof, Unproved):
        if opened.proof.for_now and _stops(order, notices):
            _hold_for_now(order, notices, arrival, into)
        return doubted(opened.proof)
    by = _person(opened.proof, notices, into)
    if order is None and by.decider is not None:
        return None  # a decider is answered by ``decisions``, which knows what was wrong
    if not by.is_known:
        return quarantine("the sender is proved, but may not act on what this answers")
    ledger.begin(into.store, arrival, into.now())
    sheet = opened.decision.sheet if opened.decision else None
    left_out = sheet.name if sheet else None
    return _take(order, notices, _Reply(opened.envelope, by, arrival, into, left_out,
                                       opened.excepted))  # fmt: skip


def _order(opened: Opened, notices: Sequence[Bound]) -> Order | None:
    """What it asks for. A doubtful STOP that answers no notice is some other mail."""
    order = read_order(opened.first_line)
    return order if order is None or order.sure or notices else None


def _stops(order: Order | None, notices: Sequence[Bound]) -> bool:
    """Whether it says STOP to what it answers: that goes before the spreadsheet beside it."""
    return order is not None and order.word is Word.STOP and bool(notices)


def _answered(opened: Opened, into: Replying) -> list[Bound]:
    """The notice that the headers name, the nearest of them; else all that the text quotes."""
    by_header = answerable.bound(into.store, answerable.tokens(opened.envelope.answers))
    return by_header[:1] or answerable.bound(into.store, opened.references)


def _person(proof: Proved, notices: Sequence[Bound], into: Replying) -> Person:
    folded = proof.address.casefold()
    return Person(
        address=proof.address,
        decider=find_decider(proof.address, into.deciders),
        is_hr=folded == (into.hr_address or "").casefold(),
        is_reader={each.to.casefold() for each in notices} == {folded},
        is_ours=into.is_ours(proof.address),
        weak=proof.weak,
    )


def _hold_for_now(
    order: Order | None, notices: Sequence[Bound], arrival: Arrival, into: Replying
) -> None:
    """Hold what a STOP means until it can be judged: once a mail, for a person may let it go."""
    if order is None or len(notices) != 1:
        return
    since = ledger.first_seen(into.store, arrival, into.now())
    _, chosen, _ = chosen_by(order, notices[0].rows)
    for token in chosen.values():
        waits = Why.PERSON in answerable.stands(into.store, token).waits
        if not waits and not answerable.was_held(into.store, token, UNPROVED, since):
            with suppress(NotAllowed):  # at its dot, or gone
                into.act(token, _QUESTION, UNPROVED)


def _take(order: Order | None, notices: Sequence[Bound], reply: _Reply) -> Ending:
    if order is None:
        return _nothing(Trouble.NOT_UNDERSTOOD, None, notices, reply)
    if len(notices) != 1:
        why = Trouble.SEVERAL if notices else Trouble.UNBOUND
        return _nothing(why, order.word, (), reply)
    if reply.excepted and order.word is not Word.STOP:
        return _nothing(Trouble.EXCEPTED, order.word, notices, reply)
    (notice,) = notices
    order, chosen, trouble = chosen_by(order, notice.rows)
    if not chosen:
        return _nothing(trouble or Trouble.WHICH, order.word, notices, reply)
    acted = [_act(order, row, token, reply) for row, token in chosen.items()]
    told = _answer(order.word, notices, reply, acted=acted, trouble=trouble)
    done = trouble is None and all(each.as_asked for each in acted)
    if done and reply.left_out is None:
        return _answered_with(told, _DONE, reply)
    return _answered_with(told, _NOT_DONE, reply)


def _nothing(
    trouble: Trouble, word: Word | None, notices: Sequence[Bound], reply: _Reply
) -> Ending:
    return _answered_with(_answer(word, notices, reply, trouble=trouble), _NOT_DONE, reply)


def _act(order: Order, row: int, token: str, reply: _Reply) -> Acted:
    """Do it, as far as the entry's state lets it; then look at how it stands."""
    into, before = reply.into, answerable.stands(reply.into.store, token)
    against = objects(order.word, reply.by, Outcome(before.outcome), before.decided_by)
    if against is Objection.HOLDS:
        order = replace(order, sure=False)
    if against in _ACTS:
        for verb in _VERBS[order.word] if order.sure else (_QUESTION,):
            with suppress(NotAllowed):  # how it stands says why
                into.act(token, verb, reply.by.address)
    stands = answerable.stands(into.store, token)
    as_asked = against in _ACTS and _is_as_asked(order, stands, into.now())
    doubtful = against is None and not order.sure and stands.status == Status.HELD
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
    return Answer(mail=reply.mail, to=to, word=word, acted=acted, trouble=trouble, rows=rows,
                  left_out=reply.left_out)  # fmt: skip


def _answered_with(told: Answer, ending: Ending, reply: _Reply) -> Ending:
    """With its answer, unless too many were given to that address; of a decider HR hears it."""
    into = reply.into
    before = answers.words_answered(into.store, told.to, into.now() - timedelta(hours=24))
    if may_answer(before, talks_back=told.word is None):
        rows = _carried(told, reply.by)
        rows = rows if len(rows) <= SHOWN else {}  # all of it, or none
        return replace(ending, notice=into.answer(told), answerable=rows)
    why = "a reply to a notice is not answered, for too many were"
    into.warns(told.to, why)
    return replace(ending, problem=why)


def _carried(told: Answer, by: Person) -> Mapping[int, str]:
    """What the answer can be answered about: it makes no reader of whom it says no to.

    But a weak proof is mended by it: whoever reads it has that very address.
    """
    if by.is_reader or by.is_hr:
        return told.rows
    allowed = {None, Objection.WEAK}
    return {each.row: each.stands.token for each in told.acted if each.against in allowed}


_DONE = Ending(state="taken", event="reply_acted", answer="acted")
_NOT_DONE = Ending(state="refused", event="reply_not_acted", answer="acted")
