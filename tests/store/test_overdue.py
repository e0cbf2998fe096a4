"""HR is alarmed of every letter past its deadline, once for each; on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sample import HOUR, NOW, arrival, letter, sealed
from sqlalchemy import select

from worker.letter import Letter
from worker.lifecycle import Status
from worker.steps.late import NAMED, Deadline, alarm
from worker.steps.report import Report, Reporting
from worker.store import overdue, taking, views
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.taking import Sealed

DUE = NOW + HOUR
MINUTE = timedelta(minutes=1)


@dataclass
class Office:
    """A clock that the test moves, and what HR was told; nobody reads it when ``deaf``."""

    store: Store
    now: datetime = DUE + MINUTE
    deaf: bool = False
    told: list[Report] = field(default_factory=list)
    log: list[tuple[str, object]] = field(default_factory=list)

    def look(self, *, after: timedelta = timedelta(0)) -> None:
        self.now += after
        reports = Reporting(store=self.store, seal=self._seal, now=lambda: self.now)
        deadline = Deadline(
            store=self.store, reporting=reports, zone="UTC", now=lambda: self.now, tell=self._tell
        )
        assert alarm(deadline) is False

    def _seal(self, report: Report) -> Letter | None:
        if self.deaf:
            return None
        self.told.append(report)
        return letter("hr@acme.example")

    def _tell(self, event: str, **fields: object) -> None:
        self.log.append((event, fields["rows"]))

    def entries(self) -> list[list[object]]:
        """The entries that each notice names."""
        return [[each["entry"] for each in _letters(report)] for report in self.told]

    def notices(self) -> int:
        with self.store.read() as connection:
            found = connection.execute(select(entry.c.id).where(entry.c.kind == "notice"))
            return len(found.all())


def _letters(report: Report) -> Sequence[dict[str, object]]:
    found = report.values["letters"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def put(store: Store, *rows: Sealed, late_after: datetime = DUE, name: str = "s1") -> list[str]:
    judged = [replace(each, late_after=late_after) for each in rows]
    placed = taking.put(store, arrival(store, name), judged, NOW, hold_changed=True)
    return [each.token for each in placed]


def make(store: Store, token: str, status: Status, **more: object) -> None:
    with store.write() as connection:
        now_so = entry.update().where(entry.c.token == token)
        connection.execute(now_so.values(status=status, **more))


def test_before_the_deadline_nobody_is_alarmed(office: Office) -> None:
    put(office.store, sealed())
    office.now = DUE - MINUTE
    office.look()
    assert (office.told, office.notices()) == ([], 0)


def test_what_is_not_sent_by_its_deadline_is_told_and_what_is_settled_is_not(
    office: Office,
) -> None:
    tokens = put(office.store, *(sealed(number) for number, _ in enumerate(Status)))
    for token, status in zip(tokens, Status, strict=True):
        make(office.store, token, status)
    office.look()
    told = {str(each["status"]) for each in _letters(office.told[0])}
    assert told == {"held", "queued", "sending", "unsure", "failed"}
    assert office.log == [("late", 5)]


def test_what_is_told_of_a_letter(office: Office) -> None:
    (token,) = put(office.store, sealed())
    make(office.store, token, Status.HELD, why="approval", last_reply="rcpt: 451 later")
    office.look()
    (each,) = _letters(office.told[0])
    assert each == {
        "entry": token, "name": "Ana Pérez 1", "who": "Ana Pérez 1 <c1@candidates.example>",
        "job_title": "Data Analyst", "outcome": "rejected", "status": "held", "why": "approval",
        "not_before": NOW, "last_reply": "rcpt: 451 later", "late_after": DUE,
    }  # fmt: skip


def test_what_was_sent_and_came_back_is_not_late_when_it_is_sent_again(office: Office) -> None:
    (token,) = put(office.store, sealed())
    make(office.store, token, Status.QUEUED, sent_at=NOW)
    office.look()
    assert office.told == []


def test_what_only_the_shadow_holds_is_not_late_until_it_is_over(office: Office) -> None:
    (token,) = put(office.store, sealed())
    make(office.store, token, Status.HELD, why="shadow")
    office.look()
    assert office.told == []
    make(office.store, token, Status.QUEUED, why=None)
    office.look()
    assert office.entries() == [[token]]


def test_a_decision_without_a_letter_has_no_deadline(office: Office) -> None:
    row = replace(sealed(), letter=None, status=Status.HELD, waits=("confirmation",))
    taking.put(office.store, arrival(office.store), [row], NOW, hold_changed=True)
    office.look(after=timedelta(days=400))
    assert office.told == []


def test_each_is_told_once_also_when_it_is_late_for_another_reason_later(office: Office) -> None:
    (token,) = put(office.store, sealed())
    office.look()
    office.look(after=MINUTE)
    make(office.store, token, Status.FAILED)
    office.look(after=3 * HOUR)
    assert (office.entries(), office.notices()) == ([[token]], 1)


def test_all_that_is_late_stands_in_one_notice_the_longest_overdue_first(office: Office) -> None:
    (second,) = put(office.store, sealed(1))
    (first,) = put(office.store, sealed(2), late_after=DUE - MINUTE, name="s2")
    office.look()
    assert office.entries() == [[first, second]]


def test_what_is_late_soon_after_a_notice_waits_for_the_next_hour(office: Office) -> None:
    put(office.store, sealed(1))
    (later,) = put(office.store, sealed(2), late_after=DUE + 10 * MINUTE, name="s2")
    office.look()
    office.look(after=20 * MINUTE)
    assert len(office.told) == 1
    office.look(after=HOUR)
    assert (office.entries()[1], office.notices()) == ([later], 2)


def test_a_notice_names_some_and_counts_the_others_and_all_of_them_are_told(
    office: Office,
) -> None:
    put(office.store, *(sealed(number) for number in range(NAMED + 7)))
    office.look()
    values = office.told[0].values
    assert (len(office.entries()[0]), values["number"], values["more"]) == (NAMED, NAMED + 7, 7)
    office.look(after=2 * HOUR)
    assert len(office.told) == 1


def test_without_anybody_to_tell_they_count_as_told(office: Office) -> None:
    (token,) = put(office.store, sealed())
    office.deaf = True
    office.look()
    office.deaf = False
    office.look(after=2 * HOUR)
    assert (office.told, office.notices()) == ([], 0)
    assert events(office.store, token) == ["taken", "late"]


def events(store: Store, token: str) -> list[object]:
    return [line["event"] for line in views.journal_lines(store, views.find(store, token).id)]


def test_the_journal_has_the_alarm_and_the_deadline(office: Office) -> None:
    (token,) = put(office.store, sealed())
    office.look()
    *_, line = views.journal_lines(office.store, views.find(office.store, token).id)
    assert (line["event"], line["status"], line["worker"]) == ("late", "queued", "clock")
    assert line["detail"] == {"deadline": DUE.isoformat()}


def test_an_alarm_moves_nothing(office: Office) -> None:
    (token,) = put(office.store, sealed())
    before = views.find(office.store, token).fields
    office.look()
    assert views.find(office.store, token).fields == before


@pytest.mark.parametrize("becomes", [Status.SENT, Status.FAILED])
def test_what_changes_while_the_notice_is_written_is_looked_at_anew(
    store: Store, becomes: Status
) -> None:
    gone, stays = put(store, sealed(1), sealed(2))
    seen = overdue.letters(store, DUE, "now")
    make(store, gone, becomes)
    assert not overdue.tell(store, seen, letter("hr@acme.example"), DUE, period="now")
    again = [each.token for each in overdue.letters(store, DUE, "now")]
    assert again == ([stays] if becomes is Status.SENT else [gone, stays])


def test_of_two_workers_that_look_at_the_same_moment_one_tells(store: Store) -> None:
    put(store, sealed())
    both = [overdue.letters(store, DUE, "now") for _ in range(2)]
    told = [overdue.tell(store, seen, letter("hr@acme.example"), DUE, period="now")
            for seen in both]  # fmt: skip
    assert told == [True, False]
