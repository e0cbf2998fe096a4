"""What waits for a second person whom nobody has asked yet, and the mails that ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.letter import Letter
from worker.policy.guards import Why
from worker.store import asked, reports
from worker.store.asked import Untold
from worker.store.engine import Store, one_at_a_time

#: What a second person lets go.
FOR_APPROVAL = (Why.BATCH, Why.APPROVAL)


@dataclass(frozen=True, slots=True)
class Request:
    """A sealed mail that asks, and the entries it asks about, by their rows."""

    notice: Letter
    rows: Mapping[int, str]


def due(store: Store, limit: int) -> list[Untold]:
    """What nobody was asked about, the oldest first."""
    with store.read() as connection:
        return asked.untold(connection, FOR_APPROVAL, limit)


def ask(store: Store, about: Sequence[Untold], requests: Sequence[Request], now: datetime) -> bool:
    """Queue the mails about these, each asked about once; False when somebody was first.

    Without ``requests`` there is nobody to ask, and they count as asked about.
    """
    ids = [each.id for each in about]
    with store.write() as connection:
        one_at_a_time(connection)
        told = [each for why in FOR_APPROVAL for each in asked.told(connection, ids, why)]
        if not told:
            return False
        for each in requests:
            reports.put(connection, f"approval:{each.notice.token}", each.notice, now,
                        answerable=each.rows)  # fmt: skip
    return True
