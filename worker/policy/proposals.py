"""The next decision mail, written out as far as a program may: to copy, fill in and send. Pure.

What it says is a person's to decide. A reminder leaves ``Decision`` empty, so that it is refused
as it is; where the law wants word, "on hold" is proposed, which says that nothing is decided yet.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date

from worker.decision import Decision, Outcome

#: How the keys are written that are best known by another name than their column's.
_SHOWN = {"outcome": "Decision", "job_title": "Job", "application_id": "Application"}

#: Control characters, halves of surrogate pairs, separators of lines and paragraphs.
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})

#: What the next decision about a candidate takes over from the last one.
_KEPT = ("language", "job_country", "timezone", "recruiter_name", "recruiter_email")


def next_decision(decision: Decision) -> tuple[str, ...]:
    """The lines of a decision mail about the same application, without the decision."""
    return _lines([("outcome", ""), *_whom(decision), *_kept(decision)])


def on_hold(decision: Decision, update_on: date) -> tuple[str, ...]:
    """The lines of a mail that says: still open, you hear from us by ``update_on``.

    The same outcome of the same stage again would be held as a changed decision, so where the
    candidate was put on hold before, it gets a stage of its own.
    """
    again = decision.outcome is Outcome.ON_HOLD
    stage = [("stage", f"update {update_on}")] if again else []
    told = [("outcome", Outcome.ON_HOLD.value), *_whom(decision), *stage]
    return _lines([*told, ("update_on", update_on.isoformat()), *_kept(decision)])


def one_line(text: str) -> str:
    """Without line breaks and control characters: what a cell holds adds no line of its own."""
    kept = "".join(" " if unicodedata.category(mark) in _BREAKS else mark for mark in text)
    return " ".join(kept.split())


def _whom(decision: Decision) -> list[tuple[str, str]]:
    names = [("candidate", f"{decision.name} <{decision.email}>")]
    if decision.first_name and decision.last_name:
        names = [("first_name", decision.first_name), ("last_name", decision.last_name),
                 ("email", decision.email)]  # fmt: skip
    application = decision.application_id
    identity = [("application_id", application)] if application else []
    return [*names, ("job_title", decision.job_title), *identity]


def _kept(decision: Decision) -> list[tuple[str, str]]:
    return [(name, value) for name in _KEPT if (value := getattr(decision, name))]


def _lines(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(
        f"{_SHOWN.get(name, name.replace('_', ' ').capitalize())}: {one_line(value)}".rstrip()
        for name, value in fields
    )
