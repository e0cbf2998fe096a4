"""The search for proof with a scripted clock and a scripted Sent folder; HR's mail is a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sample import HOUR, NOW, RETRY, arrival, sealed

from worker.errors import SessionError
from worker.intake.mailbox import Copy, Searched, Wanted
from worker.letter import Letter, Mailbox, Parts, compose
from worker.lifecycle import Kind, after
from worker.render import Company, Renderer
from worker.result import Unsure
from worker.steps.report import Report, Reporting
from worker.steps.resolve import Resolver, resolve
from worker.store import outbox, taking, views
from worker.store.engine import Store
from worker.store.taking import Sealed

MINUTE = timedelta(minutes=1)
TEMPLATES = Path(__file__).parents[1] / "templates"
WRITE = Renderer([TEMPLATES], Company(name="Acme GmbH", language="en")).notice
HEADERS = ("X-Followup-Id", "Message-ID")


@dataclass
class Sent:
    """The Sent folder as a script: what lies there, and what happens when it is asked."""

    copies: dict[str, datetime | None] = field(default_factory=dict)
    trouble: SessionError | None = None
    folders: Sequence[str] = ("Sent",)
    asked: list[list[str]] = field(default_factory=list)

    def search(self, wanted: Sequence[Wanted]) -> Searched:
        self.asked.append([each.token for each in wanted])
        if self.trouble is not None:
            raise self.trouble
        found = {each.token: self.copy(each) for each in wanted if each.token in self.copies}
        return Searched(self.folders, HEADERS, found)

    def copy(self, wanted: Wanted) -> Copy:
        fields = {"x-followup-id": [wanted.token], "to": [f"Ana <{wanted.recipient}>"]}
        return Copy("Sent", 7, self.copies[wanted.token], fields)


class Desk:
    """A store with unsure letters, a Sent folder, a clock, and what HR was told."""

    def __init__(self, store: Store, **changed: object) -> None:
        self.store, self.sent, self.clock = store, Sent(), NOW
        self.resolver = self.started(**changed)

    def started(self, **changed: object) -> Resolver:
        given: dict[str, object] = {
            "store": self.store, "search": self.sent.search, "place": "hr at imap.acme.example",
            "reporting": Reporting(store=self.store, seal=self.seal, now=lambda: self.clock),
            "now": lambda: self.clock, "tell": lambda *_, **__: None,
        }  # fmt: skip
        return Resolver(**(given | changed))  # type: ignore[arg-type]

    def seal(self, told: Report) -> Letter | None:
        subject = " ".join(WRITE(f"{told.template}/subject.txt", told.values).split())
        text = WRITE(f"{told.template}/body.txt", told.values)
        parts = Parts(sender=Mailbox("talent@acme.example"), recipient=Mailbox("hr@acme.example"),
                      subject=subject, text=text)  # fmt: skip
        return compose(parts, f"{len(self.notices()):020x}", self.clock)

    def unsure(self, *rows: Sealed, name: str = "s1") -> list[str]:
        """Letters whose answer was lost; the dot of each was right now."""
        made = arrival(self.store, name)
        verdicts = taking.put(self.store, made, rows or [sealed(1)], NOW, hold_changed=True)
        until = self.clock + HOUR
        for each in outbox.claim(self.store, "w1", self.clock, until, limit=50):
            assert outbox.dot_pending(self.store, each, self.clock, until)
            change = after(each.attempt, Unsure("closed"), self.clock, RETRY)
            assert outbox.settle(self.store, each, change, self.clock, {})
        return [each.token for each in verdicts]

    def look(self, *, after: timedelta = timedelta(0)) -> None:
        self.clock = NOW + after
        assert resolve(self.resolver) is False

    def pass_time(self, until: timedelta, every: timedelta = 30 * timedelta(seconds=1)) -> None:
        """As the loop does: again and again."""
        while self.clock < NOW + until:
            self.look(after=self.clock + every - NOW)

    def status(self, token: str) -> str:
        return str(views.find(self.store, token).fields["status"])

    def notices(self) -> list[str]:
        """The text of each notice to HR."""
        found = views.entries(self.store, views.Asked(kind=Kind.NOTICE))
        contents = [views.find(self.store, str(each["entry"])).content for each in found]
        return [(each or b"").decode().replace("=\r\n", "") for each in contents]

    def lines(self, event: str) -> list[Mapping[str, object]]:
        return [each for each in views.journal_lines(self.store) if each["event"] == event]
