"""The pause holds for every worker, for as long as it says."""

from datetime import timedelta

from sample import NOW

from worker.store.engine import Store
from worker.store.pauses import Pause, pause_sending, paused


def test_sending_rests_until_the_pause_is_over(store: Store) -> None:
    until = NOW + timedelta(minutes=1)
    pause_sending(store, until, "the server is down", now=NOW, by="w1")
    assert paused(store, NOW) == Pause(until, "the server is down")
    assert paused(store, until) is None


def test_the_newest_reason_stands(store: Store) -> None:
    for minutes, why in ((5, "first"), (1, "second")):
        pause_sending(store, NOW + timedelta(minutes=minutes), why, now=NOW, by="w1")
    found = paused(store, NOW)
    assert found is not None
    assert found.why == "second"
