"""Decision mail: a proved decider's keys or spreadsheet become entries, answered by a receipt.

The last to be asked about a mail, so it always knows an end. Who sent it decides first; what it
says counts only for a proved decider. What is not proved to come from one is quarantined and
nobody is answered: an answer to a forged sender would be mail to a stranger.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from worker.columns import Words
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.mailform import Attachment, DecisionMail, Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.intake.sheets import SheetRules, sheet_from_bytes
from worker.letter import Letter
from worker.policy.deciders import Decider, find_decider
from worker.steps.judge import By
from worker.steps.mails import quarantine
from worker.steps.take import Answer, Taking, Tally, take_rows
from worker.store import ledger, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending

#: A receipt shows this many rows; the rest is counted, and stands in the list.
SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """How decisions of mails are taken in.

    ``receipt`` composes the answer from the mail it answers, the rows and a problem of the whole.
    """

    store: Store
    words: Words
    rules: SheetRules
    deciders: Mapping[str, Decider]
    taking: Callable[[By], Taking]
    receipt: Callable[[Envelope, Iterable[Answer], str | None], Letter]
    now: Callable[[], datetime]


def take_decision(opened: Opened, arrival: Arrival, into: Deciding) -> Ending:
    """What becomes of a mail that may hold decisions."""
    if opened.automatic is not None:
        return Ending(state="ignored", event="mail_ignored", problem=opened.automatic)
    if isinstance(opened.proof, Unproved):
        return quarantine(opened.proof.reason)
    decider = find_decider(opened.proof.address, into.deciders)
    if decider is None:
        return quarantine("the sender is proved, but is no decider")
    if opened.decision is None:
        return _refused(opened.envelope, opened.problem or "", into)
    try:
        return _take_decisions(opened.decision, arrival, decider, into)
    except BadSubmission as why:
        return _refused(opened.envelope, str(why), into)


def _refused(envelope: Envelope, problem: str, into: Deciding) -> Ending:
    notice = into.receipt(envelope, [], problem)
    return Ending(state="refused", event="submission_refused", problem=problem, notice=notice)


def _take_decisions(
    mail: DecisionMail, arrival: Arrival, decider: Decider, into: Deciding
) -> Ending:
    rows = _rows(mail.rows, mail.sheet, into)
    taking = into.taking(_by(decider, arrival, into))
    ledger.begin(taking.store, arrival, into.now())
    tally, shown = Tally(), list[Answer]()
    for answer in take_rows(rows, arrival, taking):
        tally.add(answer.verdict)
        if len(shown) < SHOWN:
            shown.append(answer)
    counts = tally.counts()
    none_taken = counts["refused"] == counts["rows"]
    return Ending(
        state="refused" if none_taken else "taken",
        event="submission_refused" if none_taken else "submission_taken",
        counts=counts,
        notice=into.receipt(mail, shown, _left_out(counts["rows"])),
    )


def _left_out(rows: int) -> str | None:
    if rows <= SHOWN:
        return None
    return f"only the first {SHOWN} of {rows} rows are shown here; followup list has all"


def _rows(rows: tuple[Row, ...] | None, sheet: Attachment | None, into: Deciding) -> Iterable[Row]:
    if sheet is None:
        return rows or ()
    return sheet_from_bytes(sheet.name, sheet.content, into.words, into.rules).rows()


def _by(decider: Decider, arrival: Arrival, into: Deciding) -> By:
    """The decider, and how many decisions they made in the last 24 hours.

    Rows of one batch are judged before they are stored, so the count runs along here; what an
    earlier run of the same mail stored is not counted twice.
    """
    since = into.now() - timedelta(hours=24)
    made = views.decided_since(into.store, decider.address, since, but=arrival.id)
    running = count(made)
    return By(decider, lambda: next(running))
