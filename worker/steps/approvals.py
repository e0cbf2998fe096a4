"""Asking the second person: whoever may approve gets the letters to read, and answers by mail.

Once for each thing that an entry comes to wait for, in one mail for all that wait of one
submission. Never who decided it is asked; where nobody else may approve, HR is told so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from worker.decision import Outcome
from worker.notices import line_of, set_in, who
from worker.plain import plain
from worker.policy.deciders import Decider
from worker.policy.mayreply import Person, objects
from worker.policy.replywords import Word
from worker.steps.report import Report, Reporting
from worker.store import approvals
from worker.store.approvals import Request
from worker.store.asked import Untold
from worker.store.engine import Store

#: Entries in one mail; letters in it in full, beside the first of each outcome.
AT_ONCE, IN_FULL = 500, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """Who may approve, and how they are asked; ``zone`` is for times."""

    store: Store
    deciders: Sequence[Decider]
    reporting: Reporting
    zone: str
    now: Callable[[], datetime]
    tell: Callable[..., None]


def ask_for_approval(into: Approving) -> None:
    """Ask about everything that waits for a second person and was not asked about."""
    while due := approvals.due(into.store, AT_ONCE):
        for _, group in groupby(due, lambda each: each.submission):
            about = list(group)
            requests = list(_requests(about, into))
            if not approvals.ask(into.store, about, requests, into.now()):
                return
            into.tell("approval_asked", rows=len(about))


def _requests(about: Sequence[Untold], into: Approving) -> Iterator[Request]:
    approvers = [each for each in into.deciders if each.may_approve]
    asked: set[str] = set()
    for approver in approvers:
        theirs = [each for each in about if _may_approve(approver, each)]
        asked |= {each.token for each in theirs}
        yield from _request(theirs, approver.address, into)
    nobodys = [each for each in about if each.token not in asked]
    yield from _request(nobodys, None, into)


def _may_approve(approver: Decider, each: Untold) -> bool:
    person = Person(address=approver.address, decider=approver)
    return objects(Word.APPROVE, person, Outcome(each.outcome), each.decided_by) is None


def _request(about: Sequence[Untold], to: str | None, into: Approving) -> Iterator[Request]:
    """The mail about these; ``to`` None is HR, for want of anybody who may approve."""
    if not about:
        return
    rows = _rows(about)
    told = Report(key=f"approval:{about[0].token}", template="approval",
                  values=_values(rows, nobody=to is None, zone=into.zone), to=to,
                  answerable={row: each.token for row, each in rows.items()})  # fmt: skip
    notice = into.reporting.seal(told)
    if notice is not None:
        yield Request(notice, told.answerable)


def _rows(about: Sequence[Untold]) -> Mapping[int, Untold]:
    """By the row of the submission, as its receipt names them."""
    return {each.row if each.row is not None else at: each for at, each in enumerate(about, 1)}


def _values(rows: Mapping[int, Untold], *, nobody: bool, zone: str) -> Mapping[str, object]:
    return {
        "entries": [_line(row, each) for row, each in rows.items()],
        "letters": list(_letters(rows)),
        "nobody": nobody,
        "zone": zone,
    }


def _line(row: int, each: Untold) -> Mapping[str, object]:
    return {
        "row": row,
        "entry": each.token,
        "who": who(each.name, each.email),
        "job_title": line_of(each.job_title),
        "outcome": each.outcome,
        "why": each.why,
        "decided_by": line_of(each.decided_by or "") or None,
        "not_before": each.not_before,
    }


def _letters(rows: Mapping[int, Untold]) -> Iterator[Mapping[str, object]]:
    """The first ones, and the first of each outcome."""
    seen: set[str] = set()
    for at, (row, each) in enumerate(rows.items()):
        shown = plain(each.content) if at < IN_FULL or each.outcome not in seen else None
        seen.add(each.outcome)
        if shown is not None:
            yield {"row": row, "who": who(each.name, each.email), "subject": shown.subject,
                   "text": set_in(shown.text)}  # fmt: skip
