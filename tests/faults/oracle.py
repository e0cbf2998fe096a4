"""The oracle: what must hold after every fault, with the receiving mailbox as the truth.

A test hands over the database and what the receiving server kept; ``holds`` compares both and
tells every difference. Where the server took a letter and said so to nobody, it counts as kept:
the worker has to live with the worst that can be true.

    copies <= 1 for each decision, unless a person said that the first one did not go out
    every copy has the sealed bytes of its entry, and went to that entry's address
    a copy belongs to an entry that is sent, unsure, bounced or still sending
    what is sent has its copy; what came in is an entry, or stands in a result file
    the journal explains each step, by the chart in docs/architecture.md
"""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from faults.chart import NOWHERE, read_chart
from faults.copies import Copy, digest_of
from worker.lifecycle import Kind, Status
from worker.store import views
from worker.store.engine import Store
from worker.store.schema import entry, letter

#: From one of these to one of those, as the chart allows it to a person or to a proof of absence,
#: and to nobody else: the letter may go out again.
GONE = frozenset({Status.UNSURE, Status.BOUNCED})
RELEASED = frozenset({Status.QUEUED, Status.CANCELLED})

#: A person who let go what a guard held wanted the letter beside one that went out before.
LET_GO = frozenset({"released", "approved"})

#: After these somebody knows of a copy that the receiving server of a test may not have.
TOLD = frozenset({"resolved_sent"})

_MAY_HAVE_COPIES = {Status.SENT, Status.UNSURE, Status.BOUNCED, Status.SENDING}


class Figures(NamedTuple):
    """What a scenario came to."""

    letters: int
    copies: int
    doubles: int
    lost: int
    unsure: int

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self._asdict().items())


@dataclass(slots=True)
class Finding:
    """The figures, and in words whatever does not hold."""

    figures: Figures
    problems: list[str] = field(default_factory=list)


class _Entry(NamedTuple):
    kind: str
    status: str
    email: str
    job_title: str | None
    outcome: str | None
    message_id: str | None
    digest: str


def holds(
    store: Store, copies: Collection[Copy], *, handed_in: Collection[str] = (),
    drop: Path | None = None,
) -> Figures:  # fmt: skip
    """Fail with all that does not hold; the figures.

    ``handed_in`` are addresses that must be entries now; ``drop`` is the drop folder, whose
    result files must tell of every row.
    """
    found = find(store, copies, handed_in=handed_in, drop=drop)
    assert not found.problems, "\n".join([str(found.figures), *found.problems[:20]])
    return found.figures


def find(
    store: Store, copies: Collection[Copy], *, handed_in: Collection[str] = (),
    drop: Path | None = None,
) -> Finding:  # fmt: skip
    """The same, told instead of asserted."""
    entries, journal = _entries(store), _journal(store)
    letters = {token: each for token, each in entries.items() if each.kind == Kind.LETTER}
    by_token = defaultdict(list)
    for copy in copies:
        by_token[copy.token].append(copy)
    doubles = [
        f"{token}: {len(by_token[token])} copies, {journal[token]}"
        for token in letters
        if len(by_token[token]) > 1 + _releases(journal[token])
    ]
    doubles += _said_twice(letters, by_token, journal)
    lost = [*_unsent(letters, by_token, journal), *_unknown(letters, handed_in)]
    if drop is not None:
        lost += _untold(drop, entries)
    others = [*_strange(copies, entries), *_unexplained(letters, by_token, journal)]
    unsure = sum(each.status == Status.UNSURE for each in letters.values())
    counted = sum(len(by_token[token]) for token in letters)
    figures = Figures(len(letters), counted, len(doubles), len(lost), unsure)
    return Finding(figures, [*doubles, *lost, *others])


_Steps = Sequence[tuple[str, str]]


def _entries(store: Store) -> dict[str, _Entry]:
    columns = entry.c[
        "id", "token", "kind", "status", "email", "job_title", "outcome", "message_id"
    ]
    wanted = select(*columns, letter.c.content).outerjoin_from(entry, letter).order_by(entry.c.id)
    found: dict[str, _Entry] = {}
    last = 0
    with store.read() as connection:
        while page := connection.execute(wanted.where(entry.c.id > last).limit(500)).all():
            for row in page:
                known = (row.kind, row.status, row.email, row.job_title, row.outcome)
                found[row.token] = _Entry(*known, row.message_id, digest_of(row.content or b""))
            last = page[-1].id
    return found


def _journal(store: Store) -> Mapping[str, list[tuple[str, str]]]:
    """Of each entry its events, each with the status that it led to."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in views.journal_lines(store):
        if line["entry"] and line["status"]:
            found[str(line["entry"])].append((str(line["event"]), str(line["status"])))
    return found


def _releases(steps: _Steps) -> int:
    """How often a person let a letter go that was unsure, or that had come back."""
    statuses = [to for _, to in steps]
    free = {Status.UNSURE, Status.BOUNCED}
    return sum(a in free and b in RELEASED for a, b in pairwise(statuses))


def _said_twice(
    letters: Mapping[str, _Entry], copies: Mapping[str, Sequence[Copy]],
    journal: Mapping[str, _Steps],
) -> Iterator[str]:  # fmt: skip
    """Two letters that say the same about the same job to the same address."""
    served = defaultdict(list)
    for token, each in letters.items():
        if copies[token] and not LET_GO & dict(journal[token]).keys():
            served[each.email, each.job_title, each.outcome].append(token)
    for said, tokens in served.items():
        if len(tokens) > 1:
            yield f"{said}: one decision, {len(tokens)} letters, {tokens}"


def _unsent(
    letters: Mapping[str, _Entry], copies: Mapping[str, Sequence[Copy]],
    journal: Mapping[str, _Steps],
) -> Iterator[str]:  # fmt: skip
    for token, each in letters.items():
        told = any(event in TOLD for event, _ in journal[token])
        if each.status in {Status.SENT, Status.BOUNCED} and not copies[token] and not told:
            yield f"{token}: {each.status}, and nobody has it"


def _unknown(letters: Mapping[str, _Entry], handed_in: Collection[str]) -> Iterator[str]:
    known = {each.email for each in letters.values()}
    yield from (f"{address}: came in, and is nowhere" for address in set(handed_in) - known)


def _untold(drop: Path, entries: Mapping[str, _Entry]) -> Iterator[str]:
    """Rows of files in ``done`` without their line, or with a line about no entry."""
    for path in sorted((drop / "done").glob("*.csv")):
        if path.name.endswith(".result.csv"):
            continue
        told = _rows(path.with_name(f"{path.stem}.result.csv"))
        if len(told) != len(_rows(path)):
            yield f"{path.name}: {len(_rows(path))} rows, {len(told)} told of"
        for line in told:
            if line["status"] != "refused" and line["entry"] not in entries:
                yield f"{path.name}: row {line['row']} is {line['status']} and no entry"


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _strange(copies: Iterable[Copy], entries: Mapping[str, _Entry]) -> Iterator[str]:
    """Copies that are not exactly an entry's letter, at its address."""
    for copy in copies:
        known = entries.get(copy.token)
        if known is None:
            yield f"{copy.recipient} got what no entry is: {copy.token!r}"
        elif copy.recipient != known.email:
            yield f"{copy.token}: meant for {known.email}, went to {copy.recipient}"
        elif copy.digest != known.digest or copy.message_id != known.message_id:
            yield f"{copy.token}: {copy.recipient} got other bytes than were sealed"


def _unexplained(
    letters: Mapping[str, _Entry], copies: Mapping[str, Sequence[Copy]],
    journal: Mapping[str, _Steps],
) -> Iterator[str]:  # fmt: skip
    for token, each in letters.items():
        steps = journal[token]
        yield from (f"{token}: {why}" for why in illegal(steps))
        if not steps or steps[-1][1] != each.status:
            yield f"{token}: is {each.status}, and the journal ends with {steps[-1:]}"
        if copies[token] and "dot_pending" not in dict(steps):
            yield f"{token}: has a copy, and no dot was ever pending"
        if copies[token] and each.status not in _MAY_HAVE_COPIES and not _releases(steps):
            yield f"{token}: has a copy, and is {each.status}"


_CHART = read_chart()


def illegal(steps: _Steps) -> Iterator[str]:
    """Steps of one entry's journal that the chart has no arrow for."""
    before = NOWHERE
    for event, to in steps:
        if not _CHART.allows(event, before, to):
            yield f"{event} from {before or 'nowhere'} to {to} is no step of the chart"
        before = to
