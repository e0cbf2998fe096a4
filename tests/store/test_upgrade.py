"""The tables come from migrations, and migrations make exactly the tables of the schema."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sample import NOW
from sqlalchemy import text

from worker.errors import StoreError
from worker.store import views
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


_SUBMISSION = text(
    "INSERT INTO submission (id, source, name, state, received_at)"
    " VALUES ('s1', 'csv', 'old.csv', 'taken', :now)"
)
_CALL = text(
    "INSERT INTO entry (token, kind, decision_key, submission, email, taken_as, status, why, waits,"
    " created_at, not_before) VALUES ('e1', 'letter', 'e1', 's1', 'ana@candidates.example', 'held',"
    """ 'held', 'call', '["call", "shadow"]', :now, :now)"""
)


def test_a_call_of_an_older_database_waits_for_the_shadow_first(empty_url: str) -> None:
    """There the call was asked for first, and a letter for which nobody calls goes by itself."""
    store, config = Store(empty_url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    with store.write() as connection:
        for each in (_SUBMISSION, _CALL):
            connection.execute(each, {"now": NOW.replace(tzinfo=None).isoformat(" ")})
    upgrade(store)
    assert views.find(store, "e1").fields["why"] == "shadow"
    assert views.find(store, "e1").fields["waits"] == ["shadow", "call"]
    store.close()
