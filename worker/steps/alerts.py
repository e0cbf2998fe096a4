"""What the server of the mailbox wants people to read: ALERT (RFC 9051 7.1), passed on.

Such a text speaks of a full mailbox, a password that ends, a shutdown. Each is logged once a run
in its own words, with addresses masked; the first of a day is mailed to HR as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from worker.steps.report import Report, Reporting, report

#: Texts that are remembered; a server may put the time into each.
_MOST = 100


@dataclass(slots=True, kw_only=True)
class Alerts:
    """Called with each text, as often as it is met."""

    reporting: Reporting
    tell: Callable[..., None]
    now: Callable[[], datetime]
    heard: set[str] = field(default_factory=set)

    def __call__(self, text: str) -> None:
        """Pass it on, unless this run did."""
        if text in self.heard:
            return
        if len(self.heard) >= _MOST:
            self.heard.clear()
        self.tell("mailbox_alert", why=text)
        key = f"alert:{self.now():%Y-%m-%d}"
        report(self.reporting, Report(key=key, template="alert", values={"text": text}))
        self.heard.add(text)
