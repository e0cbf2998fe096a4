"""What a reply to a notice acts on: which notice, which entry, and how the entry stands then."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import pytest
from deciding import OK, at_its_dot, handed_over, put, settle, state, status, waiting
from sample import HOUR, NOW, arrival, letter, sealed
from sqlalchemy import func, select

from worker.decision import Outcome
from worker.intake.mailform import EXAMPLE, Attachment, DecisionMail, Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Proved, Unproved
from worker.letter import Letter
from worker.lifecycle import RESTORED, Kind
from worker.policy.deciders import Decider
from worker.result import Unsure
from worker.steps.act import VERBS
from worker.steps.acted import Answer, Trouble
from worker.steps.mails import NotYet
from worker.steps.receipts import SHOWN
from worker.steps.replies import Replying, take_answer
from worker.store import answerable, ledger, outbox, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending
from worker.store.reports import put_notice
from worker.store.schema import entry
from worker.store.taking import Sealed

DANA, HR, RAE = "dana@acme.example", "hr@acme.example", "rae@acme.example"
#: Reads a shared mailbox; nobody's name in the settings.
LEA = "lea@acme.example"
#: Decides nothing but rejections.
INA = "ina@acme.example"
DECIDERS = {
    DANA: Decider(address=DANA),
    INA: Decider(address=INA, outcomes=frozenset({Outcome.REJECTED})),
}
#: When replies come.
LATER = NOW + HOUR


@dataclass
class Room:
    """Where replies are read; ``told`` is what was answered."""

    store: Store
    told: list[Answer] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    number: Iterator[int] = field(default_factory=count)
    now: datetime = NOW

    def notice(self, to: str = DANA, **rows: Sealed) -> str:
        """A notice about these entries, ``r2`` being row 2; its token."""
        made, tokens = letter(to), {int(row[1:]): each.token for row, each in rows.items()}
        arrival(self.store)
        with self.store.write() as connection:
            put_notice(connection, f"n {made.token}", made, LATER, submission="s1", event="told",
                       answerable=tokens)  # fmt: skip
        return made.token

    def hears(
        self,
        line: str,
        *notices: str,
        sender: str = DANA,
        quoted: tuple[str, ...] = (),
        sheet: str | None = None,
        proof: Proved | Unproved | None = None,
        excepted: bool = False,
        again: str | None = None,
    ) -> Ending | NotYet | None:
        """A reply; its headers name ``notices``, the nearest first, its text those ``quoted``.

        ``again`` is the name of a mail that is looked at more than once.
        """
        answers = tuple(f"<{each}@acme.example>" for each in notices)
        mail = DecisionMail(sender=sender, sheet=Attachment(sheet, b"")) if sheet else None
        opened = Opened(
            envelope=Envelope(sender=sender, answers=answers),
            proof=proof or Proved(sender, "dmarc"), problem=EXAMPLE, decision=mail,
            first_line=line, references=quoted, excepted=excepted,
        )  # fmt: skip
        came = Arrival(id=again or f"m{next(self.number)}", source="mailbox", name="reply")
        into = Replying(
            store=self.store, deciders=DECIDERS, hr_address=HR,
            is_ours=lambda address: address.endswith("@acme.example"),
            act=self._act, answer=self._answer, warns=lambda _, why: self.warned.append(why),
            now=lambda: self.now,
        )  # fmt: skip
        ending = take_answer(opened, came, into)
        if isinstance(ending, Ending):
            ledger.finish(self.store, came, ending, self.now)
        return ending

    def _act(self, token: str, verb: str, by: str) -> None:
        found = views.find(self.store, token)
        due = max(NOW, found.not_before or NOW)
        outbox.act(self.store, found.id, lambda waits: VERBS[verb](NOW, due, waits), by=by,
                   now=self.now)  # fmt: skip

    def _answer(self, told: Answer) -> Letter:
        self.told.append(told)
        return letter(told.to)


@pytest.fixture
def room(store: Store) -> Room:
    return Room(store)


def trouble(room: Room) -> Trouble | None:
    return room.told[-1].trouble


def queued(number: int, outcome: Outcome = Outcome.REJECTED) -> Sealed:
    return replace(sealed(number, outcome=outcome), not_before=LATER)


def test_the_header_says_which_notice_and_what_is_quoted_counts_without_one(room: Room) -> None:
    one, two = queued(1), queued(2)
    put(room.store, "s1", one, two)
    first, second = room.notice(r0=one), room.notice(r0=two)
    room.hears("STOP", second, quoted=(first, second))
    assert (status(room.store, one.token), status(room.store, two.token)) == ("queued", "cancelled")
    room.hears("STOP", quoted=(first,))
    assert status(room.store, one.token) == "cancelled"


def test_two_notices_quoted_without_a_header_are_refused_with_an_answer(room: Room) -> None:
    one, two = queued(1), queued(2)
    put(room.store, "s1", one, two)
    room.hears("STOP", quoted=(room.notice(r0=one), room.notice(r0=two)))
    assert room.told[-1].trouble is Trouble.SEVERAL
    assert status(room.store, one.token) == "queued"


def test_the_message_id_of_the_letter_binds_nothing(room: Room) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    room.hears("STOP", one.token, sender=DANA, quoted=(one.token,))
    assert room.told[-1].trouble is Trouble.UNBOUND
    assert room.hears("STOP", one.token, sender="c1@candidates.example") is not None
    assert len(room.told) == 1
    assert status(room.store, one.token) == "queued"


def test_of_several_rows_the_reply_names_one_and_a_row_that_is_not_there_is_told(
    room: Room,
) -> None:
    one, two = queued(1), queued(2)
    put(room.store, "s1", one, two)
    notice = room.notice(r2=one, r3=two)
    room.hears("STOP", notice)
    assert trouble(room) is Trouble.WHICH
    room.hears("Stop the one with the wrong Ana", notice)
    assert trouble(room) is Trouble.WHICH
    room.hears("SEND NOW 3 7", notice)
    assert trouble(room) is Trouble.UNKNOWN
    assert views.find(room.store, two.token).not_before == LATER
    room.hears("STOP 3 7", notice)
    assert (status(room.store, one.token), status(room.store, two.token)) == ("queued", "cancelled")
    room.hears(f"STOP {one.token[:8]}", notice)
    assert status(room.store, one.token) == "cancelled"


def test_a_receipt_answers_for_every_row_also_for_those_that_it_did_not_show(room: Room) -> None:
    rows = [queued(number) for number in range(1, SHOWN + 3)]
    put(room.store, "s1", *rows)
    told = letter(DANA)
    done = Ending(state="taken", event="taken", notice=told, for_all=True)
    ledger.finish(room.store, Arrival(id="s1", source="csv", name="all.csv"), done, NOW)
    room.hears(f"STOP {SHOWN + 2}", told.token)
    assert status(room.store, rows[-1].token) == "cancelled"
    (bound,) = answerable.bound(room.store, [told.token])
    assert len(bound.rows) == SHOWN + 2


@pytest.mark.parametrize("waits", [(), ("approval",), (RESTORED,)])
def test_a_doubtful_stop_holds_its_one_entry_whatever_it_waits_for(
    room: Room, waits: tuple[str, ...]
) -> None:
    one = waiting(queued(1), *waits) if waits else queued(1)
    put(room.store, "s1", one)
    room.hears("Stop please, wrong Ana", room.notice(r0=one))
    assert state(room.store, one.token) == ("held", *waits, "person")
    assert room.told[-1].acted[0].doubtful


def test_what_is_at_its_dot_or_may_have_left_is_not_stopped_and_the_answer_knows(
    room: Room,
) -> None:
    held = at_its_dot(room.store, sealed(1))
    one = handed_over(room.store, sealed(2), OK)
    leaving = room.notice(r2=replace(sealed(1), token=held.letter.token))
    room.hears("STOP", leaving)
    assert room.told[-1].acted[0].stands.status == "sending"
    settle(room.store, held, Unsure("lost"))
    room.hears("STOP", leaving)
    assert room.told[-1].acted[0].stands.status == "unsure"
    room.hears("STOP", room.notice(r2=replace(sealed(2), token=one)))
    assert room.told[-1].acted[0].stands.sent_at == NOW


def test_what_waits_for_something_else_first_is_not_sent_called_or_approved(room: Room) -> None:
    one = waiting(queued(1), "contradiction", "call")
    put(room.store, "s1", one)
    notice = room.notice(r0=one)
    for word in ("SEND NOW", "CALLED"):
        ending = room.hears(word, notice)
        assert isinstance(ending, Ending)
        assert ending.state == "refused"
    assert state(room.store, one.token) == ("held", "contradiction", "call")


def test_whom_the_notice_was_sent_to_may_stop_it_and_is_told_what_was_not_understood(
    room: Room,
) -> None:
    one = queued(1, outcome=Outcome.OFFER)
    put(room.store, "s1", one)
    notice = room.notice(RAE, r0=one)
    room.hears("Thanks for the news", notice, sender=RAE)
    assert room.told[-1].trouble is Trouble.NOT_UNDERSTOOD
    assert room.hears("Thanks for the news", notice, sender=DANA) is None  # decisions answers
    room.hears("STOP", notice, sender=RAE)
    assert status(room.store, one.token) == "cancelled"


@pytest.mark.parametrize("line", ["STOP", "CALLED", "STOP 7", "Stop the one with the wrong Ana"])
def test_the_answer_that_says_no_lets_nobody_do_by_it_what_they_may_not(
    room: Room, line: str
) -> None:
    one, two = (queued(number, outcome=Outcome.OFFER) for number in (1, 2))
    put(room.store, "s1", one, two)
    for notice in (room.notice(r0=one), room.notice(r2=one, r3=two)):
        ending = room.hears(line, notice, sender=INA)
        assert isinstance(ending, Ending)
        assert ending.notice is not None
        assert ending.answerable == {}
        room.hears("STOP 2", ending.notice.token, sender=INA)
        assert status(room.store, one.token) == "queued"


def test_the_answer_to_who_may_can_be_answered(room: Room) -> None:
    one, two = queued(1), queued(2)
    put(room.store, "s1", one, two)
    notice = room.notice(r2=one, r3=two)
    which, stopped = room.hears("STOP", notice), room.hears("STOP 3", notice, sender=INA)
    assert isinstance(which, Ending)
    assert isinstance(stopped, Ending)
    assert which.answerable == {2: one.token, 3: two.token}
    assert stopped.answerable == {3: two.token}


def test_a_stop_with_a_spreadsheet_stops_and_says_that_the_spreadsheet_was_left_out(
    room: Room,
) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    notice = room.notice(r0=one)
    assert room.hears("STOP, here are the right ones", sheet="new.csv") is None
    assert room.hears("Approved", notice, sheet="new.csv") is None
    ending = room.hears("STOP", notice, sheet="new.csv")
    assert isinstance(ending, Ending)
    assert ending.state == "refused"
    assert room.told[-1].left_out == "new.csv"
    assert status(room.store, one.token) == "cancelled"


def test_two_programs_that_answer_each_other_come_to_an_end(room: Room) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    notice = room.notice(r0=one)
    for _ in range(60):
        room.hears("STOP", notice)
    assert len(room.told) == 50
    assert len(room.warned) == 10
    answers = select(func.count()).where(
        entry.c.kind == Kind.NOTICE, entry.c.decision_key.startswith("acted:")
    )
    with room.store.read() as connection:
        assert connection.execute(answers).scalar_one() == 50


@pytest.mark.parametrize("how", ["dmarc", "none"])
def test_a_stop_of_somebody_behind_a_shared_address_holds_and_only_that(
    room: Room, how: str
) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    notice, lea = room.notice(HR, r0=one), Proved(LEA, how)
    assert isinstance(room.hears("SEND NOW", notice, sender=LEA, proof=lea), Ending)
    assert room.told[-1].acted[0].against == "outcome"
    ending = room.hears("STOP", notice, sender=LEA, proof=lea)
    assert state(room.store, one.token) == ("held", "person")
    assert room.told[-1].acted[0].against == "holds"
    assert isinstance(ending, Ending)
    assert (ending.state, ending.answerable) == ("taken", {})
    assert ending.notice is not None
    room.hears("STOP", ending.notice.token, notice, sender=LEA, proof=lea)
    assert state(room.store, one.token) == ("held", "person")
    assert room.hears("STOP", notice, sender="eve@evil.example") is not None
    assert len(room.told) == 3


def test_a_stop_that_cant_be_proved_for_now_holds_once_and_is_judged_later(room: Room) -> None:
    one, two = queued(1), queued(2)
    put(room.store, "s1", one, two)
    notice, away = room.notice(r2=one, r3=two), Unproved("the DNS is away", for_now=True)
    for _ in range(2):
        assert room.hears("STOP 2", notice, proof=away, again="m") == NotYet("the DNS is away")
    assert state(room.store, one.token) == ("held", "person")
    assert status(room.store, two.token) == "queued"
    number = views.find(room.store, one.token).id
    lines = list(views.journal_lines(room.store, number))
    assert [each["worker"] for each in lines if each["event"] == "held"] == ["unproved"]
    room.now = LATER
    room._act(one.token, "release", HR)
    room.hears("STOP 2", notice, proof=away, again="m")
    assert status(room.store, one.token) == "queued"
    room.hears("STOP 2", notice, again="m")
    assert status(room.store, one.token) == "cancelled"


@pytest.mark.parametrize(
    ("line", "proof"),
    [
        ("SEND NOW", Unproved("away", for_now=True)),
        ("Thanks", Unproved("away", for_now=True)),
        ("STOP", Unproved("forged")),
    ],
)
def test_nothing_else_that_is_unproved_holds_anything(
    room: Room, line: str, proof: Unproved
) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    room.hears(line, room.notice(r0=one), proof=proof)
    room.hears("STOP", proof=Unproved("away", for_now=True))
    assert status(room.store, one.token) == "queued"
    assert room.told == []


def test_a_panic_holds_what_it_answers_and_without_a_notice_it_is_no_order(room: Room) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    notice = room.notice(r0=one)
    assert room.hears("NO! STOP!") is None
    assert room.hears("Don't send") is None
    assert status(room.store, one.token) == "queued"
    room.hears("Don't send", notice)
    assert state(room.store, one.token) == ("held", "person")
    assert room.told[-1].acted[0].doubtful


@pytest.mark.parametrize("line", ["SEND NOW", "APPROVE", "CALLED"])
def test_a_word_that_lets_go_with_an_exception_beside_it_does_nothing(
    room: Room, line: str
) -> None:
    one = queued(1)
    put(room.store, "s1", one)
    notice = room.notice(r0=one)
    ending = room.hears(line, notice, excepted=True)
    assert isinstance(ending, Ending)
    assert ending.state == "refused"
    assert trouble(room) is Trouble.EXCEPTED
    assert views.find(room.store, one.token).not_before == LATER
    room.hears("STOP", notice, excepted=True)
    assert status(room.store, one.token) == "cancelled"
