"""What a reply to a notice chooses, and what it did, for its answer. Pure; for ``replies``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from worker.intake.mailform import Envelope
from worker.policy.mayreply import Objection
from worker.policy.replywords import Order, Word
from worker.store.answerable import Stands


class Trouble(StrEnum):
    """Why a reply did nothing, or not all that it asked for."""

    WHICH = "which"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    UNBOUND = "unbound"
    EXCEPTED = "excepted"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """One entry after a reply. ``doubtful``: it is held to be safe, for the reply was not plain."""

    row: int
    stands: Stands
    against: Objection | None = None
    as_asked: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told to ``to`` about their reply ``mail``; ``rows`` are those of the notice.

    ``left_out`` is the spreadsheet that came with a STOP, and was not taken in.
    """

    mail: Envelope
    to: str
    word: Word | None = None
    acted: Sequence[Acted] = ()
    trouble: Trouble | None = None
    rows: Mapping[int, str]
    left_out: str | None = None


def chosen_by(
    order: Order, rows: Mapping[int, str]
) -> tuple[Order, Mapping[int, str], Trouble | None]:
    """Which entries, by their rows, and what of it is not there.

    A STOP that is not plain holds the one entry that it can mean, and nothing where it can mean
    several. Of several rows one that is not there stops the other words, but not STOP.
    """
    only = len(set(rows.values())) == 1
    if order.all_of_them:
        return order, rows, None
    named = {row: rows[row] for row in order.rows if row in rows}
    for name in order.names:
        named |= {row: token for row, token in rows.items() if token.startswith(name)}
    missing = [row for row in order.rows if row not in rows]
    missing += [0 for name in order.names if not any(t.startswith(name) for t in rows.values())]
    if missing and only and order.word is Word.STOP:
        order, named, missing = replace(order, sure=False), dict(rows), []
    if missing:
        return order, named if order.word is Word.STOP else {}, Trouble.UNKNOWN
    if named:
        return order, named, None
    return order, dict(list(rows.items())[:1]) if only else {}, None
