"""Whether a good signature still proves anything: by its age, and by what came before with it.

The signature itself was checked where the mail was opened, apart from clock and database; this is
the rest of the proof. A mail that fails here is as unproved as one that was never signed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from worker.intake.dkimproof import Seal, stale
from worker.intake.mailform import content_key
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.store.engine import Store
from worker.store.signatures import is_replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Believing:
    """Where signatures are remembered, and what time it is."""

    store: Store
    now: Callable[[], datetime]


def believed(opened: Opened, raw: bytes, into: Believing) -> Opened:
    """The same mail, unproved where its signature is too old or a copy of an earlier one."""
    if isinstance(opened.proof, Unproved) or opened.proof.seal is None:
        return opened
    doubt = _doubt(opened.proof.seal, raw, into)
    return replace(opened, proof=Unproved(doubt)) if doubt else opened


def _doubt(seal: Seal, raw: bytes, into: Believing) -> str:
    now = into.now()
    too_old = stale(seal, now)
    if too_old:
        return too_old
    if is_replay(into.store, seal.marks, content_key(raw), now):
        return "the same DKIM signature or Message-ID came before with another content"
    return ""
