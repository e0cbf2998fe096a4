"""Opening the database, durable by default, and the two doors to it: ``read`` and ``write``.

SQLite before 3.51.3 (backports 3.50.7 and 3.44.6) can lose an acknowledged commit in WAL mode
(sqlite.org/wal.html#the_wal_reset_bug), and a lost ``sent`` is a second letter. So the journal
mode follows the version at hand: WAL with FULL where that is fixed, else DELETE with EXTRA.
What can go wrong: a file that can't be opened or written, another worker on the same SQLite
file, a database newer than this program. Each is a ``StoreError`` that says what to do.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InternalError, OperationalError

from worker.errors import StoreAway, StoreError
from worker.store import disk

#: How long a writer waits for another process's lock, in seconds.
BUSY = 30

#: Any number, the same for every worker on one PostgreSQL.
_TAKING = 0x74616B65

#: PostgreSQL's read_only_sql_transaction: a standby, or a primary that was made one.
_READ_ONLY = "25006"

_BACKPORTS = ((3, 50, 7), (3, 44, 6))

Checkpoint = Callable[[str], None]


def pass_by(_: str) -> None:
    """The checkpoint of every day: nothing. Tests pass one that kills the process."""


def sqlite_mode(version: tuple[int, int, int]) -> tuple[str, str]:
    """The journal mode and the synchronous level that never lose an acknowledged commit."""
    fixed = version >= (3, 51, 3) or any(
        version[:2] == backport[:2] and version >= backport for backport in _BACKPORTS
    )
    return ("WAL", "FULL") if fixed else ("DELETE", "EXTRA")


class Doors(Protocol):
    """The two ways to the database; what only takes decisions in needs no more of a store."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for looking."""

    def write(self) -> AbstractContextManager[Connection]:
        """One transaction."""


class Store:
    """The open database. Threads share it; each ``write`` is one transaction, durably committed.

    ``checkpoint`` is told before and after every commit. ``network_disk`` lets an SQLite file lie
    on a disk that other hosts may write too.
    """

    def __init__(
        self, url: str, checkpoint: Checkpoint = pass_by, *, network_disk: bool = False
    ) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._checkpoint = checkpoint
        # SQLite has one writer anyway; a fair lock in here beats its sleeping and retrying.
        self._writer: AbstractContextManager[object] = nullcontext()
        if self.is_sqlite:
            path = _make_folder(self.url.database)
            if not network_disk:
                disk.refuse_network(path, disk.under(path))
            self._writer = threading.Lock()
        self._reading = _engine(url, autocommit=True)
        self._writing = _engine(url, autocommit=False)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; it is on disk when the block ends without an error."""
        with (
            self._writer, _away(), self._writing.connect() as connection,
            connection.begin() as current,
        ):  # fmt: skip
            yield connection
            self._checkpoint("commit:before")
            current.commit()
            self._checkpoint("commit:after")

    @contextmanager
    def undone(self) -> Iterator[Connection]:
        """One transaction that is rolled back, for saying what would happen."""
        with self._writer, _away(), self._writing.connect() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking; each statement sees what is committed."""
        with _away(), self._reading.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back to the system."""
        self._reading.dispose()
        self._writing.dispose()

    @property
    def path(self) -> Path | None:
        """The SQLite file itself, behind all links; None for a server."""
        return Path(os.path.realpath(str(self.url.database))) if self.is_sqlite else None

    def shortage(self) -> str | None:
        """Why the disk has no room for sending; None when it has, or is not ours to look at."""
        return disk.shortage(self.path) if self.path else None

    def lock_path(self, what: str) -> Path | None:
        """The lock file beside an SQLite database; None for a server, which has its own locks."""
        return Path(f"{self.path}.{what}") if self.path else None

    @contextmanager
    def sole_worker(self) -> Iterator[None]:
        """Hold the place of the one worker on an SQLite file.

        Raises ``StoreError`` when another process holds it. PostgreSQL takes many workers.
        """
        path = self.lock_path("worker")
        if path is None:
            yield
            return
        with locked(path, wait=False):
            yield


@contextmanager
def _away() -> Iterator[None]:
    """Disk full, locked for too long, connection lost, read-only: told as ``StoreAway``."""
    try:
        yield
    except (OperationalError, InternalError) as why:
        if isinstance(why, InternalError) and getattr(why.orig, "sqlstate", None) != _READ_ONLY:
            raise
        raise StoreAway(
            f"the database can't be used now ({why.orig}); see store.url, the disk's free space,"
            " and who else holds it"
        ) from why


def one_at_a_time(connection: Connection) -> None:
    """Until the end of this transaction nobody else takes decisions in, or lets one go.

    Two workers must not weigh two decisions about one application at the same moment, and whoever
    changes several entries would wait for whoever goes through them the other way. SQLite has one
    writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TAKING})")


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold an exclusive lock on a file; the system frees it when the process dies."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise StoreError(
                f"another worker already runs on {path.with_suffix('')}: an SQLite database takes"
                " one. Stop the other one, or use PostgreSQL (store.url) for several."
            ) from None
        yield


def _make_folder(database: str | None) -> Path:
    if not database or database == ":memory:":
        raise StoreError("store.url: SQLite needs a file, such as sqlite:///var/followup.db")
    path = Path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as why:
        raise StoreError(
            f"store.url: {path} can't be written ({why.strerror}); mend its folder's permissions"
        ) from why
    return path


def _engine(url: str, *, autocommit: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        level = "AUTOCOMMIT" if autocommit else "READ COMMITTED"
        return create_engine(url, pool_pre_ping=True, isolation_level=level, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY}, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    if not autocommit:
        # At once a writer: a reader that turns writer fails with BUSY_SNAPSHOT without waiting.
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing on its own
    mode, synchronous = sqlite_mode(sqlite3.sqlite_version_info)
    for pragma in (
        f"journal_mode = {mode}",
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def reachable(store: Store) -> str:
    """What answers, for ``check``. Raises ``StoreError`` when nothing does."""
    try:
        with store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except StoreAway as why:
        raise StoreError(f"the database does not answer; see store.url ({why})") from why
    if not store.is_sqlite:
        return "PostgreSQL"
    mode, synchronous = sqlite_mode(sqlite3.sqlite_version_info)
    return f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous {synchronous}"
