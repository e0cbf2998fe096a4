"""The tables. A change here needs a migration in ``migrations/versions``; a test compares both.

``entry`` is the outbox and the queue at once: there is no second truth in memory. Letters lie in
a table of their own so that claiming reads narrow rows and old bytes can be purged.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
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
    Column("message_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("last_reply", Text),
)
Index("ix_entry_application", entry.c.application)
Index("ix_entry_person_and_job", entry.c.person_and_job)
Index("ix_entry_job_title", entry.c.job_title, entry.c.id)
Index("ix_entry_submission_row", entry.c.submission, entry.c.row)
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

#: What deciders were asked to confirm by a reply; the token itself is nowhere but in that mail.
confirmation = Table(
    "confirmation",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("submission", ForeignKey("submission.id"), nullable=False),
    Column("decider", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(64)),
)

#: DKIM signatures that were believed, and the content they were believed for.
signature = Table(
    "signature",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("content_key", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

letter = Table(
    "letter",
    metadata,
    Column("entry", ForeignKey("entry.id"), primary_key=True),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
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

#: Why sending rests, for every worker: one row a scope (``pauses``). Without ``until`` a person
#: has to end it. ``times`` counts how often it began anew since ``since``.
pause = Table(
    "pause",
    metadata,
    Column("scope", String(320), primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("mend", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("times", Integer, nullable=False),
)

#: One row: the token bucket of ``smtp.rate`` (``rate``), for every worker.
rate = Table(
    "rate",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("letters", Float, nullable=False),
    Column("at", Instant),
    Column("slowed", Float),
    Column("slowed_at", Instant),
)

#: What became of the last letters, from the first that was refused on (``outcomes``).
outcome = Table(
    "outcome",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("domain", Text, nullable=False),
    Column("reply", Text),
    Column("about", String(16), nullable=False),
)

#: What a test message showed about an account: whether a letter could be found in Sent again.
calibration = Table(
    "calibration",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("folder", Text),
    Column("message_id_survives", Boolean),
    Column("token_survives", Boolean),
    Column("sent_after", Integer),
    Column("finds_message_id", Boolean, nullable=False),
    Column("finds_token", Boolean, nullable=False),
)

#: One row: the database's name, by which a worker knows it again (``fence``).
identity = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("uuid", String(36), nullable=False),
)
