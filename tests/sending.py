"""A sender whose mail server and clock the test holds; everything else is real."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sample import HOUR, NOW, RETRY, arrival
from sqlalchemy import select

from worker.calendars import Calendars
from worker.decision import Outcome
from worker.letter import Letter
from worker.policy.calendar import BusinessDays
from worker.policy.timing import ALWAYS, Hours, Timing, parse_hours
from worker.result import Accepted, NotTried, Reply, Rest, Result
from worker.steps import act as acts
from worker.steps.act import Acting
from worker.steps.report import Report
from worker.steps.resting import Resting
from worker.steps.send import Sender, send_one
from worker.steps.settle import Settling
from worker.store import taking, views
from worker.store.beside import Beside
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.taking import Sealed

MINUTE = timedelta(minutes=1)
OK = Accepted(Reply(250, "ok"))
STOP = Rest(rule="about-our-sender", why="not from us", mend="look", waits=(15 * MINUTE, HOUR))
US = NotTried("rcpt: 550 5.7.1 sender", STOP, STOP.rule, past_mail=True)
OFFICE = parse_hours("mon-fri 08:00-18:00")
#: The hours of a Monday, in UTC.
NIGHT, MORNING = NOW.replace(hour=22), NOW.replace(hour=8) + timedelta(days=1)


@dataclass
class Line:
    """The mail server: ``says`` answers for a recipient, and everything else is taken."""

    says: dict[str, list[Result]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    is_open: bool = True
    tls: str = ""

    def send(self, letter: Letter, may_send_dot: Callable[[], bool]) -> Result:
        if waiting := self.says.get(letter.recipient):
            return waiting.pop(0)
        if not may_send_dot():
            return NotTried("taken back before the final dot")
        self.taken.append(letter.recipient)
        return OK

    def close(self) -> None:
        """Nothing to leave."""


@dataclass
class Scene:
    """A sender, its server, and a clock that only the test moves."""

    store: Store
    beside: Beside
    line: Line = field(default_factory=Line)
    now: datetime = NOW
    opening: Callable[[], None] = lambda: None
    hours: bool = False
    holidays: tuple[str | date, ...] | None = ()
    told: list[Report] = field(default_factory=list)
    deaf: bool = False
    live: frozenset[Outcome] | None = None

    def sender(self) -> Sender:
        hours = OFFICE if self.hours else ALWAYS
        acting = self._acting(hours)
        return Sender(
            store=self.store, opens=self._open, retry=RETRY, answer_timeout=MINUTE, pause=MINUTE,
            lease=lambda: "w1", now=lambda: self.now, tell=lambda *_, **__: None,
            settling=Settling(store=self.store, beside=self.beside, wait=lambda _: False,
                              tell=lambda *_, **__: None, complain=lambda *_, **__: None),
            resting=self.resting(), hours=lambda stored, at: acts.in_hours(acting, stored, at),
            live=self.live,
        )  # fmt: skip

    def resting(self) -> Resting:
        return Resting(store=self.store, limit=None, zone="UTC", report=self._report,
                       tell=lambda *_, **__: None)  # fmt: skip

    def _report(self, report: Report) -> bool:
        if self.deaf:
            return False
        self.told.append(report)
        return True

    def _open(self) -> Line:
        self.opening()
        return self.line

    def put(self, *rows: Sealed, name: str = "s1") -> None:
        taking.put(self.store, arrival(self.store, name), rows, NOW, hold_changed=True)

    def work(self) -> None:
        sender = self.sender()
        while send_one(sender):
            pass

    def found(self, row: Sealed) -> dict[str, object]:
        return dict(views.find(self.store, row.token).fields)

    def act(self, row: Sealed, verb: str) -> None:
        acts.act(self._acting(OFFICE), row.token, verb, by="dana", now=self.now)

    def _acting(self, hours: Hours) -> Acting:
        timings = {each: Timing(timedelta(0), hours, BusinessDays(3)) for each in Outcome}
        return Acting(self.store, timings, Calendars(ZoneInfo("UTC"), listed=self.holidays))

    def due(self, row: Sealed) -> datetime | None:
        with self.store.read() as connection:
            wanted = select(entry.c.not_before).where(entry.c.token == row.token)
            return connection.execute(wanted).scalar()

    def events(self, row: Sealed) -> list[object]:
        number = views.find(self.store, row.token).id
        return [line["event"] for line in views.journal_lines(self.store, number)]
