"""Row 1 on PostgreSQL: a sample of the points at which the process may die, by a seed.

The points are those of ``test_crash_points``; each runs in a schema of its own that is new.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.postgres import postgres
from servers.scripted import ScriptedServer
from sqlalchemy import create_engine, inspect, text
from workplace import drop, environment, row

from faults import crashing, oracle
from faults.copies import received
from faults.seed import dice
from worker.lifecycle import Status
from worker.store import views
from worker.store.engine import Store

pytestmark = pytest.mark.servers

POINTS = 12
ROWS = [row(1), row(2, "advanced"), row(3, "withdrawn")]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres() as found:
        yield found


def renew(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def prepared(home: Path, server: ScriptedServer, url: str) -> dict[str, str]:
    renew(url)
    home.mkdir(exist_ok=True)
    drop(home, "decisions.csv", ROWS)
    return environment(server.port, FOLLOWUP_STORE__URL=url, FOLLOWUP_SMTP__CONNECTIONS="1")


def outlive_the_leases(url: str) -> None:
    """What a dead worker held is another's only when its lease ran out; nobody waits for that.

    A worker that died before its tables stood held nothing.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        if inspect(connection).has_table("entry"):
            connection.execute(
                text("UPDATE entry SET lease_until = now() WHERE status = 'sending'")
            )
    engine.dispose()


def test_row_01_killed_on_postgresql_at_any_point_nobody_is_served_twice_and_nobody_is_lost(
    tmp_path: Path, url: str
) -> None:
    with ScriptedServer() as server:
        code, trail = crashing.run(tmp_path / "whole", prepared(tmp_path / "whole", server, url))
    assert code == 0
    for point in sorted(dice().sample(range(1, len(trail) + 1), POINTS)):
        home = tmp_path / str(point)
        with ScriptedServer() as server:
            environ = prepared(home, server, url)
            assert crashing.run(home, environ, kill_at=point)[0] == -signal.SIGKILL
            outlive_the_leases(url)
            assert crashing.run(home, environ)[0] == 0
        store = Store(url)
        oracle.holds(store, received(server.kept), handed_in=[each["email"] for each in ROWS],
                     drop=home / "var" / "drop")  # fmt: skip
        counts = views.counts(store)
        store.close()
        assert counts[Status.SENT] + counts[Status.UNSURE] == 2, trail[point - 1]
