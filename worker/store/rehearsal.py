"""The same database with every write undone, for saying what would happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from worker.store.engine import Store


@dataclass(frozen=True, slots=True)
class Undone:
    """Doors into one open transaction; nothing that goes in through them stays."""

    connection: Connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The open transaction."""
        yield self.connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """The same, so that what was written is seen."""
        yield self.connection


@contextmanager
def rolled_back(store: Store) -> Iterator[Undone]:
    """All that is written inside is gone afterwards; the database is locked meanwhile."""
    with store.undone() as connection:
        yield Undone(connection)
