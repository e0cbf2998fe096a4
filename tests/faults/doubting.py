"""The decision mailbox for mails that are to be doubted: what comes of each, and why."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from decisions import AUTHSERV_ID, DECIDER, decision, mail
from signing import DOMAIN, dns, record
from sqlalchemy import select
from workplace import environment, settings

from worker.cli import build
from worker.cli.mailroom import mailroom
from worker.columns import words
from worker.intake.jail import Jail, Limits
from worker.intake.mailbox import MailRef
from worker.intake.opened import Opened, Reading
from worker.intake.proof import Means
from worker.steps.believe import Believing, believed
from worker.steps.mails import Mails, take_in_mail
from worker.store import views
from worker.store.engine import Store
from worker.store.schema import submission

KEYS = dns({DOMAIN: record(), "evil.example": record()})


@contextmanager
def room(home: Path, proof: str) -> Iterator[Mails]:
    """The decision mailbox as the worker wires it; only the DNS is the test's."""
    given = settings(home, environment(25) | {
        "FOLLOWUP_MAILBOX__ENABLED": "true",
        "FOLLOWUP_MAILBOX__HOST": "127.0.0.1",
        "FOLLOWUP_MAILBOX__USERNAME": "decisions",
        "FOLLOWUP_MAILBOX__PASSWORD": "pw",
        "FOLLOWUP_MAILBOX__PROOF": proof,
        "FOLLOWUP_MAILBOX__AUTHSERV_ID": AUTHSERV_ID,
        "FOLLOWUP_MAILBOX__CONFIRM_WEAK": "false",
        "FOLLOWUP_DECIDERS": f'[{{"address": "{DECIDER}"}}]',
    })  # fmt: skip
    store = build.open_store(given)
    made = mailroom(given, store, build.house(given), threading.Event())
    jail = Jail(reading(), build.sheet_rules(given), Limits())
    mails = made.inbox.mails
    try:
        yield replace(mails, opens=signatures(jail, store)) if proof == "dkim" else mails
    finally:
        jail.close()
        made.close()
        store.close()


def reading() -> Reading:
    """As mail is read with ``proof = dkim``, with the keys of the test."""
    return Reading(words=words(), own=frozenset(), means=Means(method="dkim", txt=KEYS.get))


def signatures(jail: Jail, store: Store) -> Callable[[bytes, datetime | None], Opened]:
    """Mail opened with those keys, apart, and believed as the worker believes."""
    into = Believing(store=store, now=build.now)
    return lambda raw, arrived_at: believed(jail.open_mail(raw), raw, arrived_at, into)


def taken(mails: Mails, uid: int, raw: bytes) -> tuple[str | None, str]:
    """What became of the mail, and the reason that people are shown."""
    ref = MailRef(account="decisions", folder="INBOX", uidvalidity=1, uid=uid, size=len(raw))
    state = take_in_mail(ref, lambda _: raw, mails)
    newest = select(submission.c.problem).where(submission.c.name == f"uid {uid}")
    with mails.store.read() as connection:
        return state, connection.execute(newest).scalar() or ""


def assert_nothing_came_of_it(mails: Mails) -> None:
    """No letter, and no answer: at the most HR was told."""
    told = views.entries(mails.store, views.Asked(kind=None))
    assert {(each["kind"], each["email"]) for each in told} <= {("notice", "hr@acme.example")}


def unproved() -> bytes:
    """A mail of its own, with nothing that proves it."""
    return mail(decision(), results="")
