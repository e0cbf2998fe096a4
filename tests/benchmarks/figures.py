"""From runs to figures: what a letter, or a row, costs once the program has started."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.measure import Usage

#: Shown where starting took longer than the letters.
TOO_FEW = "too few to tell"


@dataclass(frozen=True, slots=True)
class Series:
    """Runs on ``few`` rows, which is what starting costs, and on ``many``, pair by pair."""

    few: int
    many: int
    short: list[Usage] = field(default_factory=list)
    long: list[Usage] = field(default_factory=list)

    @property
    def start(self) -> float:
        """Seconds of a run on few rows."""
        return median(run.seconds for run in self.short)

    @property
    def rates(self) -> tuple[float, ...]:
        """Rows a second of each long run, less the start; empty when there were too few to tell."""
        spent = [run.seconds - self.start for run in self.long]
        if min(spent) <= 0:
            return ()
        return tuple((self.many - self.few) / seconds for seconds in spent)

    @property
    def cpu(self) -> float:
        """Processor seconds for 1000 rows, less the start."""
        spent = median(run.cpu for run in self.long) - median(run.cpu for run in self.short)
        return spent / (self.many - self.few) * 1000

    @property
    def peak(self) -> float:
        """The most memory that a long run took, in MB."""
        return max(run.peak for run in self.long)


def ratio(one: Series, other: Series) -> float | None:
    """How many times faster ``one`` is: the median over the pairs, which had the same weather."""
    pairs = list(zip(one.rates, other.rates, strict=False))
    return median(mine / theirs for mine, theirs in pairs) if pairs else None


def spread(values: Iterable[float]) -> str:
    """The median, with the least and the most where there are several."""
    found = sorted(values)
    if not found:
        return TOO_FEW
    middle = _number(median(found))
    return f"{middle} ({_number(found[0])} - {_number(found[-1])})" if len(found) > 1 else middle


def _number(value: float) -> str:
    """Three digits; more would be noise."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
