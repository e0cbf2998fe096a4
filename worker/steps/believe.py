"""Whether a good signature still proves anything: by its age, and by what came before with it.

The signature itself was checked where the mail was opened, apart from clock and database; this is
the rest of the proof. A mail that fails here is as unproved as one that was never signed.

A signature is held against the moment the mail arrived, which the server of the mailbox wrote down
(INTERNALDATE, RFC 9051 2.3.3), so that mail which came in time counts after days of downtime. That
is safe, because whoever sends has no say in it: a copy that is delivered later arrived later, and
is too old. MOVE and COPY keep the moment (RFC 3501 6.4.7), so a mail that a person moves back is as
old as it was; only who may log in to the mailbox can store a mail with another one (APPEND), and
some programs that fetch mail for it take the Date for it, which is signed. Therefore it counts for
``LONGEST_LYING`` at the most, and what was believed is remembered for longer than that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.intake.dkimproof import SLOP, Seal, stale
from worker.intake.mailform import content_key
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.store.engine import Store
from worker.store.signatures import is_replay

#: For so long a mail may lie in the mailbox; one that lies there for longer is held against now.
#: With ``LONGEST_AGE`` on top it is less than ``signatures.KEPT``, so that no replay is missed.
LONGEST_LYING = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Believing:
    """Where signatures are remembered, and what time it is."""

    store: Store
    now: Callable[[], datetime]


def believed(opened: Opened, raw: bytes, arrived_at: datetime | None, into: Believing) -> Opened:
    """The same mail, unproved where its signature was too old or is a copy of an earlier one."""
    if isinstance(opened.proof, Unproved) or opened.proof.seal is None:
        return opened
    doubt = _doubt(opened.proof.seal, raw, arrived_at, into)
    return replace(opened, proof=Unproved(doubt)) if doubt else opened


def _doubt(seal: Seal, raw: bytes, arrived_at: datetime | None, into: Believing) -> str:
    now = into.now()
    too_old = stale(seal, _moment(arrived_at, now, seal.signed_at))
    if too_old:
        return too_old
    if is_replay(into.store, seal.marks, content_key(raw), now):
        return "the same DKIM signature or Message-ID came before with another content"
    return ""


def _moment(arrived_at: datetime | None, now: datetime, signed_at: datetime) -> datetime:
    """When the mail came, where the server says it and it can be: not before it was signed."""
    earliest = max(now - LONGEST_LYING, signed_at - SLOP)
    if arrived_at is None or not earliest <= arrived_at <= now:
        return now
    return arrived_at
