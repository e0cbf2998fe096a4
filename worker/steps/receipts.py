"""What a receipt tells about the rows of a mail or a file; how it is worded is passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from worker.intake.mailform import Envelope
from worker.steps.take import Answer
from worker.store.taking import DUPLICATE

#: A receipt shows this many rows; the rest is counted, and stands in the list.
SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a decider is told about ``mail``, at the address on file.

    ``counts`` are those of all rows, of which ``answers`` are the first. ``confirm`` is the token
    that the answer needs; ``answers_us``: the mail answered one of ours.
    """

    mail: Envelope
    to: str
    answers: Sequence[Answer] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None
    confirm: str | None = None
    answers_us: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReceipt:
    """What is told about a dropped file, and where that lies of it which was not taken in.

    ``decided_by`` is whom all its rows name, if they name the same; ``problem`` is that of a file
    that can't be read at all.
    """

    name: str
    lies_in: str | None = None
    answers: Sequence[Answer] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str | None = None
    decided_by: str | None = None


@dataclass(slots=True)
class Shown:
    """The rows of a submission as they are taken in, as far as its receipt needs them."""

    answers: list[Answer] = field(default_factory=list)
    deciders: set[str] = field(default_factory=set)

    def add(self, answer: Answer) -> None:
        """Keep one row, unless there are enough."""
        if len(self.answers) < SHOWN:
            self.answers.append(answer)
        if answer.judged is not None and len(self.deciders) < 2:  # noqa: PLR2004 - one, or several
            self.deciders.add((answer.judged.sealed.decision.decided_by or "").strip())

    @property
    def decided_by(self) -> str | None:
        """Whom all rows name, if they name the same."""
        named = {each.casefold(): each for each in self.deciders}
        return (next(iter(named.values())) or None) if len(named) == 1 else None


def known_already(answers: Sequence[Answer]) -> Mapping[int, str]:
    """The entries of earlier submissions that these rows repeat, by the rows."""
    return {
        each.verdict.row: each.verdict.entry
        for each in answers
        if each.verdict.status == DUPLICATE and each.verdict.entry
    }
