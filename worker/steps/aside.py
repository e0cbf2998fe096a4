"""Telling HR of a mail that was put aside and may have been a decider's.

Junk is put aside without a word. But a decider whose mail can't be proved, is too large or can't
be read waits for a receipt that never comes, because nobody answers what is not proved. So HR is
told, once a day for each decider at the most, however many mails a stranger sends in their name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.policy.deciders import Decider, find_decider
from worker.steps.report import Report, Reporting, report


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """Whom it may concern, how HR is told, and where the mail lies then."""

    deciders: Mapping[str, Decider]
    reporting: Reporting
    folder: str
    now: Callable[[], datetime]


def warn(sender: str | None, why: str, into: Asides) -> None:
    """Tell HR, if the mail says it is a decider's; None when nobody knows whose it is."""
    decider = find_decider(sender, into.deciders) if sender else None
    if sender is not None and decider is None:
        return
    claimed = decider.address if decider else ""
    told = Report(
        key=f"aside:{claimed}:{into.now():%Y-%m-%d}",
        template="aside",
        values={"sender": claimed, "why": why, "folder": into.folder},
    )
    report(into.reporting, told)
