"""The database was restored from a backup: row 22. Nothing goes out again."""

import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import doubles, drop, finish, row, start, statuses, wait_for

from faults.storing import C1, environ_of, events, log


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


def test_row_22_last_nights_backup_sends_nothing_again(
    tmp_path: Path, server: ScriptedServer
) -> None:
    environ = environ_of(server)
    database, backup = tmp_path / "var" / "followup.db", tmp_path / "backup.db"
    drop(tmp_path, "monday.csv", [row(1), row(2, "on_hold")])
    finish(tmp_path, environ | {"FOLLOWUP_TIMING__ON_HOLD__HOLD": "1h"}, "run", "--once")
    shutil.copy(database, backup)
    second = entry_of(tmp_path, environ, "c2@candidates.example")
    finish(tmp_path, environ, "send-now", second)
    drop(tmp_path, "tuesday.csv", [row(3)])
    finish(tmp_path, environ, "run", "--once")
    assert len(server.taken) == 3

    shutil.copy(backup, database)
    finish(tmp_path, environ, "send-now", second)
    drop(tmp_path, "wednesday.csv", [row(3), row(4)])
    for _ in range(2):
        finish(tmp_path, environ, "run", "--once")
    assert len(server.taken) == 3
    assert statuses(tmp_path) == {
        C1: "sent", "c2@candidates.example": "queued", "c3@candidates.example": "queued",
        "c4@candidates.example": "queued",
    }  # fmt: skip
    assert "restored" in events(tmp_path)
    assert ends_with(tmp_path, environ, "reconcile") == 3
    shown = (tmp_path / "worker.log").read_text()
    assert f"X-Followup-Id {second}  here: queued" in shown
    assert shown.count("here: a decision that came after the backup") == 1

    finish(tmp_path, environ, "reconcile", "--done", "--by", "dana")
    assert ends_with(tmp_path, environ, "reconcile") == 0  # nothing is left to do
    for number in (2, 3):
        found = entry_of(tmp_path, environ, f"c{number}@candidates.example")
        finish(tmp_path, environ, "resolve", found, "--sent", "--by", "dana")
    held = entry_of(tmp_path, environ, "c4@candidates.example")
    finish(tmp_path, environ, "release", held, "--by", "dana")
    finish(tmp_path, environ, "run", "--once")
    assert set(statuses(tmp_path).values()) == {"sent"}
    assert doubles(server.taken) == {}
    assert len(server.taken) == 4


def test_row_22_a_backup_put_back_under_a_worker_that_runs_is_noticed(
    tmp_path: Path, server: ScriptedServer
) -> None:
    environ = environ_of(server)
    database = tmp_path / "var" / "followup.db"
    drop(tmp_path, "monday.csv", [row(1)])
    with start(tmp_path, environ, "run", "--no-web") as worker:
        try:
            wait_for(lambda: len(server.taken) == 1)
            wait_for(lambda: statuses(tmp_path) == {C1: "sent"})
            copied(database, tmp_path / "backup.db")
            drop(tmp_path, "tuesday.csv", [row(2)])
            wait_for(lambda: len(server.taken) == 2)
            copied(tmp_path / "backup.db", database)
            drop(tmp_path, "wednesday.csv", [row(2), row(3)])
            wait_for(lambda: len(statuses(tmp_path)) == 3)
            wait_for(lambda: "restored" in events(tmp_path))
            assert worker.poll() is None
        finally:
            worker.send_signal(signal.SIGTERM)
    assert len(server.taken) == 2
    assert doubles(server.taken) == {}


def copied(source: Path, target: Path) -> None:
    """As SQLite copies a database that is in use."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def entry_of(home: Path, environ: dict[str, str], address: str) -> str:
    with start(home, environ, "list", "--json") as listing:
        assert listing.wait(60) == 0
    found = [line for line in log(home) if line.get("email") == address]
    return found[-1]["entry"]


def ends_with(home: Path, environ: dict[str, str], *args: str) -> int:
    with start(home, environ, *args) as process:
        return process.wait(60)
