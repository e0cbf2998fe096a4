"""Row 52, the other half: the state machine is what docs/architecture.md draws, no more, no less.

Every constructor of a transition is called with every kind of argument; one that is added shows
up here by itself, and has to take its place in the chart and in the table of events.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import get_type_hints

import pytest
from sample import NOW, RETRY

from faults import oracle
from faults.chart import NOWHERE, SUPERSEDED, read_chart
from worker import lifecycle, verbs
from worker.lifecycle import Kind, Status, Transition, Try
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Unsure

CHART = read_chart()

#: Arguments by their names; every constructor is called with all that its signature asks for.
ARGUMENTS: Mapping[str, Sequence[object]] = {
    "now": [NOW], "due": [NOW], "sent_at": [NOW], "at": [NOW],
    "retry": [RETRY], "detail": ["told"], "newer": ["other"], "older": ["other"],
    "by": [None, "s1"],
    "evidence": [{}], "why": ["told"], "kind": list(Kind), "dot_pending": [False, True],
    "waits": [(), ("approval",), ("approval", "person")],
    "attempt": [Try(kind=Kind.LETTER, attempts=1, first_try_at=NOW),
                Try(kind=Kind.NOTICE, attempts=1, first_try_at=NOW),
                Try(kind=Kind.LETTER, attempts=9, first_try_at=NOW - 9 * RETRY.give_up)],
    "result": [Accepted(Reply(250, "ok")), Deferred("451"), Refused("550"), Unsure("lost"),
               NotTried("down")],
}  # fmt: skip

#: What the outbox and taking in do without a constructor.
WITHOUT = {(Status.QUEUED, Status.SENDING), *((NOWHERE, to) for to in ("queued", "held", "done"))}
WITHOUT_EVENTS = {"taken", "claimed", "dot_pending", "looked_for"}


def constructors() -> Iterator[Callable[..., Transition]]:
    for module in (lifecycle, verbs):
        for name, each in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and get_type_hints(each).get("return") is Transition:
                yield each


def transitions() -> Iterator[Transition]:
    """All that any constructor makes."""
    for constructor in constructors():
        names = list(inspect.signature(constructor).parameters)
        for values in product(*(ARGUMENTS[name] for name in names)):
            yield constructor(**dict(zip(names, values, strict=True)))


def test_row_52_the_arrows_are_those_of_the_code() -> None:
    drawn = {(before, to) for before, to in CHART.arrows if before != NOWHERE}
    made = {(before, each.to) for each in transitions() for before in each.come_from}
    assert made | {pair for pair in WITHOUT if pair[0] != NOWHERE} == drawn
    assert {pair for pair in CHART.arrows if pair[0] == NOWHERE} == {
        pair for pair in WITHOUT if pair[0] == NOWHERE
    }


def test_row_52_the_events_are_those_of_the_code() -> None:
    made = {each.event for each in transitions()}
    assert made | WITHOUT_EVENTS == CHART.events.keys()


def test_row_52_every_transition_is_a_step_of_the_chart() -> None:
    for each in transitions():
        for before in each.come_from:
            assert CHART.allows(each.event, before, each.to), (each.event, before, each.to)


def test_row_52_nothing_leaves_what_is_final() -> None:
    for before, to in CHART.arrows:
        assert before not in {Status.CANCELLED, Status.DONE}, to


@pytest.mark.parametrize(
    ("steps", "legal"),
    [
        ([("taken", "queued"), ("claimed", "sending"), ("sent", "sent")], True),
        ([("taken", "queued"), ("sent", "sent")], False),
        ([("claimed", "sending")], False),
        ([("taken", "queued"), ("claimed", "sending"), ("unsure", "unsure"),
          ("reclaimed", "queued")], False),
        ([("taken", "queued"), ("claimed", "sending"), ("unsure", "unsure"),
          ("resolved_not_sent", "queued")], True),
        ([("taken", "queued"), ("claimed", "sending"), (SUPERSEDED, "cancelled")], True),
        ([("taken", "queued"), ("cancelled", "cancelled"), ("claimed", "sending")], False),
    ],
)  # fmt: skip
def test_row_52_the_oracle_knows_a_journal_that_explains_itself_from_one_that_does_not(
    steps: list[tuple[str, str]], *, legal: bool
) -> None:
    assert (list(oracle.illegal(steps)) == []) is legal
