"""People who are asked to call: the real look at calls, with a clock that the test holds."""

import email
import email.policy
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from sample import NOW, letter, sealed
from sqlalchemy import select
from workplace import environment, settings

from worker.cli import build, channels
from worker.cli.reporting import reporting
from worker.lifecycle import Status
from worker.steps.calls import Calling, look_at_calls
from worker.store import views
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.schema import letter as letters
from worker.store.taking import Sealed

CALLER, HR = "lena@acme.example", "hr@acme.example"
PHONE = {"channel": "phone", "phone": "+34 600 000 000", "recruiter_email": CALLER}


def to_call(number: int = 1, *, confirmed: bool = False, **changed: object) -> Sealed:
    """A decision that waits for a call; ``confirmed``: with a letter for after it."""
    row = sealed(number, row=None, **{**PHONE, **changed})
    after = letter(row.decision.email, row.token).content.replace(b"Dear", b"As told, dear")
    return replace(row, status=Status.HELD, waits=("call",),
                   after_call=after if confirmed else None)  # fmt: skip


@dataclass
class Switchboard:
    """Who is asked to call, and who is told not to, at ``now``."""

    store: Store
    home: Path
    now: datetime = NOW
    hr: str = HR

    def look(self) -> None:
        look_at_calls(replace(self._calling, now=lambda: self.now))

    @cached_property
    def _calling(self) -> Calling:
        environ = environment(25, FOLLOWUP_TIMING__HOURS="mon-fri 08:00-18:00")
        environ["FOLLOWUP_COMPANY__HR_ADDRESS"] = self.hr
        given = settings(self.home, {name: text for name, text in environ.items() if text})
        rules = build.house(given)
        return channels.calling(given, self.store, rules, reporting(given, self.store, rules))

    def notices(self, kind: str) -> list[EmailMessage]:
        """Sheets (``call``), or words not to call (``call_off``)."""
        wanted = select(letters.c.content).join_from(letters, entry)
        with self.store.read() as connection:
            found = connection.execute(
                wanted.where(entry.c.decision_key.startswith(f"{kind}:")).order_by(entry.c.id)
            )
            return [email.message_from_bytes(each, policy=email.policy.default)
                    for each in found.scalars()]  # fmt: skip

    def asked(self) -> tuple[int, int]:
        """How many were asked to call, and told not to."""
        return len(self.notices("call")), len(self.notices("call_off"))

    def content(self, row: Sealed) -> bytes | None:
        """The bytes that would go."""
        return views.find(self.store, row.token).content
