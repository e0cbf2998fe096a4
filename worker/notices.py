"""The receipt: what people are told about the decision mail or the file that they handed in.

The words stand in ``templates/notices``; who writes them down is passed in as ``write``
(``Renderer.notice``), so this module knows no template engine. What strangers wrote (a subject,
a cell) is made one printable line first, because it may reach a header. Nothing here is sent,
and nothing here goes to a candidate.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

#: What asked to confirm an earlier mail must not come back with the answer to a later one.
_MARK = re.compile(r"\[\s*confirm\b[^\]]*\]?", re.IGNORECASE)

Write = Callable[[str, Mapping[str, object]], str]


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
    the mail answered one of ours, so earlier decisions may stand. With ``file``, it answers the
    file of that name, and ``lies_in`` is where what was not taken in lies now. ``counts`` are those
    of all rows. ``replies``: an answer to the receipt is read.
    """

    original: str
    zone: str
    confirm: str | None = None
    answers_us: bool = False
    file: bool = False
    lies_in: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    replies: bool = True


def receipt(
    understood: Sequence[Understood], problems: Sequence[Problem], about: Occasion, write: Write
) -> Notice:
    """The answer to a decision mail, or to a file.

    One decision shows its letter, a batch the first letter of each outcome, and a mail with
    problems only shows what a decision mail looks like.
    """
    shown = len(understood) + sum(problem.row > 0 for problem in problems)
    values = {
        "original": subject_of(about.original),
        "decisions": [_told(each) for each in understood],
        "letters": list(_first_letters(understood)),
        "problems": [(each.row, line) for each in problems for line in _lines(each)],
        "stoppable": [_named(each) for each in understood if each.status in {"queued", "held"}],
        "waiting": [_named(each) for each in understood if each.status == "queued"],
        "hidden": about.counts.get("rows", shown) - shown,
        "counts": about.counts,
        "zone": about.zone,
        "confirm": about.confirm,
        "answers_us": about.answers_us,
        "file": about.file,
        "lies_in": about.lies_in,
        "replies": about.replies,
    }
    return written("receipt", values, write)


def _lines(problem: Problem) -> list[str]:
    """One for each line; below an empty one is the example, which the receipt shows anyway."""
    if problem.row:
        return [line_of(problem.text)]
    return [line_of(line) for line in problem.text.partition("\n\n")[0].splitlines()]


def written(template: str, values: Mapping[str, object], write: Write) -> Notice:
    """A notice by its template."""
    subject = " ".join(write(f"{template}/subject.txt", values).split())
    return Notice(subject, write(f"{template}/body.txt", values))


def referring(text: str, token: str) -> str:
    """The text of a notice that can be answered: quoted in a reply, its last line names it.

    So that a reply is understood whose mail program leaves out which mail it answers.
    """
    return f"{text.rstrip()}\n\nRef: [followup {token}]\n"


def subject_of(original: str) -> str:
    """The subject of a mail that is answered, without marks that ask for a confirmation."""
    return line_of(_MARK.sub(" ", original)) or "(no subject)"


def _told(each: Understood) -> Mapping[str, object]:
    return {
        "row": each.row,
        "entry": each.entry,
        "who": who(each.name, each.email),
        "job_title": line_of(each.job_title),
        "outcome": each.outcome,
        "status": each.status,
        "why": each.why,
        "note": line_of(each.note) if each.note else None,
        "not_before": each.not_before if each.status == "queued" else None,
    }


def _named(each: Understood) -> Mapping[str, object]:
    return {"row": each.row, "entry": each.entry}


def who(name: str, email: str) -> str:
    """A candidate, on one line."""
    return f"{line_of(name)} <{email}>"


def _first_letters(understood: Sequence[Understood]) -> Iterator[Mapping[str, object]]:
    """The first letter of each outcome, its text set in as quoted mail is."""
    seen: set[str] = set()
    for each in understood:
        if each.text is None or each.outcome in seen or each.status == "duplicate":
            continue
        seen.add(each.outcome)
        yield {
            "who": who(each.name, each.email),
            "outcome": each.outcome,
            "subject": line_of(each.subject or ""),
            "text": set_in(each.text),
        }


def set_in(text: str) -> str:
    """A letter within a notice, set in as quoted mail is."""
    return "\n".join(f"  | {line}".rstrip() for line in text.strip().splitlines())


def line_of(text: str) -> str:
    """One line, without control characters."""
    kept = "".join(
        " " if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} else mark for mark in text
    )
    return " ".join(kept.split())
