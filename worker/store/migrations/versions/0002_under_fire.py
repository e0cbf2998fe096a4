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
    # For the names of other candidates for the same job.
    op.create_index("ix_entry_job_title", "entry", ["job_title", "id"])
    op.create_table(
        "signature",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("content_key", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    _proof()
    _fence()
    _pauses()


def _proof() -> None:
    """Looking for copies of unsure letters, and what a test message showed of an account."""
    op.add_column("entry", sa.Column("looks", sa.Integer, nullable=False, server_default="0"))
    op.add_column("entry", sa.Column("looked_at", Instant))
    op.add_column("entry", sa.Column("told_at", Instant))
    for name, which in (("unsure", "status = 'unsure'"), ("restored", "why = 'restored'")):
        op.create_index(f"ix_entry_{name}", "entry", ["id"], sqlite_where=sa.text(which),
                        postgresql_where=sa.text(which))  # fmt: skip
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("folder", sa.Text),
        sa.Column("message_id_survives", sa.Boolean),
        sa.Column("token_survives", sa.Boolean),
        sa.Column("sent_after", sa.Integer),
        sa.Column("finds_message_id", sa.Boolean, nullable=False),
        sa.Column("finds_token", sa.Boolean, nullable=False),
    )
    op.create_table(
        "confirmation",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("decider", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("used_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission"], ["submission.id"], name=op.f("fk_confirmation_submission")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_confirmation")),
    )


def _fence() -> None:
    """The database's name, by which a worker knows it again."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("uuid", sa.String(36), nullable=False),
    )


def _pauses() -> None:
    """Several pauses at once, the pace of sending, and what became of the last letters."""
    op.drop_table("pause")  # what it held was over in minutes
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(320), primary_key=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("mend", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
        sa.Column("times", sa.Integer, nullable=False),
    )
    bucket = op.create_table(
        "rate",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("letters", sa.Float, nullable=False),
        sa.Column("at", Instant),
        sa.Column("slowed", sa.Float),
        sa.Column("slowed_at", Instant),
    )
    op.execute(bucket.insert().values(id=1, letters=1.0))
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("about", sa.String(length=16), nullable=False),
    )
