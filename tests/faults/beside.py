"""Which letters stand against one that leaves: those of its application that are out already."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from worker.lifecycle import Status
from worker.store import views
from worker.store.engine import Store

#: A letter that came back, or of which a person said that it did not go out, is not out.
_OUT = frozenset({Status.SENDING, Status.UNSURE, Status.SENT})
_KNOWN = frozenset({"sent", "proved_sent", "resolved_sent"})

_Lines = Sequence[tuple[int, Mapping[str, object]]]


def against(store: Store, token: str, left: set[str]) -> Iterator[str]:
    """Of what ``left``, all that nobody knew of who decided, or let go, the letter ``token``.

    It is fine when the decision came in after the other letter was known to be sent, or when a
    person released it from its contradiction after that one's dot.
    """
    entries = {str(each["entry"]): each for each in views.entries(store, views.Asked())}
    journal: dict[str, list[tuple[int, Mapping[str, object]]]] = defaultdict(list)
    for number, line in enumerate(views.journal_lines(store)):
        journal[str(line["entry"])].append((number, line))
    for other in left - {token}:
        if entries[other]["email"] != entries[token]["email"]:
            continue
        if entries[other]["status"] in _OUT and not _knew(journal[token], journal[other]):
            yield other


def _knew(mine: _Lines, others: _Lines) -> bool:
    dot = max(number for number, line in others if line["event"] == "dot_pending")
    known = [number for number, line in others if number > dot and line["event"] in _KNOWN]
    taken = mine[0][0]
    return _released(mine) > dot or any(number < taken for number in known)


def _released(lines: _Lines) -> int:
    """When a person last released it from a contradiction; before all time if never."""
    released = (
        number
        for (_, before), (number, line) in pairwise(lines)
        if line["event"] == "released" and _why(before) == "contradiction"
    )
    return max(released, default=-1)


def _why(line: Mapping[str, object]) -> object:
    detail = line["detail"]
    why = detail.get("why") if isinstance(detail, Mapping) else None
    return next(iter(why), None) if isinstance(why, list) else why
