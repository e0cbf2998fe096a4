"""Two transactions on PostgreSQL at once: one stops, all its locks held, until the other waits.

So neither sees the other's work before it begins, and each must see it in the end.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import event

from worker.store.engine import Store

LONG = 30
Doing = Callable[[Store], object]


@dataclass
class Turn:
    """The moment at which the first stops, and when it may go on."""

    come: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)

    def stop(self) -> None:
        if not self.come.is_set():
            self.come.set()
            assert self.over.wait(LONG)

    def before_the_commit(self, moment: str) -> None:
        if moment == "commit:before":
            self.stop()

    def after_the_first_change(self, *told: object) -> None:
        if "UPDATE entry" in str(told[2]):
            self.stop()


def waits_for_a_lock(store: Store) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with store.read() as connection:
        return bool(connection.exec_driver_sql(waiting).scalar())


def meanwhile(store: Store, turn: Turn, first: tuple[Store, Doing], second: Doing) -> object:
    """``second`` begins in the middle of ``first``, and waits for it; what came of ``second``."""
    slow, doing = first
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(doing, slow)
        try:
            assert turn.come.wait(LONG), one.result(0)
            two = pool.submit(second, store)
            end = time.monotonic() + LONG
            while not waits_for_a_lock(store):
                assert not two.done(), "it waited for nobody"
                assert time.monotonic() < end
                time.sleep(0.01)
        finally:
            turn.over.set()
        one.result(LONG)
        slow.close()
        return two.result(LONG)


def while_committing(store: Store, first: Doing, second: Doing) -> object:
    """``first`` has done all but its commit."""
    turn = Turn()
    slow = Store(store.url.render_as_string(hide_password=False), turn.before_the_commit)
    return meanwhile(store, turn, (slow, first), second)


def half_way(store: Store, first: Doing, second: Doing) -> object:
    """``first`` has changed the first of its entries."""
    turn = Turn()
    slow = Store(store.url.render_as_string(hide_password=False))
    event.listen(slow._writing, "after_cursor_execute", turn.after_the_first_change)
    return meanwhile(store, turn, (slow, first), second)
