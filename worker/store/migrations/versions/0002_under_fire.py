"""Returns, proof, pauses of every kind, the rate, and what the worker itself reports."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from worker.store.reports import WORKER
from worker.store.schema import Instant

revision = "0002"
down_revision = "0001"

_SUBMISSION = sa.table(
    "submission",
    sa.column("id", sa.String),
    sa.column("source", sa.String),
    sa.column("name", sa.Text),
    sa.column("state", sa.String),
    sa.column("received_at", Instant),
)


def upgrade() -> None:
    """Apply."""
    op.execute(
        _SUBMISSION.insert().values(
            id=WORKER, source=WORKER, name="what the worker itself reports", state="taken",
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
