"""Rows 19 and 21: several workers on one PostgreSQL, one of them stopped; a database that goes."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from servers.postgres import postgres
from servers.scripted import ScriptedServer
from sqlalchemy import create_engine, text
from workplace import row

from faults import crashing
from faults.copies import received
from faults.scene import Scene
from faults.test_crash_points_postgres import renew
from worker.errors import StoreAway
from worker.steps.files import take_in_files
from worker.store import outbox
from worker.store.engine import Store

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    with postgres() as found:
        yield found


@pytest.fixture
def url(server_url: str) -> str:
    renew(server_url)
    return server_url


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


class Held(ScriptedServer):
    """Keeps the first letter waiting at DATA until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def next(self, stage: str) -> str | bytes:
        if stage == "data" and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(30)
        return super().next(stage)


@contextmanager
def stopped(process: ForkServerProcess) -> Iterator[None]:
    """SIGSTOP for as long as this lasts."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def test_row_19_a_worker_stopped_past_its_lease_can_not_send_the_dot(
    tmp_path: Path, url: str
) -> None:
    with Held() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_STORE__URL=url)
        scene.drop_letters(1)
        holder = crashing.started(tmp_path, scene.environ)
        assert server.reached.wait(20)
        with stopped(holder):
            run_sql(url, "UPDATE entry SET lease_until = now()")
            with scene.store() as store:
                assert outbox.reclaim(store, now_of(store)) == 1
            scene.environ["FOLLOWUP_CSV__ENABLED"] = "false"
            scene.work_until_it_rests()
            assert scene.statuses() == {"c1@candidates.example": "sent"}
        server.go_on.set()
        holder.join(30)
        assert holder.exitcode == 0
        assert len(server.kept) == 1
    assert scene.events().count("dot_pending") == 1
    scene.holds(received(server.kept))


def now_of(store: Store) -> datetime:
    """By the database's clock, which set the lease, and a little later."""
    with store.read() as connection:
        found: datetime = connection.execute(text("SELECT now()")).scalar_one()
    return found + timedelta(seconds=1)


def test_row_19_four_workers_on_one_queue_serve_everybody_once(tmp_path: Path, url: str) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_STORE__URL=url)
        scene.drop(*(row(number) for number in range(60)))
        with scene.worker() as worker:
            take_in_files(worker.files)
        scene.environ["FOLLOWUP_CSV__ENABLED"] = "false"
        workers = [crashing.started(tmp_path, scene.environ) for _ in range(4)]
        for each in workers:
            each.join(60)
        scene.work_until_it_rests()
    assert [each.exitcode for each in workers] == [0, 0, 0, 0]
    assert scene.holds(received(server.kept)).copies == 60


PHASES = ["rcpt", "data", "dot"]


@pytest.mark.parametrize("phase", PHASES)
def test_row_21_the_database_throws_everybody_out_at_any_phase(
    tmp_path: Path, url: str, phase: str
) -> None:
    class Thrown(ScriptedServer):
        done = False

        def next(self, stage: str) -> str | bytes:
            if stage == phase and not self.done:
                self.done = True
                throw_out(url)
            return super().next(stage)

    with Thrown() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_STORE__URL=url)
        scene.drop_letters(3)
        try:
            scene.work()
        except StoreAway:
            run_sql(url, "UPDATE entry SET lease_until = now() WHERE status = 'sending'")
        scene.work_until_it_rests()
    assert set(scene.statuses().values()) <= {"sent", "unsure"}
    scene.holds(received(server.kept))


def throw_out(url: str) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    run_sql(url, others + " AND backend_type = 'client backend'")
