"""A judged row on its way into the outbox, and what became of it: the values of ``taking``."""

from dataclasses import dataclass
from datetime import datetime

from worker.decision import Decision
from worker.letter import Letter
from worker.lifecycle import Status
from worker.policy.promises import Due

#: What a row can become beside a status of its entry.
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A judged row: its decision and, unless nothing is to be mailed, its sealed letter.

    ``after_call``: the bytes that go instead of it once the candidate was told by phone.
    """

    row: int
    token: str
    decision: Decision
    status: Status
    letter: Letter | None = None
    after_call: bytes | None = None
    waits: tuple[str, ...] = ()
    note: str | None = None
    not_before: datetime | None = None
    late_after: datetime | None = None
    dues: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a row: a status of its entry, or ``DUPLICATE`` of the entry ``token``."""

    row: int
    status: str
    token: str
    note: str | None = None
