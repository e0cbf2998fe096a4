"""Steps outlive a database that is away, and the log does not repeat itself meanwhile."""

import threading

import pytest

from worker.cli.patience import SAY, Seldom, patient
from worker.errors import StoreAway, StoreError
from worker.loop import Step


def quietly(_event: str, **_fields: object) -> None:
    """Nobody listens."""


def stopped() -> threading.Event:
    """So that no rest is waited out."""
    event = threading.Event()
    event.set()
    return event


@pytest.mark.parametrize("step", [lambda: True, lambda: False])
def test_a_step_that_can_work_is_left_alone(step: Step) -> None:
    assert patient(step, stopped(), quietly)() is step()


def test_a_step_rests_and_says_so_when_the_database_is_away() -> None:
    told: list[tuple[str, object]] = []

    def step() -> bool:
        raise StoreAway("disk full")

    def tell(event: str, **fields: object) -> None:
        told.append((event, fields["why"]))

    assert patient(step, stopped(), tell)() is False
    assert told == [("store_away", "disk full")]


def test_any_other_error_still_ends_the_worker() -> None:
    def step() -> bool:
        raise StoreError("another version")

    with pytest.raises(StoreError, match="another version"):
        patient(step, stopped(), quietly)()


def test_an_event_is_told_again_only_after_a_while() -> None:
    told: list[str] = []
    moment = 0.0
    seldom = Seldom(lambda event, **_: told.append(event), lambda: moment)
    for moment in (0.0, 1.0, SAY - 1, SAY + 1, SAY + 2):  # noqa: B007 - the clock reads it
        seldom("store_away", why="full")
        seldom("disk_short", why="full")
    assert told == ["store_away", "disk_short"] * 2
