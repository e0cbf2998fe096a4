"""The sealed letters: stored once, read by ``outbox`` when an entry is claimed, never changed.

A decision that is told by phone may have two, sealed at the same moment under one Message-ID: the
letter that goes when nobody calls, and the one that confirms the call. Only ever one of them goes.
"""

from sqlalchemy import ColumnElement, Connection, insert, select, update

from worker.letter import Letter
from worker.store.schema import entry, letter


def keep(
    connection: Connection, entry_id: int, sealed: Letter, after_call: bytes | None = None
) -> None:
    """Store the bytes that will be sent, and nothing else ever."""
    connection.execute(
        insert(letter).values(entry=entry_id, sender=sealed.sender, recipient=sealed.recipient,
                              content=sealed.content, after_call=after_call)
    )  # fmt: skip


def has_after_call() -> ColumnElement[bool]:
    """Whether a letter was sealed that confirms the call."""
    kept = select(letter.c.entry).where(
        letter.c.entry == entry.c.id, letter.c.after_call.is_not(None)
    )
    return kept.exists()


def write_instead(connection: Connection, entry_id: int) -> None:
    """The candidate was called: the letter that confirms it takes the place of the other."""
    connection.execute(
        update(letter)
        .where(letter.c.entry == entry_id, letter.c.after_call.is_not(None))
        .values(content=letter.c.after_call, after_call=None)
    )
