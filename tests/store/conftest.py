"""One suite, two databases: every test in this folder runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fencing import Worker
from returning import Desk
from sample import open_store
from sending import Scene
from servers.postgres import postgres
from sqlalchemy import create_engine, text

from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.fence import Fence
from worker.store.upgrade import upgrade


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/followup.db"
    server: str = request.getfixturevalue("postgres_url")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    upgrade(made)
    yield made
    made.close()


@pytest.fixture
def worker(store: Store, tmp_path: Path) -> Iterator[Worker]:
    """With a fence, as the restore fence is tested."""
    made = Worker(store, Fence(tmp_path / "db.fence", lambda: 0.0))
    yield made
    made.fence.close()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Worker]:
    """The same on SQLite, whose file can be copied away and back."""
    store = open_store(tmp_path)
    made = Worker(store, Fence(tmp_path / "followup.db.fence", lambda: 0.0))
    yield made
    made.fence.close()
    store.close()


@pytest.fixture
def scene(store: Store, tmp_path: Path) -> Iterator[Scene]:
    """With a sender."""
    beside = Beside(store, tmp_path, 1, monotonic=lambda: 0.0)
    yield Scene(store, beside)
    beside.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    """Where what comes back is looked at."""
    return Desk(store)
