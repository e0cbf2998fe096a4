"""The decision mailbox, wired: connected, looked through, waited at, and connected again."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from worker import retry
from worker.address import domain_of
from worker.cli import build, people
from worker.cli.patience import Seldom
from worker.cli.reporting import reporting
from worker.cli.takers import takers
from worker.errors import NoJail, SessionError
from worker.intake.jail import Jail, Limits
from worker.intake.mailbox import Mailbox
from worker.intake.opened import Reading
from worker.intake.proof import Means
from worker.intake.txt import look_up
from worker.settings import Settings
from worker.steps.alerts import Alerts
from worker.steps.aside import Asides, warn
from worker.steps.believe import Believing, believed
from worker.steps.inbox import Inbox, look_through
from worker.steps.judge import House
from worker.steps.mails import Mails
from worker.steps.report import Reporting
from worker.store.engine import Store

#: Seconds without the mailbox after a failure that trying again soon can't mend.
LASTING = 900.0


@dataclass(slots=True, kw_only=True)
class Mailroom:
    """One thread's connection to the mailbox, and what is done with its mail."""

    given: Settings
    inbox: Inbox
    jail: Jail
    hears: Callable[[str], None]
    stop: threading.Event
    box: Mailbox | None = field(default=None)
    _rest: float = field(default=0.0)

    def look(self) -> bool:
        """Take in all that lies there; False when the mailbox could not be reached."""
        try:
            look_through(self._opened(), self.inbox, self.stop.is_set)
        except SessionError as why:
            self._lost(why)
            return False
        except NoJail as why:
            build.tell("jail_lost", why=str(why))
            self._rest = self._poll
            return False
        if self.box is not None:
            self._pass_on(self.box.alerts())
        return True

    def look_and_wait(self) -> bool:
        """As a step of the loop: look, then wait for new mail, at the most ``mailbox.poll``."""
        if not self.look():
            self.stop.wait(self._rest)
            return False
        try:
            if self.given.mailbox.idle and self.box is not None:
                self.box.wait(self._poll, self.stop)
            else:
                self.stop.wait(self._poll)
        except SessionError as why:
            self._lost(why)
        return False

    def close(self) -> None:
        """Log out, and end the process that opens mail."""
        self.jail.close()
        self._let_go()

    @property
    def _poll(self) -> float:
        return self.given.mailbox.poll.total_seconds()

    def _let_go(self) -> None:
        box, self.box = self.box, None
        if box is not None:
            told = box.alerts()
            box.close()
            self._pass_on(told)

    def _pass_on(self, alerts: Iterable[str]) -> None:
        for text in alerts:
            self.hears(text)

    def _opened(self) -> Mailbox:
        if self.box is None:
            box = Mailbox(build.mailbox_account(self.given))
            retry.opening(box.open, self.stop)
            self.box = box
        return self.box

    def _lost(self, why: SessionError) -> None:
        """Let go of the connection; the next look makes a new one."""
        build.tell("mailbox_lost", stage=why.stage, why=str(why))
        self._let_go()
        self._rest = LASTING if why.lasting else self._poll


def mailroom(given: Settings, store: Store, rules: House, stop: threading.Event) -> Mailroom:
    """Wire it from the settings."""
    reports = reporting(given, store, rules)
    jail = Jail(_reading(given, rules), build.sheet_rules(given), _limits(given))
    inbox = Inbox(
        mails=_mails(given, store, rules, jail=jail, reports=reports),
        done_folder=given.mailbox.done_folder,
        problem_folder=given.mailbox.problem_folder,
        crashed=build.tell_crash,
    )
    hears = Alerts(reporting=reports, tell=build.tell, now=build.now)
    return Mailroom(given=given, inbox=inbox, jail=jail, hears=hears, stop=stop)


def _mails(given: Settings, store: Store, rules: House, *, jail: Jail, reports: Reporting) -> Mails:
    believing = Believing(store=store, now=build.now)
    asides = Asides(deciders=people.deciders(given), reporting=reports, now=build.now,
                    folder=given.mailbox.problem_folder)  # fmt: skip
    return Mails(
        store=store,
        opens=lambda raw, arrived_at: believed(jail.open_mail(raw), raw, arrived_at, believing),
        takers=takers(given, store, rules, jail=jail, reports=reports, asides=asides),
        warns=partial(warn, into=asides),
        new_id=build.new_token,
        now=build.now,
        tell=build.tell,
        complain=Seldom(build.tell, time.monotonic),
    )


def _reading(given: Settings, rules: House) -> Reading:
    """How mail is read. One address may be the mailbox's and a decider's, or HR's; what we write
    ourselves is known by its X-Followup-Id as well.
    """
    ours = {given.smtp.sender_address.casefold(), (given.mailbox.username or "").casefold()}
    known = people.deciders(given).keys() | {(given.company.hr_address or "").casefold()}
    return Reading(
        words=rules.words,
        own=frozenset(ours - known),
        means=_means(given),
    )


def _means(given: Settings) -> Means:
    """How senders are proved; who decides, or replies, from inside has a domain of these."""
    return Means(
        method=given.mailbox.proof,
        authserv_id=given.mailbox.authserv_id,
        domains=frozenset(domain_of(each) for each in _senders(given)),
        txt=look_up,
    )


def _senders(given: Settings) -> list[str]:
    """Whose mail may act: the deciders', and HR's replies to notices."""
    hr = given.company.hr_address
    return [*(each.address for each in given.deciders), *([hr] if hr else [])]


def _limits(given: Settings) -> Limits:
    """Opening a mail takes some twelve times its size in memory."""
    least = Limits()
    return replace(least, memory=max(least.memory, 20 * given.mailbox.max_bytes))
