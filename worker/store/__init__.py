"""The database: decisions, sealed letters, the outbox, the journal.

The only user of SQLAlchemy and Alembic. ``schema`` holds the tables, ``engine`` opens them,
``taking`` puts decisions in, ``outbox`` claims and settles, ``journal`` is written in the same
transaction as every change, ``views`` only reads. SQLite and PostgreSQL run the same statements;
one suite in ``tests/store`` holds them to it.
"""
