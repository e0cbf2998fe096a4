"""The shadow: what is not live stays here, and HR reads it once; on both databases.

The cases are in ``tests/rules/shadow.toml``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from deciding import (
    OK,
    act,
    at_its_dot,
    claim,
    dot,
    last_line,
    letters_leave,
    put,
    release,
    settle,
    state,
    status,
    waiting,
)
from racing import while_committing
from sample import HOUR, NOW, letter, sealed
from sending import Scene
from tables import cases

from worker import verbs
from worker.decision import Outcome
from worker.letter import Letter
from worker.result import Deferred, Refused, Unsure
from worker.steps.report import Report, Reporting
from worker.steps.shadow import IN_FULL, Shadowing, look_at_shadow
from worker.store import outbox, shadow
from worker.store.engine import Store
from worker.store.taking import Sealed

NOTHING_LIVE: frozenset[Outcome] = frozenset()


def deferred(store: Store, row: Sealed) -> None:
    settle(store, claim(store), Deferred("dot: 451"))
    assert state(store, row.token) == ("queued",)


BEGUN: Mapping[str, Callable[[Store, Sealed], object]] = {
    "": lambda _store, _row: None,
    "claimed": lambda store, _row: claim(store),
    "deferred": deferred,
    "released": lambda store, row: release(store, row.token),
    "released_from_shadow": lambda store, row: release(store, row.token),
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@cases("shadow")
def test_under_the_shadow(store: Store, case: Mapping[str, Any]) -> None:
    live = frozenset(Outcome(each) for each in case["live"])
    row = sealed(1, outcome=Outcome(case.get("outcome", "rejected")))
    put(store, "s1", waiting(row, *case["waits"]) if case["waits"] else row)
    BEGUN[case.get("begun", "")](store, row)
    shadow.hold(store, live, NOW)
    shadow.hold(store, live, NOW)
    then = ("held", *case["then"]) if case["then"] else ("queued",)
    assert state(store, row.token) == then
    assert shadow.hold(store, live, NOW) == 0


def test_it_is_held_once_the_journal_says_for_what_and_a_person_lets_it_go(store: Store) -> None:
    rows = [sealed(number) for number in range(1, 4)]
    put(store, "s1", *rows)
    assert shadow.hold(store, NOTHING_LIVE, NOW) == 3
    assert last_line(store, rows[0].token) == ("held", {"why": "shadow"})
    assert letters_leave(store, NOW + HOUR) == []
    release(store, rows[1].token)
    assert shadow.hold(store, NOTHING_LIVE, NOW) == 0
    assert letters_leave(store, NOW + HOUR) == [rows[1].token]


def test_what_only_has_to_be_recorded_is_not_held(store: Store) -> None:
    row = replace(waiting(sealed(1, outcome=Outcome.WITHDRAWN), "proof"), letter=None)
    put(store, "s1", row)
    assert shadow.hold(store, NOTHING_LIVE, NOW) == 0


def test_of_the_shadow_and_the_final_dot_the_first_wins(store: Store) -> None:
    put(store, "s1", sealed(1))
    claimed = claim(store)
    assert shadow.hold(store, NOTHING_LIVE, NOW) == 1
    assert not dot(store, claimed)
    assert not settle(store, claimed, OK)
    sending = at_its_dot(store, sealed(2))
    assert shadow.hold(store, NOTHING_LIVE, NOW) == 0
    assert settle(store, sending, OK)
    assert status(store, sending.letter.token) == "sent"


def test_a_sender_passes_over_what_comes_back_to_the_queue_between_two_looks(
    scene: Scene,
) -> None:
    """A person sends again what failed, or says that an unsure one did not go."""
    failed = at_its_dot(scene.store, sealed(1))
    settle(scene.store, failed, Refused("dot: 550"))
    unsure = at_its_dot(scene.store, sealed(2))
    settle(scene.store, unsure, Unsure("lost"))
    act(scene.store, failed.letter.token, lambda _: verbs.resend(NOW))
    act(scene.store, unsure.letter.token, lambda _: verbs.resolved_not_sent(NOW))
    live = sealed(3, outcome=Outcome.ON_HOLD)
    scene.put(live)
    scene.live = frozenset({Outcome.ON_HOLD})
    scene.work()
    assert scene.line.taken == [live.decision.email]
    assert shadow.hold(scene.store, scene.live, NOW) == 2


@pytest.mark.servers
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_the_shadow_that_falls_while_a_claim_is_committed_stops_that_letter(store: Store) -> None:
    row = sealed(1)
    put(store, "s1", row)
    held = while_committing(
        store,
        lambda slow: outbox.claim(slow, "w1", NOW, NOW + HOUR),
        lambda store: shadow.hold(store, NOTHING_LIVE, NOW),
    )
    assert held == 1
    assert state(store, row.token) == ("held", "shadow")


class Hr:
    """Who reads what would have gone."""

    def __init__(self, store: Store, *, there: bool = True) -> None:
        self.told = list[Report]()
        self.there = there
        self.now = NOW + HOUR
        self.shadowing = Shadowing(
            store=store, live=NOTHING_LIVE, zone="UTC", now=lambda: self.now,
            reporting=Reporting(store=store, seal=self._seal, now=lambda: self.now),
            tell=lambda *_, **__: None,
        )  # fmt: skip

    def _seal(self, told: Report) -> Letter | None:
        self.told.append(told)
        return letter("hr@acme.example") if self.there else None

    def look(self) -> list[tuple[int, int]]:
        """Of each notice so far: how many letters in full, and how many in a line."""
        look_at_shadow(self.shadowing)
        return [(_number(each, "letters"), _number(each, "others")) for each in self.told]


def _number(told: Report, name: str) -> int:
    listed = told.values[name]
    assert isinstance(listed, list)
    return len(listed)


def test_hr_reads_once_what_would_have_gone_by_now(store: Store) -> None:
    hr = Hr(store)
    put(store, "s1", *(sealed(number) for number in range(1, IN_FULL + 4)))
    put(store, "s2", replace(sealed(99), not_before=NOW + timedelta(days=1)))
    assert hr.look() == [(IN_FULL, 3)]
    assert hr.look() == [(IN_FULL, 3)]
    letters = hr.told[0].values["letters"]
    assert isinstance(letters, list)
    assert "Dear Ana Pérez" in letters[0]["text"]
    hr.now += timedelta(days=2)
    assert hr.look()[1:] == [(1, 0)]


def test_what_waits_for_something_graver_is_not_told_yet(store: Store) -> None:
    put(store, "s1", waiting(sealed(1), "approval"))
    assert Hr(store).look() == []


@pytest.mark.parametrize("there", [True, False], ids=["hr", "nobody"])
def test_nobody_is_told_twice_nor_asked_for_ever(store: Store, *, there: bool) -> None:
    hr = Hr(store, there=there)
    put(store, "s1", sealed(1))
    hr.look()
    hr.look()
    assert len(hr.told) == 1


def test_how_much_waits_is_counted_by_outcome(store: Store) -> None:
    put(store, "s1", sealed(1), sealed(2), sealed(3, outcome=Outcome.OFFER))
    shadow.hold(store, NOTHING_LIVE, NOW)
    assert shadow.waiting(store) == {"offer": 1, "rejected": 2}
