"""The journal: append-only, written in the transaction of the change it tells.

It is the log of delivery, so it holds times, events, statuses, the server's answer, the
connection's TLS and the worker; never a subject, a body or an address.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from worker.store.schema import journal


def write(  # noqa: PLR0913 - a line has these columns, all but three by keyword
    connection: Connection,
    at: datetime,
    event: str,
    *,
    entry: int | None = None,
    submission: str | None = None,
    status: str | None = None,
    worker: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one line."""
    line = {"at": at, "event": event, "entry": entry, "submission": submission, "status": status,
            "worker": worker, "detail": dict(detail or {})}  # fmt: skip
    connection.execute(journal.insert().values(line))
