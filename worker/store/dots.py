"""Whether a final dot of an entry was out: only then can a proof, or what came back, be about it.

The claim of the next try empties ``entry.dot_at``, but what the server took in an earlier one may
still be on its way. The journal keeps every dot; those before a ``resend`` are of a letter that a
person has dealt with. So whoever deletes old lines of it leaves the dots of what may still go.
"""

from sqlalchemy import ColumnElement, func, or_, select

from worker.store.schema import entry, journal

_THIS = journal.c.entry == entry.c.id

_RESENT = (
    select(func.coalesce(func.max(journal.c.id), 0))
    .where(_THIS, journal.c.event == "resend")
    .correlate(entry)
    .scalar_subquery()
)

_LINES = (
    select(journal.c.id)
    .where(_THIS, journal.c.event == "dot_pending", journal.c.id > _RESENT)
    .correlate(entry)
)


def was_out() -> ColumnElement[bool]:
    """A dot was allowed in this try, or in one before it."""
    return or_(entry.c.dot_at.is_not(None), _LINES.exists())


def was_out_under(lease: str) -> ColumnElement[bool]:
    """A dot was allowed in the very try that had this lease."""
    return _LINES.where(journal.c.worker == lease).exists()
