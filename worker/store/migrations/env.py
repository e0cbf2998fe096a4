"""Alembic's entrance; ``store.upgrade`` gives it the connection. Not for the command line."""

from alembic import context

from worker.store import records  # noqa: F401 - its tables are part of the metadata
from worker.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
