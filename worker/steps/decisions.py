"""Decision mail: a proved decider's keys or spreadsheet become entries, answered by a receipt.

The last to be asked about a mail, so it always knows an end. Who sent it decides first; what it
says counts only for a proved decider. What is not proved to come from one is quarantined and
nobody is answered: an answer to a forged sender would be mail to a stranger.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from worker.decision import Outcome
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.mailform import EXAMPLE, Attachment, DecisionMail, Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.letter import Letter
from worker.lifecycle import Status
from worker.policy.answers import may_answer
from worker.policy.deciders import Decider, find_decider
from worker.policy.guards import CONFIRMED
from worker.steps.confirm import ask
from worker.steps.judge import By
from worker.steps.mails import NotYet, doubted, quarantine
from worker.steps.receipts import SHOWN, Receipt, Shown, known_already
from worker.steps.take import Answer, Taking, Tally, take_rows
from worker.store import answerable, answers, ledger, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """How decisions of mails are taken in.

    ``read_sheet`` gives all rows of an attached spreadsheet, or raises ``BadSubmission``.
    Decisions of the outcomes in ``confirms`` wait until their decider has confirmed them, and so do
    those of the outcomes in ``confirms_weak`` where the proof of the sender is weak.
    """

    store: Store
    read_sheet: Callable[[Attachment], Sequence[Row]]
    deciders: Mapping[str, Decider]
    taking: Callable[[By], Taking]
    confirms: frozenset[Outcome]
    confirms_weak: frozenset[Outcome]
    receipt: Callable[[Receipt], Letter]
    warns: Callable[[str, str], None]
    new_token: Callable[[], str]
    now: Callable[[], datetime]


def take_decision(opened: Opened, arrival: Arrival, into: Deciding) -> Ending | NotYet:
    """What becomes of a mail that may hold decisions."""
    if opened.automatic is not None:
        return Ending(state="ignored", event="mail_ignored", problem=opened.automatic)
    if isinstance(opened.proof, Unproved):
        return doubted(opened.proof)
    decider = find_decider(opened.proof.address, into.deciders)
    if decider is None:
        return quarantine("the sender is proved, but is no decider")
    if opened.decision is None:
        return _refused(opened.envelope, decider, opened.problem or "", into)
    try:
        by = _by(decider, arrival, into, weak=opened.proof.weak)
        return _take_decisions(opened.decision, arrival, by, to=decider.address, into=into)
    except BadSubmission as why:
        return _refused(opened.envelope, decider, str(why), into)


def _refused(envelope: Envelope, decider: Decider, problem: str, into: Deciding) -> Ending:
    answers_us = EXAMPLE in problem and answers.is_answer_to_us(into.store, envelope.answers)
    told = Receipt(mail=envelope, to=decider.address, problem=problem, answers_us=answers_us)
    refused = Ending(state="refused", event="submission_refused", problem=problem,
                     answerable=_carried(envelope, told, into) if answers_us else {})  # fmt: skip
    return _answered(refused, told, into)


def _carried(envelope: Envelope, told: Receipt, into: Deciding) -> Mapping[int, str]:
    """The rows of their notice that was answered: who was not understood answers that mail next."""
    found = answerable.bound(into.store, answerable.tokens(envelope.answers))[:1]
    theirs = [each for each in found if each.to.casefold() == told.to.casefold()]
    return theirs[0].rows if theirs and len(theirs[0].rows) <= SHOWN else {}


def _answered(refused: Ending, told: Receipt, into: Deciding) -> Ending:
    """With its answer; without one where that decider was answered too often. HR hears of it."""
    since = into.now() - timedelta(hours=24)
    before = answers.problems_answered(into.store, told.to, since)
    if may_answer(before, talks_back=told.answers_us):
        return replace(refused, notice=into.receipt(told))
    why = f"not answered, too many were: {refused.problem or 'no row of it could be taken in'}"
    into.warns(told.to, why)
    return replace(refused, problem=why)


def _take_decisions(
    mail: DecisionMail, arrival: Arrival, by: By, *, to: str, into: Deciding
) -> Ending:
    rows = _rows(mail.rows, mail.sheet, into)
    taking = into.taking(by)
    ledger.begin(taking.store, arrival, into.now())
    tally, shown, asked = Tally(), Shown(), None
    for answer in take_rows(lambda: rows, arrival, taking):
        tally.add(answer.verdict)
        if asked is None and _waits_for_confirmation(answer):
            asked = ask(into.new_token(), to, into.now())
        shown.add(answer)
    counts = tally.counts()
    told = Receipt(mail=mail, to=to, answers=shown.answers, counts=counts,
                   confirm=asked.token if asked else None)  # fmt: skip
    if counts["refused"] == counts["rows"]:
        refused = Ending(state="refused", event="submission_refused", counts=counts)
        return _answered(refused, told, into)
    return Ending(state="taken", event="submission_taken", counts=counts,
                  notice=into.receipt(told), asked=asked, for_all=True,
                  answerable=known_already(shown.answers))  # fmt: skip


def _waits_for_confirmation(answer: Answer) -> bool:
    """A row that was known already asks for nothing; its own mail did."""
    if answer.judged is None or answer.verdict.status != Status.HELD:
        return False
    return not CONFIRMED.isdisjoint(answer.judged.sealed.waits)


def _rows(rows: tuple[Row, ...] | None, sheet: Attachment | None, into: Deciding) -> Sequence[Row]:
    if sheet is None:
        return rows or ()
    return into.read_sheet(sheet)


def _by(decider: Decider, arrival: Arrival, into: Deciding, *, weak: bool) -> By:
    """The decider, and how many decisions they made in the last 24 hours.

    Rows of one batch are judged before they are stored, so the count runs along here; what an
    earlier run of the same mail stored is not counted twice.
    """
    since = into.now() - timedelta(hours=24)
    made = views.decided_since(into.store, decider.address, since, but=arrival.id)
    running = count(made)
    confirms = into.confirms_weak if weak else into.confirms
    return By(decider, lambda: next(running), confirms, weak)
