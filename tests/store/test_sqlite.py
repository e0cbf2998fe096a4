"""What is true of SQLite alone: its journal, its lock, its files."""

import sqlite3
import stat
from pathlib import Path

import pytest
from sample import NOW, arrival, open_store, sealed
from sqlalchemy import Engine, event

from worker.errors import StoreError
from worker.store import calls, taking, views
from worker.store.engine import Store, reachable, sqlite_mode


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_it_loses_no_commit(
    version: tuple[int, int, int], mode: str
) -> None:
    assert sqlite_mode(version)[0] == mode


def test_every_commit_is_synced(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    wanted = sqlite_mode(sqlite3.sqlite_version_info)
    assert (str(mode).upper(), {2: "FULL", 3: "EXTRA"}[int(level or 0)]) == wanted
    assert wanted[0] in reachable(store)
    store.close()


def test_a_second_worker_on_the_same_file_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.sole_worker(), pytest.raises(StoreError, match="takes one"), store.sole_worker():
        pass
    with store.sole_worker():
        pass
    store.close()


def test_the_database_is_for_the_workers_eyes_only(tmp_path: Path) -> None:
    store = open_store(tmp_path / "var")
    path = tmp_path / "var" / "followup.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.close()


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"store\.url.*can't be written"):
        Store(f"sqlite:///{tmp_path}/file/followup.db")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(StoreError, match="needs a file"):
        Store("sqlite://")


def test_what_is_looked_at_again_and_again_is_found_without_reading_the_outbox(
    tmp_path: Path,
) -> None:
    store, row, asked = open_store(tmp_path), sealed(1), list[tuple[str, object]]()
    taking.put(store, arrival(store), [row], NOW, hold_changed=True)

    def note(
        _connection: object, _cursor: object, statement: str, values: object, *_: object
    ) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    calls.overdue(store, NOW, 200)
    calls.off(store, 200)
    views.find(store, row.token)
    event.remove(Engine, "before_cursor_execute", note)
    with store.read() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
            for statement, values in asked
            if statement.startswith("SELECT")
        ]
    store.close()
    assert len(plans) == len(("overdue", "off", "found"))
    assert not [step for plan in plans for step in plan if "SCAN entry" in step[-1]]
