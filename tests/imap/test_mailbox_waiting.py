"""Waiting for mail in the decision mailbox, with IDLE and without, against a real Dovecot."""

from __future__ import annotations

import threading

import pytest
from boxes import MAIL, account_of, scripted_clock
from servers.dovecot import Dovecot

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox

pytestmark = pytest.mark.servers


def test_idle_ends_as_soon_as_mail_comes_in(dovecot: Dovecot) -> None:
    clock = scripted_clock(reading_2=lambda: dovecot.append(MAIL))
    with Mailbox(account_of(dovecot), monotonic=clock) as box:
        assert box.wait(3_600, threading.Event()) is True
        assert len(box.pending()) == 1


def test_idle_tells_of_mail_that_came_in_just_before(dovecot: Dovecot) -> None:
    with Mailbox(account_of(dovecot)) as box:
        assert box.pending() == []
        dovecot.append(MAIL)
        assert box.wait(3_600, threading.Event()) is True


def test_stop_ends_idle(dovecot: Dovecot) -> None:
    stop = threading.Event()
    with Mailbox(account_of(dovecot), monotonic=scripted_clock(reading_3=stop.set)) as box:
        assert box.wait(3_600, stop) is False
        assert box.pending() == []


def test_idle_never_lasts_longer_than_nine_minutes(dovecot: Dovecot) -> None:
    clock = scripted_clock(reading_5=lambda: 540.0)
    with Mailbox(account_of(dovecot), monotonic=clock) as box:
        assert box.wait(3_600, threading.Event()) is False
        assert box.pending() == []


def test_a_server_that_ends_during_idle_is_noticed_at_once(dovecot: Dovecot) -> None:
    box = Mailbox(account_of(dovecot), monotonic=scripted_clock(reading_2=dovecot.stop))
    box.open()
    with pytest.raises(SessionError, match="connection was lost"):
        box.wait(3_600, threading.Event())
    box.close()
    dovecot.start()
    box.open()
    assert box.pending() == []
    box.close()


def test_without_idle_it_just_waits_and_stop_ends_that_too() -> None:
    stop = threading.Event()
    with (
        Dovecot(settings="imap_capability = IMAP4rev1") as server,
        Mailbox(account_of(server)) as box,
    ):
        assert box.wait(0.01, stop) is False
        stop.set()
        assert box.wait(3_600, stop) is False
