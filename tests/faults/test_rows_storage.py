"""The database is started twice on, cut off, locked: rows 20, 21, 25 and 26.

The lock is held by another process, the connections are ended by PostgreSQL itself.
"""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers.postgres import postgres
from servers.scripted import ScriptedServer
from sqlalchemy import create_engine, text
from workplace import doubles, drop, finish, row, start, statuses, wait_for

from faults.storing import C1, environ_of, events, kept, log
from worker.store.engine import sqlite_mode


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.mark.parametrize("second", [("run", "--no-web"), ("run", "--once")])
def test_row_20_a_second_worker_on_the_file_refuses_and_the_first_goes_on(
    tmp_path: Path, server: ScriptedServer, second: tuple[str, ...]
) -> None:
    environ = environ_of(server)
    drop(tmp_path, "decisions.csv", [row(1)])
    with start(tmp_path, environ, "run", "--no-web") as first:
        try:
            wait_for(lambda: len(server.taken) == 1)
            other = tmp_path / "other"  # the same database by another name
            other.mkdir()
            (other / "var").symlink_to(tmp_path / "var")
            for home in (tmp_path, other):
                with start(home, environ, *second) as refused:
                    assert refused.wait(60) == 1
                assert "takes one" in (home / "worker.log").read_text()
            assert first.poll() is None
        finally:
            first.send_signal(signal.SIGTERM)
    assert doubles(server.taken) == {}


@pytest.mark.servers
def test_row_21_connections_that_a_server_ends_again_and_again_cost_nobody_a_letter(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with postgres() as url:
        environ = environ_of(server, FOLLOWUP_STORE__URL=url)
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with start(tmp_path, environ, "run", "--no-web") as worker:
            try:
                drop(tmp_path, "decisions.csv", [row(number) for number in range(1, 31)])
                for taken in range(5, 30, 5):
                    wait_for(lambda taken=taken: len(server.taken) >= taken, 60)  # type: ignore[misc]
                    with admin.connect() as connection:
                        connection.execute(text(_END_ALL))
                wait_for(lambda: len(server.taken) == 30, 60)
                assert worker.poll() is None
            finally:
                worker.send_signal(signal.SIGTERM)
        assert worker.returncode == 0
        with admin.connect() as connection:
            found = connection.execute(text("SELECT DISTINCT status FROM entry")).scalars().all()
        admin.dispose()
    assert set(found) == {"sent"}
    assert doubles(server.taken) == {}


_END_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


_HOLDS = """\
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the database."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield


class LockingServer(ScriptedServer):
    """Its answer to the dot comes when the database is locked."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self.database = database
        self.held = locked(database)
        self.is_locked = False

    def next(self, stage: str) -> str | bytes:
        if stage == "dot" and not self.is_locked:
            self.held.__enter__()
            self.is_locked = True
        return super().next(stage)

    def unlock(self) -> None:
        self.held.__exit__(None, None, None)


def test_row_25_an_answer_that_found_the_database_locked_survives_a_kill(tmp_path: Path) -> None:
    with LockingServer(tmp_path / "var" / "followup.db") as server:
        environ = environ_of(server)
        drop(tmp_path, "decisions.csv", [row(1)])
        with start(tmp_path, environ, "run", "--no-web") as worker:
            wait_for(lambda: kept(tmp_path) == 1)
            worker.send_signal(signal.SIGKILL)
        server.unlock()
        assert statuses(tmp_path) == {C1: "sending"}
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {C1: "sent"}
        assert [recipient for recipient, _ in server.taken] == [C1]
    assert "answer_taken_in" in events(tmp_path)


def test_row_25_a_lock_held_longer_than_sqlite_waits_is_waited_out(tmp_path: Path) -> None:
    """35 seconds, because SQLite itself waits for 30."""
    with LockingServer(tmp_path / "var" / "followup.db") as server:
        environ = environ_of(server)
        drop(tmp_path, "decisions.csv", [row(1), row(2)])
        with start(tmp_path, environ, "run", "--no-web") as worker:
            try:
                wait_for(lambda: server.is_locked)
                wait_for(lambda: "store_away" in events(tmp_path), 60)
                assert worker.poll() is None
                assert len(server.taken) == 1  # who holds an answer sends nothing more
                server.unlock()
                wait_for(lambda: len(server.taken) == 2)
            finally:
                worker.send_signal(signal.SIGTERM)
        assert worker.returncode == 0
        assert statuses(tmp_path) == {C1: "sent", "c2@candidates.example": "sent"}
        assert doubles(server.taken) == {}


def test_row_26_the_journal_mode_follows_the_version_and_the_start_says_which(
    tmp_path: Path, server: ScriptedServer
) -> None:
    finish(tmp_path, environ_of(server), "run", "--once")
    mode, level = sqlite_mode(sqlite3.sqlite_version_info)
    [told] = [line for line in log(tmp_path) if line.get("event") == "database"]
    assert told["what"] == (f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous {level}")
    held = sqlite3.connect(tmp_path / "var" / "followup.db")
    [(found,)] = held.execute("PRAGMA journal_mode").fetchall()
    held.close()
    assert found.upper() == mode
