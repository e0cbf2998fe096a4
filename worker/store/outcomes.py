"""What became of the last letters, for the breaker; written in the transaction of the settle.

The rows begin with the first letter that was refused and hold the last 20 from there. While all
goes well there are none, and a letter that is taken costs no write here.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from worker.address import domain_of
from worker.lifecycle import Kind, Transition
from worker.policy.breaker import WINDOW, Outcome, why_open
from worker.store import pauses
from worker.store.records import outcome
from worker.store.schema import entry

_MEND = (
    "look at the last replies (followup list --status failed); mend what they say, then"
    " followup resume, and followup resend ENTRY for each that was refused without fault of its own"
)

_TAKEN, _REFUSED = "sent", "refused"


def weigh(connection: Connection, entry_id: int, change: Transition, now: datetime) -> None:
    """Remember what became of a letter, and stop sending when too many are refused."""
    if change.event not in {_TAKEN, _REFUSED}:
        return
    last = _last(connection)
    if change.event == _TAKEN and not last:
        return
    kind, email = connection.execute(
        select(entry.c.kind, entry.c.email).where(entry.c.id == entry_id)
    ).one()
    if kind != Kind.LETTER:
        return
    _remember(connection, Outcome(
        at=now, domain=domain_of(email), about=change.detail.get("about", ""),
        reply=change.last_reply if change.event == _REFUSED else None,
    ), last)  # fmt: skip


def _last(connection: Connection) -> list[tuple[int, Outcome]]:
    """The newest first, each with its number."""
    rows = connection.execute(select(outcome).order_by(outcome.c.id.desc()).limit(WINDOW))
    return [
        (row.id, Outcome(at=row.at, domain=row.domain, reply=row.reply, about=row.about))
        for row in rows
    ]


def _remember(connection: Connection, new: Outcome, last: list[tuple[int, Outcome]]) -> None:
    """Add it, forget what leaves the window, and all once nothing refused is left in it."""
    kept = last[: WINDOW - 1]
    outcomes = [new, *(each for _, each in kept)]
    if all(each.reply is None for each in outcomes):
        connection.execute(delete(outcome))
        return
    if len(last) == WINDOW:
        connection.execute(delete(outcome).where(outcome.c.id <= last[-1][0]))
    connection.execute(
        insert(outcome).values(at=new.at, domain=new.domain, reply=new.reply, about=new.about)
    )
    why = why_open(outcomes, new.at) if new.reply is not None else None
    if why is not None:
        made = pauses.Pause(scope=pauses.BREAKER, why=why, mend=_MEND, since=new.at, until=None)
        pauses.pause_sending(connection, made, now=new.at, by="breaker")
