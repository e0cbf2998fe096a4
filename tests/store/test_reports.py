"""A report is put into the outbox once, however many meet its occasion, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sample import NOW, letter
from sqlalchemy import text

from worker.errors import StoreAway
from worker.store import reports, views
from worker.store.engine import Store

SENDERS = 4


def test_what_several_senders_meet_at_once_is_told_once_and_hurts_none(store: Store) -> None:
    together = Barrier(SENDERS)

    def meet(number: int) -> bool:
        notice = letter("hr@acme.example")
        together.wait()
        with store.write() as connection:
            return reports.put(connection, f"pause:breaker:{number // SENDERS}", notice, NOW)

    with ThreadPoolExecutor(SENDERS) as pool:
        told = list(pool.map(meet, range(5 * SENDERS)))
    assert sum(told) == 5
    assert [line["event"] for line in views.journal_lines(store)] == ["reported"] * 5


def test_a_database_that_takes_no_writes_for_now_is_away(store: Store) -> None:
    """As PostgreSQL is after its place as the primary went to another one."""
    shut = "PRAGMA query_only = ON" if store.is_sqlite else "SET TRANSACTION READ ONLY"
    with pytest.raises(StoreAway, match=r"read-?only"):
        _put_after(store, shut)


def _put_after(store: Store, statement: str) -> None:
    with store.write() as connection:
        connection.execute(text(statement))
        reports.put(connection, "x", letter(), NOW)
