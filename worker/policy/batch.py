"""The shape of a batch: its size, and its share of good news, beside what is usual. Pure.

Universities have mailed hundreds of acceptances to the wrong list. No single row of such a list
is odd; its shape is.
"""

from dataclasses import dataclass
from math import exp, lgamma, log

from worker.decision import Outcome

GOOD_NEWS = frozenset({Outcome.OFFER, Outcome.ADVANCED})

#: Fewer decisions than this say nothing about what is usual; then one third is.
_ENOUGH = 30
_GUESS = 1 / 3
#: A share as far from the usual as this comes by chance once in a thousand batches.
_ODDS = 1 / 1000
#: However long there was only one kind of news: a single decision of the other kind is no odd
#: batch.
_RAREST = 1 / 100


@dataclass(frozen=True, slots=True)
class Shape:
    """So many decisions, of which so many are good news."""

    decisions: int
    good: int


def unusual(batch: Shape, usual: Shape, most: int) -> str | None:
    """What is odd about the new decisions of a batch, for people; ``most`` is the usual size."""
    if batch.decisions > most:
        return f"the batch has more than {most} new decisions (guards.batch_size). {_MEND}"
    known = usual.decisions >= _ENOUGH
    share = usual.good / usual.decisions if known else _GUESS
    share = min(max(share, _RAREST), 1 - _RAREST)
    if _tail(batch.good, batch.decisions, share) < _ODDS:
        return _odd(batch, usual, known=known)
    if known and _tail(batch.decisions - batch.good, batch.decisions, 1 - share) < _ODDS:
        return _odd(batch, usual, known=known)
    return None


_MEND = (
    "See that it is the right list; then approve it (--all), by somebody who did not decide it, or"
    " cancel it (--all)"
)


#: Of the rest of a batch whose first rows were held before the worker was stopped.
AS_BEFORE = f"the batch was held for its shape, and so are all of its rows. {_MEND}"


def _odd(batch: Shape, usual: Shape, *, known: bool) -> str:
    beside = f"{usual.good} of {usual.decisions} are usual" if known else "one third is usual"
    return (
        f"{batch.good} of {batch.decisions} decisions of the batch are good news, {beside}. {_MEND}"
    )


def _tail(least: int, tries: int, chance: float) -> float:
    """How likely ``least`` or more of so many are (the exact binomial tail)."""
    return sum(_exactly(each, tries, chance) for each in range(least, tries + 1))


def _exactly(number: int, tries: int, chance: float) -> float:
    ways = lgamma(tries + 1) - lgamma(number + 1) - lgamma(tries - number + 1)
    return exp(ways + number * log(chance) + (tries - number) * log(1 - chance))
