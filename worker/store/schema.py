"""The tables. A change here needs a migration in ``migrations/versions``; a test compares both.

``entry`` is the outbox and the queue at once: there is no second truth in memory. Letters lie in
a table of their own so that claiming reads narrow rows and old bytes can be purged.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no zone, so moments go in as UTC and come out as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without its zone for SQLite."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


#: One file or mail that carried decisions. ``content_key`` makes the same mail one submission,
#: however often it is moved or delivered; files have none, a file dropped again is a new one.
submission = Table(
    "submission",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("content_key", String(64), unique=True),
    Column("state", String(16), nullable=False),
    Column("decided_by", Text),
    Column("received_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("counts", JSON),
    Column("problem", Text),
)

#: Where a mail was seen (RFC 9051 2.3.1.1): the ledger that makes a second look a no-op.
seen = Table(
    "seen",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("folder", String(255), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("submission", ForeignKey("submission.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("decision_key", String(160), nullable=False, unique=True),
    Column("application", Text),
    Column("person_and_job", Text),
    Column("stage", Text),
    Column("substance", String(64)),
    Column("manner", String(64)),
    Column("superseded_by", String(32)),
    Column("held_by", String(64)),
    Column("submission", ForeignKey("submission.id"), nullable=False),
    Column("row", Integer),
    Column("outcome", String(16)),
    Column("email", Text, nullable=False),
    Column("name", Text),
    Column("person", Text),
    Column("job_title", Text),
    Column("language", Text),
    Column("decided_by", Text),
    Column("decision", JSON),
    Column("taken_as", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("why", String(32)),
    Column("waits", JSON, nullable=False),
    Column("not_before", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_try_at", Instant),
    Column("lease", String(64)),
    Column("lease_until", Instant),
    Column("dot_at", Instant),
    # How often and when a copy of an unsure letter was looked for, and when HR was told of it.
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("looked_at", Instant),
    Column("told_at", Instant),
    # For what it is held that the people concerned were told of, and until when a call may wait.
    Column("asked_for", String(32)),
    Column("call_by", Instant),
    # When HR is alarmed that it has not been sent, and when that was done.
    Column("late_after", Instant),
    Column("alarmed_at", Instant),
    Column("message_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("last_reply", Text),
)
Index("ix_entry_application", entry.c.application)
Index("ix_entry_person_and_job", entry.c.person_and_job)
Index("ix_entry_job_title", entry.c.job_title, entry.c.id)
Index("ix_entry_submission_row", entry.c.submission, entry.c.row)
# Namesakes: the same person, by the folded name or by the address.
Index("ix_entry_person", entry.c.person)
Index("ix_entry_address", func.lower(entry.c.email))
Index("ix_entry_sent_at", entry.c.sent_at)
# The claim costs the same however many entries were sent: it reads only what is queued.
Index(
    "ix_entry_due",
    entry.c.not_before,
    entry.c.id,
    sqlite_where=text("status = 'queued'"),
    postgresql_where=text("status = 'queued'"),
)
Index(
    "ix_entry_leased",
    entry.c.lease_until,
    sqlite_where=text("status = 'sending'"),
    postgresql_where=text("status = 'sending'"),
)
Index(
    "ix_entry_unsure",
    entry.c.id,
    sqlite_where=text("status = 'unsure'"),
    postgresql_where=text("status = 'unsure'"),
)
Index(
    "ix_entry_restored",
    entry.c.id,
    sqlite_where=text("why = 'restored'"),
    postgresql_where=text("why = 'restored'"),
)
# What is held for something that nobody was told of yet, and what is late.
_UNTOLD = "status = 'held' AND (asked_for IS NULL OR asked_for <> why)"
Index("ix_entry_untold", entry.c.id, sqlite_where=text(_UNTOLD), postgresql_where=text(_UNTOLD))
NOT_ALARMED = "alarmed_at IS NULL AND status IN ('held', 'queued', 'sending', 'unsure', 'failed')"
Index(
    "ix_entry_late",
    entry.c.late_after,
    sqlite_where=text(NOT_ALARMED),
    postgresql_where=text(NOT_ALARMED),
)
# Whoever was asked to call, until they did or were told not to.
_CALLS = "call_by IS NOT NULL"
Index("ix_entry_call_by", entry.c.call_by, sqlite_where=text(_CALLS), postgresql_where=text(_CALLS))

letter = Table(
    "letter",
    metadata,
    Column("entry", ForeignKey("entry.id"), primary_key=True),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    # What goes instead once the candidate was told by phone, sealed at the same moment.
    Column("after_call", LargeBinary),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("entry", ForeignKey("entry.id")),
    Column("submission", ForeignKey("submission.id")),
    Column("event", String(32), nullable=False),
    Column("status", String(16)),
    Column("worker", Text),
    Column("detail", JSON, nullable=False),
)
Index("ix_journal_entry", journal.c.entry)
