"""The receipt: what a decider is told about a decision mail they sent.

The words stand in ``templates/notices/en``; who writes them down is passed in as ``write``
(``Renderer.notice``), so this module knows no template engine. What strangers wrote (a subject,
a cell) is made one printable line first, because it may reach a header. Nothing here is sent,
and nothing here goes to a candidate.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

#: What asked to confirm an earlier mail must not come back with the answer to a later one.
_MARK = re.compile(r"\[\s*confirm\b[^\]]*\]?", re.IGNORECASE)

Write = Callable[[str, Mapping[str, object]], str]

#: What a status, or what a held entry waits for, means to the person who decided.
_STATUS = {
    "queued": "will be sent",
    "held": "waits for a person",
    "done": "recorded; no letter is sent for it",
    "duplicate": "known already; nothing is sent again",
    "cancelled": "stopped; nothing is sent",
}
_WHY = {
    "approval": "a second person has to approve it",
    "contradiction": "it contradicts an earlier decision about the same application",
    "namesake": "somebody with nearly the same name has another decision",
    "batch": "the batch is larger than usual",
    "stale": "the decision is older than usual",
    "reason": "the reason says what no letter should say",
    "call": "the candidate is to be called first",
    "confirmation": "it waits for your confirmation",
    "proof": "it waits for your confirmation",
    "restored": "the database was restored from a backup",
    "person": "somebody has put it on hold",
    "shadow": "followup only watches for now and sends nothing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One decision as it was taken in; ``subject`` and ``text`` are the letter, if there is one."""

    row: int
    status: str
    name: str
    email: str
    job_title: str
    outcome: str
    why: str | None = None
    entry: str | None = None
    not_before: datetime | None = None
    subject: str | None = None
    text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that was not taken, or the whole mail (row 0), and what to mend."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to a decider or to HR, in plain text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a receipt answers: the mail with the subject ``original``; ``zone`` is for its times.

    ``confirm`` is the mark that the subject carries when an answer is to confirm. ``answers_us``:
    the mail answered one of ours, so earlier decisions may stand.
    """

    original: str
    zone: str
    confirm: str | None = None
    answers_us: bool = False


def receipt(
    understood: Sequence[Understood], problems: Sequence[Problem], about: Occasion, write: Write
) -> Notice:
    """The answer to a decision mail.

    One decision shows its letter, a batch the first letter of each outcome, and a mail with
    problems only shows what a decision mail looks like.
    """
    values = {
        "original": subject_of(about.original),
        "decisions": [_told(each) for each in understood],
        "letters": list(_first_letters(understood)),
        "problems": [(problem.row, _line(problem.text)) for problem in problems],
        "stoppable": [each.entry for each in understood if each.status in {"queued", "held"}],
        "zone": about.zone,
        "confirm": about.confirm,
        "answers_us": about.answers_us,
    }
    subject = " ".join(write("receipt/subject.txt", values).split())
    return Notice(subject, write("receipt/body.txt", values))


def subject_of(original: str) -> str:
    """The subject of a mail that is answered, without marks that ask for a confirmation."""
    return _line(_MARK.sub(" ", original)) or "(no subject)"


def _told(each: Understood) -> Mapping[str, object]:
    meaning = _STATUS.get(each.status, each.status)
    if each.why:
        meaning = f"{meaning}: {_WHY.get(each.why, each.why)}"
    if each.note:
        meaning = f"{meaning} ({_line(each.note)})"
    return {
        "row": each.row,
        "entry": each.entry,
        "who": f"{_line(each.name)} <{each.email}>",
        "job_title": _line(each.job_title),
        "outcome": each.outcome.replace("_", " "),
        "meaning": meaning,
        "not_before": each.not_before if each.status == "queued" else None,
    }


def _first_letters(understood: Sequence[Understood]) -> Iterator[Mapping[str, object]]:
    """The first letter of each outcome, its text set in as quoted mail is."""
    seen: set[str] = set()
    for each in understood:
        if each.text is None or each.outcome in seen or each.status == "duplicate":
            continue
        seen.add(each.outcome)
        lines = [f"  | {line}".rstrip() for line in each.text.strip().splitlines()]
        yield {
            "who": f"{_line(each.name)} <{each.email}>",
            "outcome": each.outcome.replace("_", " "),
            "subject": _line(each.subject or ""),
            "text": "\n".join(lines),
        }


def _line(text: str) -> str:
    """One line, without control characters."""
    kept = "".join(
        " " if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} else mark for mark in text
    )
    return " ".join(kept.split())
