"""A worker's home with a mail server and a real decision mailbox."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from decisions import DECIDER
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import environment, finish, with_mailbox

from worker.store import views
from worker.store.engine import Store

DONE, PROBLEMS = "Decisions/Done", "Decisions/Problems"


class Place:
    """A worker's home with its two servers."""

    def __init__(self, home: Path, smtp: ScriptedServer, imap: Dovecot) -> None:
        self.home, self.smtp, self.imap = home, smtp, imap
        self.environ = with_mailbox(environment(smtp.port), imap)

    def take_in(self, *raw: bytes) -> None:
        for each in raw:
            self.imap.append(each)
        finish(self.home, self.environ, "run", "--once")

    def letters(self) -> list[EmailMessage]:
        return [each for each in self.mails() if "candidates.example" in each["To"]]

    def receipts(self) -> list[EmailMessage]:
        return [each for each in self.mails() if DECIDER in each["To"]]

    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default)
                for _, raw in self.smtp.taken]  # fmt: skip

    def lies_in(self) -> dict[str, int]:
        """Where how many mails lie; this Dovecot writes its levels with a dot."""
        names = (each for each in self.imap.folders() if each != "Decisions")  # holds no mail
        found = {name.replace(".", "/"): len(self.imap.messages(name)) for name in names}
        return {name: number for name, number in found.items() if number}

    def entries(self) -> list[str]:
        store = Store(f"sqlite:///{self.home}/var/followup.db")
        names = [str(each["entry"]) for each in views.entries(store, views.Asked())]
        store.close()
        return names

    def events(self) -> list[str]:
        store = Store(f"sqlite:///{self.home}/var/followup.db")
        lines = [str(line["event"]) for line in views.journal_lines(store)]
        store.close()
        return lines


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
