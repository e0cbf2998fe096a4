"""One suite, two databases: every test in this folder runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import blank
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


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)]


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/followup.db"
        return
    with database(request.getfixturevalue("postgres_url")) as made:
        yield made


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all its tables, and nothing in them."""
    if request.param == "sqlite":
        blank.lay(tmp_path / "followup.db")
        yield f"sqlite:///{tmp_path}/followup.db"
        return
    server: str = request.getfixturevalue("postgres_url")
    request.getfixturevalue("postgres_tables")
    with database(server, "TEMPLATE tables") as made:
        yield made


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[None]:
    """What the databases of tests are copied from."""
    with database(postgres_url, name="tables") as made:
        store = Store(made)
        upgrade(store)
        store.close()
        yield


@contextmanager
def database(server: str, options: str = "", *, name: str = "test") -> Iterator[str]:
    """A new database of the server, dropped afterwards."""
    run_sql(server, f"CREATE DATABASE {name} {options}")
    try:
        yield server.rpartition("/")[0] + f"/{name}"
    finally:
        run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    upgrade(made)  # nothing is missing, and it says so
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
