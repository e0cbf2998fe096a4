"""The shadow: nothing goes to candidates but what is live, and HR reads what would have gone.

What was queued before the shadow fell is held at the start, before anything is sent, and whatever
comes back to the queue at the next look; the claim passes over it in any case (``store.live``).
What is held so stays held when an outcome is switched to live: a letter that is weeks late must
not go by itself, so a person releases it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.decision import Outcome
from worker.plain import plain
from worker.steps.report import Report, Reporting
from worker.store import shadow
from worker.store.asked import Untold
from worker.store.engine import Store

#: Letters in one notice, and how many of them in full.
AT_ONCE, IN_FULL = 500, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowing:
    """Over which outcomes the shadow lies not; ``live`` is None where it lies over none."""

    store: Store
    live: frozenset[Outcome] | None
    reporting: Reporting
    zone: str
    now: Callable[[], datetime]
    tell: Callable[..., None]


def look_at_shadow(shadowing: Shadowing) -> None:
    """Hold what must not go, and tell HR once of each letter that would have gone by now."""
    hold_what_is_not_live(shadowing)
    while about := shadow.due(shadowing.store, shadowing.now(), AT_ONCE):
        told = Report(key="shadow", template="shadow", values=_values(shadowing, about))
        notice = shadowing.reporting.seal(told)
        if not shadow.tell(shadowing.store, about, notice, shadowing.now()):
            return
        shadowing.tell("shadow_told", rows=len(about))


def hold_what_is_not_live(shadowing: Shadowing) -> None:
    """Hold whatever is pending; without a shadow there is nothing to hold."""
    if shadowing.live is None:
        return
    if held := shadow.hold(shadowing.store, shadowing.live, shadowing.now()):
        shadowing.tell("shadowed", rows=held)


def _values(shadowing: Shadowing, about: Sequence[Untold]) -> Mapping[str, object]:
    return {
        "letters": [_letter(each) for each in about[:IN_FULL]],
        "others": [_line(each) for each in about[IN_FULL:]],
        "total": len(about),
        "zone": shadowing.zone,
    }


def _letter(each: Untold) -> Mapping[str, object]:
    shown = plain(each.content)
    return {
        **_line(each),
        "not_before": each.not_before,
        "subject": shown.subject if shown else "",
        "text": shown.quoted if shown else "",
    }


def _line(each: Untold) -> Mapping[str, object]:
    return {
        "entry": each.token, "who": f"{each.name} <{each.email}>", "job_title": each.job_title,
        "outcome": each.outcome, "channel": each.decision.get("channel", "email"),
    }  # fmt: skip
