"""The sealed letters: stored once, read by ``outbox`` when an entry is claimed, never changed."""

from sqlalchemy import Connection, insert

from worker.letter import Letter
from worker.store.schema import letter


def keep(connection: Connection, entry_id: int, sealed: Letter) -> None:
    """Store the bytes that will be sent, and nothing else ever."""
    connection.execute(
        insert(letter).values(entry=entry_id, sender=sealed.sender,
                              recipient=sealed.recipient, content=sealed.content)
    )  # fmt: skip
