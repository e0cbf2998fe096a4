"""Guards: what is held for a person instead of sent, and why. Pure.

A guard looks at one decision and says nothing, or what the entry waits for. The order is the
order of gravity: the first guard that acts gives ``why``; all of them are told in the notes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from worker.decision import Channel, Decision, Outcome


class Why(StrEnum):
    """What a held entry waits for (section 6)."""

    APPROVAL = "approval"
    CONFIRMATION = "confirmation"
    PROOF = "proof"
    CONTRADICTION = "contradiction"
    REASON = "reason"
    CALL = "call"
    SHADOW = "shadow"
    STALE = "stale"
    PERSON = "person"


#: What its decider's answer lets go: a grave decision, or one whose sender is proved weakly.
CONFIRMED = frozenset({Why.CONFIRMATION, Why.PROOF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """The switches of ``[guards]`` that act on a single decision."""

    second_person: frozenset[Outcome] = frozenset({Outcome.OFFER})
    words: bool = True
    contradiction: bool = True
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """An entry is held: ``why`` is the word of section 6, ``note`` says it to a person."""

    why: Why
    note: str


def past_promises(decision: Decision, today: date) -> list[str]:
    """The promised days that lie behind us; a letter with one would be a lie on arrival."""
    promised = {"next_step_on": decision.next_step_on, "update_on": decision.update_on,
                "expires_on": decision.expires_on}  # fmt: skip
    return [f"{name} {day}" for name, day in promised.items() if day is not None and day < today]


def holds(
    decision: Decision,
    guards: Guards,
    touched: list[str],
    past: list[str],
    *,
    unconfirmed: Why | None = None,
) -> list[Hold]:
    """Every reason to hold this decision, gravest first; empty when it may go.

    ``touched`` are the phrases that its free text should not say (``policy.phrases``), ``past``
    the promised days that are over; ``unconfirmed`` says why its decider has to answer first.
    """
    found: list[Hold] = []
    if guards.words and touched:
        found.append(Hold(Why.REASON, "the text touches what no letter should say: "
                          + "; ".join(touched)))  # fmt: skip
    if past:
        found.append(Hold(Why.STALE, f"promises what is past: {', '.join(past)}"))
    if decision.outcome in guards.second_person:
        found.append(Hold(Why.APPROVAL, f"{decision.outcome} needs a second person: approve it"))
    if unconfirmed is not None:
        found.append(Hold(unconfirmed, "answer the receipt with CONFIRM in its first line"))
    if decision.channel is Channel.PHONE:
        found.append(Hold(Why.CALL, "to be told by phone: call first, then say called"))
    if guards.shadow:
        found.append(Hold(Why.SHADOW, "guards.shadow is on: nothing is sent to candidates"))
    return found
