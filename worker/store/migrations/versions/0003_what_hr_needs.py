"""Namesakes, what people were asked, late letters, calls, replies that act, promises."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from worker.store.schema import Instant

revision = "0003"
down_revision = "0002"

_ENTRY = sa.table(
    "entry",
    sa.column("id", sa.Integer),
    sa.column("name", sa.Text),
    sa.column("person", sa.Text),
    sa.column("status", sa.String),
    sa.column("why", sa.String),
    sa.column("waits", sa.JSON),
)
_PAGE = 10_000


def upgrade() -> None:
    """Apply."""
    _people()
    _asked()
    _calls_last()
    op.add_column("letter", sa.Column("after_call", sa.LargeBinary))
    op.create_table(
        "answerable",
        sa.Column("notice", sa.Integer, nullable=False),
        sa.Column("row", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["entry.id"], name=op.f("fk_answerable_notice")),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_answerable_entry")),
        sa.PrimaryKeyConstraint("notice", "row", name=op.f("pk_answerable")),
    )
    op.create_table(
        "due",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("told", sa.Integer, nullable=False, server_default="0"),
        sa.Column("told_at", Instant),
        sa.Column("closed_at", Instant),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_due_entry")),
    )
    _partial("ix_due_day", "due", "day", "closed_at IS NULL")
    op.create_index("ix_due_entry", "due", ["entry"])


def _people() -> None:
    """The folded name of every candidate, by which the same one is found again."""
    op.add_column("entry", sa.Column("person", sa.Text))
    connection, last = op.get_bind(), 0
    while True:
        page = (
            sa.select(_ENTRY.c.id, _ENTRY.c.name)
            .where(_ENTRY.c.id > last, _ENTRY.c.name.is_not(None))
            .order_by(_ENTRY.c.id)
            .limit(_PAGE)
        )
        rows = connection.execute(page).all()
        if not rows:
            break
        last = rows[-1].id
        connection.execute(
            sa.update(_ENTRY).where(_ENTRY.c.id == sa.bindparam("b_id")),
            [{"b_id": each.id, "person": _folded(each.name)} for each in rows],
        )
    op.create_index("ix_entry_person", "entry", ["person"])
    op.create_index("ix_entry_address", "entry", [sa.text("lower(email)")])
    op.create_index("ix_entry_sent_at", "entry", ["sent_at"])


def _folded(name: str) -> str:
    """As ``worker.decision.fold`` did when this was written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _asked() -> None:
    op.add_column("entry", sa.Column("asked_for", sa.String(32)))
    for name in ("call_by", "late_after", "alarmed_at"):
        op.add_column("entry", sa.Column(name, Instant))
    _partial("ix_entry_untold", "entry", "id",
             "status = 'held' AND (asked_for IS NULL OR asked_for <> why)")  # fmt: skip
    _partial("ix_entry_late", "entry", "late_after",
             "alarmed_at IS NULL AND status IN ('held', 'queued', 'sending', 'unsure', 'failed')")  # fmt: skip
    _partial("ix_entry_call_by", "entry", "call_by", "call_by IS NOT NULL")


def _calls_last() -> None:
    """Nobody is asked to call while the shadow lies over candidates; before, the call was first."""
    connection = op.get_bind()
    held = sa.select(_ENTRY.c.id, _ENTRY.c.waits).where(_ENTRY.c.status == "held")
    for row in connection.execute(held).all():
        if "call" not in row.waits[:-1]:
            continue
        waits = [*(each for each in row.waits if each != "call"), "call"]
        change = sa.update(_ENTRY).where(_ENTRY.c.id == row.id)
        connection.execute(change.values(why=waits[0], waits=waits))


def _partial(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(which),
                    postgresql_where=sa.text(which))  # fmt: skip
