"""A thousand reversals a second before the letter is due: a confirmed one wins, a late one says so.

A thread begins to send at the moment the letter is due, and the reversal, which began a second
earlier, comes at another of its commits each time: before the claim, while it claims, at the dot,
behind the dot.
"""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from threading import Event, get_ident

import pytest
from deciding import OK, claim, dot, put, settle, status, unmailed
from sample import HOUR, NOW, decision, letter, sealed
from sqlalchemy import Connection

from worker import verbs
from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.intake.mailform import EXAMPLE, Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Proved
from worker.letter import Letter
from worker.lifecycle import Status
from worker.policy.deciders import Decider
from worker.steps.acted import Answer
from worker.steps.replies import Replying, take_answer
from worker.store import ledger, outbox, taking, views
from worker.store.engine import Store
from worker.store.ledger import Arrival
from worker.store.reports import put_notice
from worker.store.schema import entry
from worker.store.taking import Sealed
from worker.store.upgrade import upgrade

#: Composed once: what a letter says is nothing to a race.
LETTER = letter()

#: Of each of the four ways, 1,000 in all: fewer on SQLite, which syncs its one file each time.
TIMES_SQLITE, TIMES_POSTGRES = 50, 200
SECOND = timedelta(seconds=1)
DECIDER = Decider(address="dana@acme.example")
NEWER = Arrival(id="newer", source="csv", name="newer.csv")
_MAILS = count(1)

#: Whether a reversal was confirmed; False: it said that it is too late.
Reverse = Callable[[Store, Sealed], bool]


@dataclass
class Turn:
    """Lets the reversal begin at the n-th commit of the sender; at once where that is 0."""

    at: int = 0
    seen: int = 0
    sender: int = 0
    come: Event = field(default_factory=Event)

    def begin(self, at: int) -> None:
        self.at, self.seen = at, 0
        self.come.clear()
        if at == 0:
            self.come.set()

    def pass_by(self, _: str) -> None:
        if get_ident() == self.sender:
            self.seen += 1
            if self.seen >= self.at:
                self.come.set()


@dataclass
class Race:
    """A thread that sends what is due, and when the reversal begins."""

    store: Store
    turn: Turn
    pool: ThreadPoolExecutor

    def run(self, row: Sealed, reverse: Reverse, moment: int) -> tuple[bool, bool]:
        """Whether the reversal was confirmed, and whether the letter left.

        Before the moment 0 the reversal is over when the sender begins: there it has to win.
        """
        if moment < 0:
            confirmed = reverse(self.store, row)
            return confirmed, self.pool.submit(self._send, row).result(30)
        self.turn.begin(moment)
        sending = self.pool.submit(self._send, row)
        assert self.turn.come.wait(30)
        confirmed = reverse(self.store, row)
        return confirmed, sending.result(30)

    def _send(self, row: Sealed) -> bool:
        self.turn.sender = get_ident()
        try:
            this = entry.c.token == row.token
            held = outbox.claim(self.store, f"w {row.token}", NOW, NOW + HOUR, which=this)
            left = bool(held) and dot(self.store, held[0])
            if left:
                settle(self.store, held[0], OK)
            return left
        finally:
            self.turn.come.set()  # where it came to fewer commits


@pytest.fixture
def race(url: str) -> Iterator[Race]:
    turn = Turn()
    store = Store(url, turn.pass_by)
    upgrade(store)
    with ThreadPoolExecutor(1) as pool:
        yield Race(store, turn, pool)
    store.close()


def by_person(store: Store, row: Sealed) -> bool:
    found = views.find(store, row.token)
    try:
        outbox.act(store, found.id, lambda _: verbs.cancel(), by="dana", now=NOW - SECOND)
    except NotAllowed:
        return False
    return True


def by_reply(store: Store, row: Sealed) -> bool:
    told: list[Answer] = []

    def answer(this: Answer) -> Letter:
        told.append(this)
        return LETTER

    def act(token: str, verb: str, by: str) -> None:
        assert verb == "cancel"
        found = views.find(store, token)
        outbox.act(store, found.id, lambda _: verbs.cancel(), by=by, now=NOW - SECOND)

    replying = Replying(
        store=store, deciders={DECIDER.address: DECIDER}, hr_address=None, is_ours=lambda _: False,
        act=act, answer=answer, warns=lambda *_: None, now=lambda: NOW - SECOND,
    )  # fmt: skip
    mail = Envelope(sender=DECIDER.address, answers=(f"<{_receipt(row)}@acme.example>",))
    stop = Opened(envelope=mail, proof=Proved(DECIDER.address, "dmarc"), problem=EXAMPLE,
                  first_line="STOP")  # fmt: skip
    take_answer(stop, Arrival(id=f"m{next(_MAILS)}", source="mailbox", name="stop"), replying)
    (acted,) = told[0].acted
    return acted.stands.status == Status.CANCELLED


def by_newer_decision(store: Store, row: Sealed) -> bool:
    newer = _row(row.row, outcome=Outcome.ADVANCED, next_step="A talk")
    return _taken(store, replace(newer, not_before=NOW + HOUR), row)


def by_withdrawal(store: Store, row: Sealed) -> bool:
    return _taken(store, unmailed(_row(row.row, outcome=Outcome.WITHDRAWN)), row)


def _taken(store: Store, newer: Sealed, older: Sealed) -> bool:
    """What it says about the older one is its note; without one the older one is stopped."""
    (placed,) = taking.put(store, NEWER, [newer], NOW - SECOND, hold_changed=True)
    assert (placed.note is None) == (status(store, older.token) == Status.CANCELLED)
    return placed.note is None


def _row(number: int, **changed: object) -> Sealed:
    """As ``sample.sealed`` makes it, without composing a letter."""
    token = secrets.token_hex(10)
    sent = replace(LETTER, token=token, message_id=f"<{token}@acme.example>")
    made = decision(number, **changed)
    return Sealed(row=number, token=token, decision=made, letter=sent, status=Status.QUEUED,
                  not_before=NOW)  # fmt: skip


def _receipt(row: Sealed) -> str:
    return f"{row.row:020x}"


def _put_receipts(connection: Connection, rows: list[Sealed]) -> None:
    for row in rows:
        token = _receipt(row)
        notice = replace(LETTER, token=token, message_id=f"<{token}@acme.example>",
                         recipient=DECIDER.address)  # fmt: skip
        put_notice(connection, f"r {row.token}", notice, NOW + HOUR, submission="all",
                   event="receipt", answerable={row.row: row.token})  # fmt: skip


@pytest.mark.parametrize("reverse", [by_person, by_reply, by_newer_decision, by_withdrawal])
def test_whatever_is_confirmed_in_time_stops_the_letter_and_the_rest_says_too_late(
    race: Race, reverse: Reverse
) -> None:
    times = TIMES_SQLITE if race.store.is_sqlite else TIMES_POSTGRES
    rows = [_row(number) for number in range(1, times + 1)]
    put(race.store, "all", *rows)
    ledger.begin(race.store, NEWER, NOW)
    if reverse is by_reply:
        with race.store.write() as connection:
            _put_receipts(connection, rows)
    left = []
    for number, row in enumerate(rows):
        moment = number % 7 - 1
        confirmed, went = race.run(row, reverse, moment)
        assert confirmed is not went, (number, confirmed, went)
        assert moment >= 0 or confirmed
        left.append(went)
    assert any(left)  # behind the last commit of the sender a reversal has to lose


def test_after_a_confirmed_cancel_a_worker_that_had_claimed_it_sends_no_dot(store: Store) -> None:
    row = sealed(1)
    put(store, "all", row)
    held = claim(store)
    assert by_person(store, row)
    assert not dot(store, held)
    assert status(store, row.token) == Status.CANCELLED
