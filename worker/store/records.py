"""The tables beside the outbox: what people were asked, promises, pauses, the pace, proofs.

A change here needs a migration, as in ``schema``, on whose ``metadata`` they stand.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from worker.store.schema import Instant, metadata

#: What a reply to a notice acts on: the notice's Message-ID is known to nobody but its reader.
answerable = Table(
    "answerable",
    metadata,
    Column("notice", ForeignKey("entry.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("entry", ForeignKey("entry.id"), nullable=False),
)

#: What was promised to a candidate, or is owed by law, by which day. ``told`` is the last stage
#: of it that people heard (``policy.promises``).
due = Table(
    "due",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("told", Integer, nullable=False, server_default=text("0")),
    Column("told_at", Instant),
    Column("closed_at", Instant),
)
_OPEN = "closed_at IS NULL"
Index("ix_due_day", due.c.day, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN))
Index("ix_due_entry", due.c.entry)

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
