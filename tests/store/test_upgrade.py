"""The tables come from migrations, and migrations make exactly the tables of the schema."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from worker.errors import StoreError
from worker.store.engine import Store
from worker.store.schema import metadata
from worker.store.upgrade import HEAD, MIGRATIONS, upgrade


# SQLAlchemy can't read back an index over lower(email), and says so.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
@pytest.mark.filterwarnings("ignore:autogenerate skipping")
def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_head_is_the_newest_migration() -> None:
    assert max(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py")) == HEAD


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    upgrade(store)


def test_workers_that_start_at_once_upgrade_one_after_the_other(empty_url: str) -> None:
    stores = [Store(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, stores))
    for each in stores:
        each.close()


def test_a_database_of_a_newer_followup_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer followup"):
        upgrade(store)
