"""Guards: what is held for a person instead of sent, and why. Pure.

A guard looks at one decision and says nothing, or what the entry waits for. The order is the
order of gravity: the first guard that acts gives ``why``; all of them are told in the notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from worker.decision import Channel, Decision, Outcome


class Why(StrEnum):
    """What a held entry waits for (section 6), in the order in which it is dealt with.

    What may be the wrong person or the wrong outcome comes first, the call last: nobody is called
    about what is not settled, nor while ``shadow`` keeps candidates out of it.
    """

    CONTRADICTION = "contradiction"
    OWN_DOMAIN = "own_domain"
    NAMESAKE = "namesake"
    REPEAT = "repeat"
    STALE = "stale"
    REASON = "reason"
    BATCH = "batch"
    APPROVAL = "approval"
    CONFIRMATION = "confirmation"
    PROOF = "proof"
    PERSON = "person"
    SHADOW = "shadow"
    CALL = "call"


_ORDER = {why: place for place, why in enumerate(Why)}


def in_order(waits: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which it is dealt with."""
    return tuple(sorted(set(waits), key=lambda why: _ORDER[Why(why)]))


#: What may not be meant at all: nothing is superseded by it until a person has let it go.
DOUBTED = frozenset({Why.OWN_DOMAIN, Why.NAMESAKE, Why.REPEAT, Why.STALE, Why.BATCH})

#: What its decider's answer lets go: a grave decision, or one whose sender is proved weakly.
CONFIRMED = frozenset({Why.CONFIRMATION, Why.PROOF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """The switches of ``[guards]``, and how far each goes."""

    second_person: frozenset[Outcome] = frozenset({Outcome.OFFER})
    words: bool = True
    contradiction: bool = True
    contradiction_within: timedelta = timedelta(days=3)
    namesake: bool = True
    batch: bool = True
    batch_size: int = 25
    stale: bool = True
    stale_after: timedelta = timedelta(days=30)
    repeat: bool = True
    repeat_within: timedelta = timedelta(days=180)
    own_domain: bool = True
    shadow: bool = False
    live: frozenset[Outcome] = frozenset()


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
    doubts: Iterable[Hold] = (),
) -> list[Hold]:
    """Every reason to hold this decision, gravest first; empty when it may go.

    ``touched`` are the phrases that its free text should not say (``policy.phrases``), ``past``
    the promised days that are over; ``unconfirmed`` says why its decider has to answer first;
    ``doubts`` are what other rules found, gravest first.
    """
    found = list(doubts)
    if guards.words and touched:
        found.append(Hold(Why.REASON, "the text touches what no letter should say: "
                          + "; ".join(touched)))  # fmt: skip
    if past:
        found.append(Hold(Why.STALE, f"promises what is past: {', '.join(past)}"))
    if decision.outcome in guards.second_person:
        found.append(Hold(Why.APPROVAL, f"{decision.outcome} needs a second person: approve it"))
    if unconfirmed is not None:
        found.append(Hold(unconfirmed, "answer the receipt with CONFIRM in its first line"))
    if guards.shadow and decision.outcome not in guards.live:
        found.append(Hold(Why.SHADOW, "guards.shadow is on: nothing is sent to candidates"))
    if decision.channel is Channel.PHONE:
        found.append(Hold(Why.CALL, "to be told by phone: call first, then say called"))
    return found
