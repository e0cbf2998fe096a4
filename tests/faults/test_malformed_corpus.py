"""Malformed mail through the real intake: the jail, the steps, the database.

The only double is the mailbox, which hands out octets. No mail crashes the worker, none keeps it
longer than the jail allows, and each ends where a person finds it.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from decisions import decision, mail
from malformed import BOMBS, corpus, damaged
from workplace import environment

from worker.cli import build
from worker.cli.mailroom import Mailroom, mailroom
from worker.intake.mailbox import Gone, MailRef
from worker.settings import load
from worker.steps.inbox import look_through
from worker.store import ledger, views
from worker.store.engine import Store
from worker.store.ledger import Place

SEED = 20261123
ENDS = {"taken", "refused", "quarantined", "ignored", "returned", "noted"}


class Heap:
    """A mailbox that holds what a test puts there."""

    def __init__(self, raws: Sequence[Callable[[], bytes]], uidvalidity: int) -> None:
        self._raws = dict(enumerate(raws, 1))
        self._uidvalidity = uidvalidity
        self.lies_in = dict.fromkeys(self._raws, "INBOX")

    def pending(self) -> list[MailRef]:
        return [MailRef("a", "INBOX", self._uidvalidity, uid, 1)
                for uid, folder in self.lies_in.items() if folder == "INBOX"]  # fmt: skip

    def fetch(self, ref: MailRef) -> bytes | Gone:
        return self._raws[ref.uid]()

    def move(self, ref: MailRef, folder: str) -> None:
        self.lies_in[ref.uid] = folder


class Intake:
    """The mailroom of a worker, without its mailbox."""

    def __init__(self, room: Mailroom, store: Store) -> None:
        self.room, self.store = room, store
        self.crashes = 0
        self._heaps = 0
        room.inbox.crashed = self._crashed

    def _crashed(self) -> None:
        self.crashes += 1

    def take_in(self, *raws: Callable[[], bytes]) -> list[str]:
        """Put the mails into the mailbox; the state in which each ended."""
        self._heaps += 1
        heap = Heap(raws, self._heaps)
        look_through(heap, self.room.inbox, lambda: False)
        places = [Place("a", "INBOX", self._heaps, uid) for uid in heap.lies_in]
        known = [ledger.known(self.store, place=each) for each in places]
        return [each.state if each else "lost" for each in known]

    def problems(self) -> list[str]:
        """Why mails were put aside or refused."""
        lines = views.journal_lines(self.store)
        return [str(detail["problem"]) for line in lines
                if isinstance(detail := line["detail"], dict) and "problem" in detail]  # fmt: skip


@contextmanager
def working(home: Path) -> Iterator[Intake]:
    environ = environment(
        9,
        FOLLOWUP_MAILBOX__ENABLED="true",
        FOLLOWUP_MAILBOX__HOST="127.0.0.1",
        FOLLOWUP_MAILBOX__SECURITY="none",
        FOLLOWUP_MAILBOX__USERNAME="hr@acme.example",
        FOLLOWUP_MAILBOX__PASSWORD="x",
        FOLLOWUP_MAILBOX__AUTHSERV_ID="mx.acme.example",
        FOLLOWUP_DECIDERS='[{"address": "dana@acme.example"}]',
    )
    given = load(environ, home)
    store = build.open_store(given)
    room = mailroom(given, store, build.house(given), threading.Event())
    try:
        yield Intake(room, store)
    finally:
        room.close()
        store.close()


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    with working(tmp_path) as made:
        yield made


def as_given(raw: bytes) -> Callable[[], bytes]:
    return lambda: raw


def test_row_37_no_message_of_pythons_own_corpus_and_no_damage_to_it_hurts(
    intake: Intake, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(SEED)
    originals = [path.read_bytes() for path in corpus()]
    raws = [*originals, *(each for raw in originals for each in damaged(raw, rng))]
    states = intake.take_in(*map(as_given, raws))
    assert set(states) <= ENDS
    assert intake.crashes == 0
    assert not [each for each in intake.problems() if "the process that read it" in each]
    ends = " ".join(f"{state}={count}" for state, count in sorted(Counter(states).items()))
    record_property("figure", f"{len(originals)} messages, {len(raws)} with damage "
                              f"(seed {SEED}): {ends}")  # fmt: skip


def test_row_37_no_damage_to_a_decision_mail_hurts(intake: Intake) -> None:
    rng = random.Random(SEED)
    whole = [mail(decision(1)), mail("Hi.\n", attached=("d.csv", b"email,name\na@b.example,x\n"))]
    raws = [each for _ in range(20) for raw in whole for each in damaged(raw, rng)]
    assert set(intake.take_in(*map(as_given, raws))) <= ENDS
    assert intake.crashes == 0


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """One worker that has to bear all the bombs, one after the other."""
    with working(tmp_path_factory.mktemp("survivor")) as made:
        yield made


_CANDIDATES = count(1)


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_row_38_a_bomb_ends_within_the_limits_and_the_decision_behind_it_is_taken(
    survivor: Intake, bomb: Callable[[], bytes]
) -> None:
    assert survivor.room.jail.limits.seconds <= 5
    states = survivor.take_in(bomb, as_given(mail(decision(next(_CANDIDATES)))))
    assert states[0] in ENDS - {"taken"}
    assert states[1] == "taken"
    assert survivor.crashes == 0
