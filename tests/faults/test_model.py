"""Row 52: the outbox as a machine of rules, played at random by two workers, people and a server.

The real verbs of the store on SQLite; the clock, the server and the crashes are the model. After
every step the oracle is asked, so each of these holds at every moment, not only in the end: one
copy for a decision unless a person said otherwise, no dot without its durable intent, nothing
unsure goes on by itself, what was cancelled and confirmed leaves no more, no letter leaves behind
another of its application that nobody knew of.
"""

import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sample import NOW, RETRY, arrival, open_store

from faults import oracle
from faults.beside import against
from faults.copies import Copy, copy_of
from faults.moves import ANSWERS, BEFORE_THE_DOT, DECISIONS, PERSON, VERBS, Busy, row
from worker import verbs
from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.lifecycle import Status, after
from worker.result import NotTried, Result
from worker.store import outbox, returns, taking, unsure, views
from worker.store.engine import Store

LEASE, ANSWER = timedelta(minutes=45), timedelta(minutes=10)
workers = st.sampled_from(["w1", "w2"])
candidates = st.integers(1, 3)
FIRST = DECISIONS[0]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied for every play."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(folder).close()
    return folder / "followup.db"


class Outbox(RuleBasedStateMachine):
    """Two workers, a server, people."""

    empty: Path

    @initialize()
    def begin(self) -> None:
        """A database of its own, and nothing in it."""
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        shutil.copy(self.empty, self.folder / "followup.db")
        self.store = Store(f"sqlite:///{self.folder}/followup.db")
        self.now, self.numbers = NOW, 0
        self.busy: dict[str, Busy] = {}
        self.copies: list[Copy] = []
        self.stopped: dict[str, int] = {}
        self.against: list[str] = []
        self.decide(1, FIRST, hold_changed=True)

    def teardown(self) -> None:
        """Leave nothing."""
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(who=candidates, decided=st.sampled_from(DECISIONS), hold_changed=st.booleans())
    def decide(
        self, who: int, decided: tuple[Outcome, tuple[str, ...]], *, hold_changed: bool
    ) -> None:
        """A decision comes in: the first, the same again, or one that contradicts."""
        self.numbers += 1
        made = arrival(self.store, f"s{self.numbers}")
        taking.put(self.store, made, [row(who, *decided)], self.now, hold_changed=hold_changed)

    @rule(minutes=st.sampled_from([1, 20, 60]))
    def wait(self, minutes: int) -> None:
        """Time goes by; a worker that is stopped meanwhile may lose its lease."""
        self.now += timedelta(minutes=minutes)

    @rule(worker=workers, answer=st.sampled_from(ANSWERS), steps=st.integers(1, 4))
    def go_on(self, worker: str, answer: tuple[Result, bool], steps: int) -> None:
        """A worker does what comes next: claim, ask for the dot, send it, write what came."""
        for _ in range(steps):
            self._step(worker, answer)

    @precondition(lambda self: self.busy)
    @rule(worker=workers, answer=st.sampled_from(ANSWERS))
    def go_on_a_little(self, worker: str, answer: tuple[Result, bool]) -> None:
        """The same, by one step, so that something may come between two."""
        self._step(worker, answer)

    def _step(self, worker: str, answer: tuple[Result, bool]) -> None:
        busy = self.busy.get(worker)
        if busy is None:
            self._claim(worker)
        elif busy.result is not None:
            self._settle(worker, busy)
        elif busy.may_dot:
            result, kept = answer
            left = self._dot(busy, kept=kept)
            busy.result = result if left else NotTried("taken back before the final dot")
        else:
            self._ask_for_the_dot(busy)

    def _claim(self, worker: str) -> None:
        if not outbox.is_due(self.store, self.now):
            self.decide(self.numbers + 10, FIRST, hold_changed=True)
        self.numbers += 1
        lease = f"{worker}:{self.numbers}"
        for claimed in outbox.claim(self.store, lease, self.now, self.now + LEASE):
            self.busy[worker] = Busy(claimed)

    def _ask_for_the_dot(self, busy: Busy) -> None:
        until = self.now + ANSWER + LEASE
        busy.may_dot = outbox.dot_pending(self.store, busy.claimed, self.now, until)
        busy.dot_by = self.now + LEASE
        if not busy.may_dot:
            busy.result = NotTried("taken back before the final dot")

    def _dot(self, busy: Busy, *, kept: bool) -> bool:
        """Send it, unless the worker was stopped for so long that it looks at the clock first."""
        if busy.dot_by is None or self.now >= busy.dot_by:
            return False
        if kept:
            letter = busy.claimed.letter
            self.against += against(self.store, letter.token, {each.token for each in self.copies})
            self.copies.append(copy_of(letter.recipient, letter.content))
        return True

    def _settle(self, worker: str, busy: Busy) -> None:
        assert busy.result is not None
        change = after(busy.claimed.attempt, busy.result, self.now, RETRY)
        outbox.settle(self.store, busy.claimed, change, self.now, {})
        del self.busy[worker]

    def _at(self, worker: str, *, may_dot: bool) -> Busy | None:
        """What the worker holds, if it is just there and has heard no answer yet."""
        busy = self.busy.get(worker)
        here = busy is not None and busy.result is None and busy.may_dot is may_dot
        return busy if here else None

    @precondition(lambda self: self.busy)
    @rule(worker=workers, result=st.sampled_from(BEFORE_THE_DOT))
    def break_off(self, worker: str, result: Result) -> None:
        """Before the dot the server says no, or the line breaks."""
        if busy := self._at(worker, may_dot=False):
            busy.result = result

    @precondition(lambda self: self.busy)
    @rule(worker=workers, dot=st.booleans(), kept=st.booleans())
    def die(self, worker: str, *, dot: bool, kept: bool) -> None:
        """The worker is killed wherever it is; if its dot may leave, perhaps just after it did."""
        if dot and (busy := self._at(worker, may_dot=True)):
            self._dot(busy, kept=kept)
        self.busy.pop(worker, None)

    @rule()
    def keep_house(self) -> None:
        """Leases that ran out are taken back."""
        outbox.reclaim(self.store, self.now)

    @precondition(lambda self: self.busy)
    @rule()
    def outlast_the_leases(self) -> None:
        """The workers are stopped for so long that others take over what they hold."""
        self.wait(60)
        self.keep_house()

    @precondition(lambda self: not self.busy)
    @rule()
    def start_again(self) -> None:
        """The only worker starts: whoever held an entry is dead."""
        outbox.reclaim(self.store, self.now, all_of_them=True)

    @rule(verb=st.sampled_from(sorted(VERBS)), which=st.integers(0, 5))
    def act(self, verb: str, which: int) -> None:
        """A person does something to an entry, allowed or not."""
        entries = list(views.entries(self.store, views.Asked()))
        token = str(entries[which % len(entries)]["entry"])
        try:
            outbox.act(self.store, views.find(self.store, token).id, VERBS[verb], by=PERSON,
                       now=self.now)  # fmt: skip
        except NotAllowed:
            return
        if verb == "cancel":
            self.stopped[token] = self._copies(token)

    @precondition(lambda self: self.busy)
    @rule(which=st.integers(0, 5))
    def cancel_at_work(self, which: int) -> None:
        """A person stops an entry at the very moment at which it may be on its way."""
        self.act("cancel", which)

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 5), bounced=st.booleans())
    def show_up(self, which: int, *, bounced: bool) -> None:
        """A copy that left is found in Sent, or comes back."""
        token = self.copies[which % len(self.copies)].token
        about = returns.named(self.store, token)
        assert about is not None
        if bounced:
            change = verbs.bounced("no such user", "550 5.1.1", {})
            returns.bounce(self.store, about, change, None, by="bounce", now=self.now)
        else:
            unsure.proved(self.store, token, {}, self.now)

    def _copies(self, token: str) -> int:
        return Counter(copy.token for copy in self.copies)[token]

    @invariant()
    def the_oracle_holds(self) -> None:
        """Doubles, losses, wrong bytes, and steps that the chart has no arrow for."""
        found = oracle.find(self.store, self.copies)
        assert not found.problems, found

    @invariant()
    def no_letter_leaves_behind_another_that_speaks_against_it(self) -> None:
        """Unless a person released it after that, or it came in after that was known."""
        assert not self.against

    @invariant()
    def what_was_cancelled_leaves_no_more(self) -> None:
        """Once a person was told that it is cancelled."""
        for token, copies in self.stopped.items():
            assert self._copies(token) == copies

    @invariant()
    def nothing_unsure_goes_on_by_itself(self) -> None:
        """It takes a person, or a copy that shows up, or an answer that came late after all."""
        last: dict[object, object] = {}
        for line in views.journal_lines(self.store):
            entry, status = line["entry"], line["status"]
            known = {Status.UNSURE, Status.SENT, Status.BOUNCED}
            if last.get(entry) == Status.UNSURE and status not in known:
                assert line["worker"] == PERSON
            last[entry] = status


def test_row_52_two_workers_people_and_crashes_in_any_order(empty: Path) -> None:
    Outbox.empty = empty
    few = settings(max_examples=60, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Outbox, settings=few)
