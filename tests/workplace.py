"""A worker's home for tests that run all of it: its environment, its drop, what became of it."""

import csv
import io
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from decisions import AUTHSERV_ID, DECIDER
from forked import Forked
from servers.dovecot import Dovecot

from worker.settings import Settings, load
from worker.store import views
from worker.store.engine import Store

ROOT = Path(__file__).parent.parent

WHAT_EACH_NEEDS: Mapping[str, Mapping[str, str]] = {
    "rejected": {
        "reason": "We were looking for hands-on experience with Kubernetes in production.",
        "recommendation": "Collect success metrics from your projects for your next interview.",
    },
    "advanced": {"next_step": "An interview with the team lead", "next_step_on": "2027-01-15"},
    "on_hold": {"update_on": "2027-01-20"},
    "offer": {"expires_on": "2027-01-31", "start_on": "2027-03-01"},
    "thank_you": {"next_step": "We will compare all interviews", "update_on": "2027-01-20"},
    "withdrawn": {},
}


def environment(smtp_port: int, **more: str) -> dict[str, str]:
    """Everything at once and without guards, so that a test sees the flow alone."""
    return {
        "FOLLOWUP_COMPANY__NAME": "Acme GmbH",
        "FOLLOWUP_COMPANY__CAREERS_URL": "https://acme.example/careers",
        "FOLLOWUP_COMPANY__HR_ADDRESS": "hr@acme.example",
        "FOLLOWUP_SMTP__HOST": "127.0.0.1",
        "FOLLOWUP_SMTP__PORT": str(smtp_port),
        "FOLLOWUP_SMTP__SECURITY": "none",
        "FOLLOWUP_SMTP__SENDER": "Acme Talent <talent@acme.example>",
        "FOLLOWUP_TIMING__HOLD": "0s",
        "FOLLOWUP_TIMING__HOURS": "always",
        "FOLLOWUP_TIMING__HOLIDAYS": "[]",
        "FOLLOWUP_CSV__SETTLE": "0s",
        "FOLLOWUP_CSV__POLL": "1s",
        "FOLLOWUP_CSV__RECEIPT": "false",
        "FOLLOWUP_GUARDS__SECOND_PERSON": "[]",
        "FOLLOWUP_GUARDS__BATCH": "false",
        "FOLLOWUP_GUARDS__NAMESAKE": "false",
        "FOLLOWUP_REASONS__POLICY": "free",
        "FOLLOWUP_DIGEST__EVERY": "never",
        "FOLLOWUP_RETRY__FIRST": "1s",
        "FOLLOWUP_LOG__FORMAT": "json",
        **more,
    }


def with_mailbox(environ: Mapping[str, str], imap: Dovecot) -> dict[str, str]:
    """The same with a decision mailbox, proved by DMARC."""
    return {
        **environ,
        "FOLLOWUP_MAILBOX__ENABLED": "true",
        "FOLLOWUP_MAILBOX__HOST": "127.0.0.1",
        "FOLLOWUP_MAILBOX__PORT": str(imap.port),
        "FOLLOWUP_MAILBOX__SECURITY": "none",
        "FOLLOWUP_MAILBOX__USERNAME": imap.user,
        "FOLLOWUP_MAILBOX__PASSWORD": imap.password,
        "FOLLOWUP_MAILBOX__AUTHSERV_ID": AUTHSERV_ID,
        "FOLLOWUP_DECIDERS": f'[{{"address": "{DECIDER}"}}]',
    }


def row(number: int, outcome: str = "rejected", **changed: str) -> dict[str, str]:
    """One row of a file of decisions."""
    return {
        "application_id": f"A-{number}",
        "email": f"c{number}@candidates.example",
        "first_name": "Ana",
        "last_name": f"Pérez{number}",
        "job_title": "Data Analyst",
        "outcome": outcome,
        **WHAT_EACH_NEEDS[outcome],
        **changed,
    }


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a file."""
    names = list(dict.fromkeys(name for each in rows for name in each))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def drop(home: Path, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Rename a file into the drop, as a careful program does."""
    folder = home / "var" / "drop"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.tmp"
    part.write_bytes(as_csv(rows))
    part.rename(folder / name)


def settings(home: Path, environ: Mapping[str, str]) -> Settings:
    """What the worker of that home goes by."""
    return load(environ, home)


def start(home: Path, environ: Mapping[str, str], *args: str) -> Forked:
    """A followup command in a process of its own; its log goes to ``worker.log``."""
    return Forked(home, _whole(home, environ), *args)


def start_from_nothing(
    home: Path, environ: Mapping[str, str], *args: str
) -> subprocess.Popen[bytes]:
    """The same as its users start it; a second longer, for the interpreter loads everything."""
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "worker", *args],
            env=_whole(home, environ),
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _whole(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    return {**inherited, **environ, "FOLLOWUP_HOME": str(home), "PYTHONPATH": str(ROOT)}


def finish(home: Path, environ: Mapping[str, str], *args: str, within: float = 120) -> None:
    """Run a command to its end, ``within`` so many seconds; it must succeed."""
    with start(home, environ, *args) as process:
        code = process.wait(within)
    assert code == 0, (home / "worker.log").read_text()[-3000:]


def statuses(home: Path) -> dict[str, str]:
    """Recipient to status, of every letter."""
    store = Store(f"sqlite:///{home}/var/followup.db")
    found = {
        str(each["email"]): str(each["status"]) for each in views.entries(store, views.Asked())
    }
    store.close()
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so, looking often."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def doubles(taken: Sequence[tuple[str, bytes]]) -> dict[str, int]:
    """Recipients who were served more than once: the oracle of everything."""
    counted = Counter(recipient for recipient, _ in taken)
    return {recipient: times for recipient, times in counted.items() if times > 1}
