"""The scene of a fault in the mailbox: a worker's home, and a session that others meddle with."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import with_mailbox

from faults.copies import received
from faults.oracle import Figures
from faults.scene import Scene, addresses
from worker.cli import build
from worker.cli.mailroom import Mailroom
from worker.intake.mailbox import Gone, Mailbox, MailRef, Refused, TooLarge

DONE, PROBLEMS = "Decisions.Done", "Decisions.Problems"
Meddling = Mapping[str, Callable[[], object]]
NOTHING: Meddling = MappingProxyType({})


class Meddled(Mailbox):
    """A session during which something happens, once, at a moment of it."""

    happens: Meddling = NOTHING

    def pending(self) -> list[MailRef]:
        found = super().pending()
        self._now("listed")
        return found

    def fetch(self, ref: MailRef) -> bytes | TooLarge | Gone | Refused:
        self._now("before fetch")
        got = super().fetch(ref)
        self._now("fetched")
        return got

    def move(self, ref: MailRef, folder: str) -> Refused | None:
        self._now("before move")
        refused = super().move(ref, folder)
        self._now("moved")
        return refused

    def _now(self, moment: str) -> None:
        self.happens, happening = {}, self.happens
        if moment in happening:
            happening[moment]()
        else:
            self.happens = happening


class Post(Scene):
    """A home with a mailbox; ``imap`` is anything with the port of one."""

    def __init__(self, home: Path, smtp: ScriptedServer, imap: Any) -> None:
        super().__init__(home, smtp.port)
        self.smtp = smtp
        account = Dovecot.__new__(Dovecot)
        account.port, account.password = imap.port, "secret"
        self.environ = with_mailbox(self.environ, account)

    def letters(self) -> Counter[str]:
        return Counter(to for to, _ in self.smtp.taken if to.endswith("@candidates.example"))

    def notices(self) -> Counter[str]:
        return Counter(to for to, _ in self.smtp.taken if to.endswith("@acme.example"))

    def agrees(self, *numbers: int) -> Figures:
        """Ask the oracle about all that the mail server kept; these decisions came by mail."""
        self.handed_in |= set(addresses(numbers))
        return self.holds(received(self.smtp.kept))

    @contextmanager
    def room(self, happens: Meddling = NOTHING, **account: Any) -> Iterator[Mailroom]:
        """The mailroom alone, with a session in which something happens."""
        with self.worker() as worker:
            assert worker.mailroom is not None
            box = Meddled(replace(build.mailbox_account(worker.given), **account))
            box.happens = happens
            box.open()
            worker.mailroom.box = box
            try:
                yield worker.mailroom
            finally:
                worker.mailroom.close()


def left(imap: Dovecot) -> list[str]:
    """The flags of what lies in the inbox; what is marked deleted is as good as gone."""
    return [flags for flags, _ in imap.messages("INBOX") if "Deleted" not in flags]
