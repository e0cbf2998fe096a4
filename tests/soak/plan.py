"""What happens when in a soak: everything drawn from its seed, so that it can be had again.

The plan is the same for the same seed. How far the worker's threads are at each moment is not: the
machine decides that, and a second run of the same plan hits other lines of code.
"""

import random
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Act(StrEnum):
    """What can happen while the worker runs."""

    FILL = "disk full"
    RELIEVE = "disk free"
    LOCK = "database locked"
    UNLOCK = "database free"
    HANG_UP = "imap killed"
    PICK_UP = "imap back"
    RESUME = "a person resumes"
    KILL = "kill -9"


class Round(NamedTuple):
    """One life of the worker: what it finds to do, and (second, act) up to its death."""

    letters: int
    mails: int
    acts: list[tuple[float, Act]]


#: Each fault: how it begins, how it ends, and in which share of the rounds it comes.
_FAULTS = (
    (Act.FILL, Act.RELIEVE, 0.12),
    (Act.LOCK, Act.UNLOCK, 0.12),
    (Act.HANG_UP, Act.PICK_UP, 0.08),
)


def rounds(seed: int, letters: int, kills: int) -> Iterator[Round]:
    """As many as kills, which share the letters."""
    dice = random.Random(seed)
    for number in range(kills):
        share = letters * (number + 1) // kills - letters * number // kills
        mails = min(share, 1) if dice.random() < 0.2 else 0
        end = dice.uniform(0.5, 1.0 + share / 12)
        yield Round(share - mails, mails, sorted([*_acts(dice, end), (end, Act.KILL)]))


def _acts(dice: random.Random, end: float) -> Iterator[tuple[float, Act]]:
    for begins, ends, share in _FAULTS:
        if dice.random() < share:
            first = dice.uniform(0.2, end)
            last = min(end, first + dice.uniform(0.2, 2.0))
            yield from ((first, begins), (last, ends))
    yield from ((moment / 2, Act.RESUME) for moment in range(1, int(end * 2)))
