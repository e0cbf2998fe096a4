"""A session with the mailbox of a Dovecot, and a clock that makes things happen while it waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from servers.dovecot import SECRET, Dovecot

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox, MailboxAccount

MAIL = b"From: hr@acme.example\r\nSubject: decision\r\n\r\nDecision: reject\r\n"

ACCOUNT: dict[str, Any] = {
    "host": "127.0.0.1",
    "username": Dovecot.user,
    "password": SECRET,
    "security": "none",
    "read_timeout": 10.0,
}


def account_of(server: Dovecot, **more: Any) -> MailboxAccount:
    given = {**ACCOUNT, "port": server.port, "password": server.password, **more}
    return MailboxAccount(**given)


def refused(account: MailboxAccount) -> SessionError:
    with pytest.raises(SessionError) as why:
        Mailbox(account).open()
    return why.value


def scripted_clock(**at: Callable[[], float | None]) -> Callable[[], float]:
    """The monotonic clock, which does something when it is read for the nth time in ``wait``.

    The first reading is before IDLE begins, the second is in it; what is returned there moves
    the clock on.
    """
    readings = iter(range(1, 1_000))
    ahead = 0.0

    def read() -> float:
        nonlocal ahead
        ahead += at.get(f"reading_{next(readings)}", lambda: None)() or 0.0
        return time.monotonic() + ahead

    return read
