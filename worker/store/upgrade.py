"""Bringing the database to this version's tables, at start, one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, text

from worker.errors import StoreError
from worker.store.engine import Store, locked

#: The newest migration; a test holds it to the folder.
HEAD = "0003"
MIGRATIONS = Path(__file__).parent / "migrations"

#: Any number, the same for every worker on one PostgreSQL.
_ADVISORY = 0x666F6C6C


def upgrade(store: Store) -> None:
    """Apply what is missing; nothing, and quickly, when nothing is.

    Raises ``StoreError`` for a database that a newer followup made.
    """
    if _version(store) == HEAD:
        return
    with _alone(store):
        if _version(store) != HEAD:
            _migrate(store)


def _version(store: Store) -> str | None:
    with store.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found > HEAD:
        raise StoreError(
            f"the database is at version {found}, this followup knows {HEAD}: run the newer"
            " followup, or point store.url at another database"
        )
    return found


def _migrate(store: Store) -> None:
    # Alembic takes a third of a second to load, and most starts have nothing to apply.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    path = store.lock_path("upgrade")
    if path is not None:
        with locked(path, wait=True):
            yield
        return
    with store.read() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:it)"), {"it": _ADVISORY})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:it)"), {"it": _ADVISORY})
