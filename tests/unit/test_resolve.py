"""Unsure letters with a scripted clock: when they are looked for, what a find and a miss make."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from resolving import MINUTE, Desk
from sample import HOUR, NOW, arrival, open_store, sealed

from worker.errors import SessionError
from worker.returns import read_quotes
from worker.steps.report import Reporting
from worker.store import outbox, restored, taking, unsure, views
from worker.store.engine import Store
from worker.store.taking import Sealed
from worker.verbs import hold


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def test_it_is_looked_for_at_one_five_fifteen_and_sixty_minutes_and_no_more(store: Store) -> None:
    desk = Desk(store)
    desk.unsure()
    looked_at = []
    for seconds in range(0, 7_200, 30):
        before = len(desk.sent.asked)
        desk.look(after=timedelta(seconds=seconds))
        looked_at += [seconds] * (len(desk.sent.asked) - before)
    assert looked_at == [60, 300, 900, 3_600]
    assert [each["event"] for each in desk.lines("looked_for")] == ["looked_for"] * 4


def test_without_unsure_letters_nobody_is_asked(store: Store) -> None:
    desk = Desk(store)
    desk.pass_time(2 * HOUR, every=10 * MINUTE)
    assert desk.sent.asked == []


def test_a_copy_makes_it_sent_at_the_moment_the_server_stored_it(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.sent.copies[token] = NOW + timedelta(seconds=4)
    desk.look(after=MINUTE)
    fields = views.find(store, token).fields
    assert (fields["status"], fields["sent_at"]) == ("sent", "2026-11-23T09:00:04Z")
    (line,) = desk.lines("proved_sent")
    assert line["detail"] == {
        "proof": "a copy in the Sent folder", "folder": "Sent", "uid": "7",
        "header": "X-Followup-Id", "stored": "2026-11-23T09:00:04+00:00",
    }  # fmt: skip
    desk.pass_time(2 * HOUR, every=5 * MINUTE)
    assert len(desk.sent.asked) == 1
    assert desk.notices() == []


@pytest.mark.parametrize("stored", [None, NOW - timedelta(days=1), NOW + timedelta(days=1)])
def test_a_moment_that_makes_no_sense_is_not_taken_over(
    store: Store, stored: datetime | None
) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.sent.copies[token] = stored
    desk.look(after=MINUTE)
    assert views.find(store, token).fields["sent_at"] == "2026-11-23T09:01:00Z"


def test_a_miss_proves_nothing_and_hr_is_told_once_after_the_last_look(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.pass_time(59 * MINUTE)
    assert desk.notices() == []
    desk.pass_time(5 * HOUR, every=10 * MINUTE)
    assert desk.status(token) == "unsure"
    (told,) = desk.notices()
    for words in (
        f"followup resolve {token} --sent", f"followup resolve {token} --not-sent",
        str(views.find(store, token).fields["message_id"]).strip("<>"), "4 times",
        "in Sent of hr at imap.acme.example", "That proves nothing", "What broke:  closed",
    ):  # fmt: skip
        assert words in told
    quoted = "\n".join(f"> {line}" for line in told.partition("\r\n\r\n")[2].splitlines())
    answer = f"From: ana@example.org\nSubject: No\n\nI never got it.\n{quoted}\n"
    assert read_quotes(answer.encode()) == ()


def test_a_copy_that_is_filed_late_is_found_by_a_later_look(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.pass_time(20 * MINUTE)
    desk.sent.copies[token] = NOW + 18 * MINUTE
    desk.pass_time(61 * MINUTE)
    assert desk.status(token) == "sent"
    assert desk.notices() == []


def test_a_restart_goes_on_where_it_was(store: Store) -> None:
    desk = Desk(store)
    desk.unsure()
    desk.look(after=MINUTE)
    desk.resolver = desk.started()
    desk.look(after=2 * MINUTE)
    assert len(desk.sent.asked) == 1
    desk.look(after=5 * MINUTE)
    assert len(desk.sent.asked) == 2


def test_what_was_unsure_long_before_is_looked_for_once_and_told(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.look(after=timedelta(days=40))
    assert desk.sent.asked == [[token]]
    assert len(desk.notices()) == 1
    assert "1 time\r\n" in desk.notices()[0]


def test_many_at_once_are_one_notice(store: Store) -> None:
    desk = Desk(store)
    tokens = desk.unsure(*[sealed(number) for number in range(1, 31)])
    desk.pass_time(2 * HOUR, every=MINUTE)
    (told,) = desk.notices()
    assert all(token in told for token in tokens)
    assert "Were these 30 letters sent?" in told


def test_what_comes_soon_after_a_notice_waits_for_the_next_one(store: Store) -> None:
    desk = Desk(store)
    for number in range(1, 7):  # every two minutes one more
        desk.clock = NOW + 2 * MINUTE * number
        desk.unsure(sealed(number), name=f"s{number}")
    desk.pass_time(2 * HOUR)
    assert [told.count("Entry:") for told in desk.notices()] == [1, 5]


def test_a_search_that_fails_is_no_look_and_is_repeated(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.sent.trouble = SessionError("mailbox imap: no connection", stage="connect")
    desk.pass_time(10 * MINUTE)
    assert 4 <= len(desk.sent.asked) <= 6  # every two minutes, not every thirty seconds
    assert unsure.letters(store)[0].looks == 0
    desk.sent.trouble = None
    desk.sent.copies[token] = NOW
    desk.pass_time(13 * MINUTE)
    assert desk.status(token) == "sent"


def test_a_login_that_is_refused_is_not_said_again_and_again(store: Store) -> None:
    desk = Desk(store)
    desk.unsure()
    desk.sent.trouble = SessionError("refused", stage="auth", lasting=True)
    desk.pass_time(HOUR)
    assert len(desk.sent.asked) == 4


def test_after_an_hour_without_a_search_hr_is_told_of_that_and_it_goes_on(store: Store) -> None:
    desk = Desk(store)
    (token,) = desk.unsure()
    desk.sent.trouble = SessionError("there is no folder Outgoing", stage="select", lasting=True)
    desk.pass_time(59 * MINUTE)
    assert desk.notices() == []
    desk.pass_time(3 * HOUR)
    (told,) = desk.notices()
    assert "there is no folder Outgoing" in told
    assert "No copy was found" not in told
    desk.sent.trouble = None
    desk.sent.copies[token] = NOW
    desk.pass_time(4 * HOUR)
    assert desk.status(token) == "sent"
    assert len(desk.notices()) == 1


def test_without_a_mailbox_hr_is_told_at_the_first_look_that_there_is_no_folder(
    store: Store,
) -> None:
    desk = Desk(store)
    desk.resolver = desk.started(search=None, place="")
    (token,) = desk.unsure()
    desk.look(after=timedelta(seconds=59))
    assert desk.notices() == []
    desk.pass_time(2 * HOUR)
    (told,) = desk.notices()
    assert "There is no Sent folder to search" in told
    assert desk.status(token) == "unsure"


def test_a_worker_without_a_mailbox_leaves_the_hour_to_the_one_that_has_it(store: Store) -> None:
    desk = Desk(store)
    desk.resolver = desk.started(search=None, alone=False)
    desk.unsure()
    desk.pass_time(59 * MINUTE)
    assert desk.notices() == []
    desk.pass_time(61 * MINUTE)
    assert len(desk.notices()) == 1


def test_where_nobody_is_to_be_told_nothing_breaks(store: Store) -> None:
    desk = Desk(store)
    nobody = Reporting(store=store, seal=lambda _: None, now=lambda: desk.clock)
    desk.resolver = desk.started(reporting=nobody)
    desk.unsure()
    desk.pass_time(2 * HOUR)
    assert desk.notices() == []


def held_as_restored(desk: Desk, *rows: Sealed) -> list[str]:
    """What waited when the database was restored from a backup."""
    verdicts = taking.put(desk.store, arrival(desk.store), rows, NOW, hold_changed=True)
    restored.hold_all(desk.store, "new", by="dana", now=NOW)
    return [each.token for each in verdicts]


def test_what_a_restored_database_has_forgotten_is_found_in_sent(store: Store) -> None:
    desk = Desk(store)
    gone, here = held_as_restored(desk, sealed(1), sealed(2))
    desk.sent.copies[gone] = NOW + MINUTE
    desk.pass_time(2 * HOUR, every=5 * MINUTE)
    assert (desk.status(gone), desk.status(here)) == ("sent", "held")
    assert views.find(store, gone).fields["sent_at"] == "2026-11-23T09:01:00Z"
    assert desk.sent.asked == [[gone, here]], "once: nothing is filed so late"
    assert desk.notices() == [], "a person goes through them anyway"
    assert [each["entry"] for each in desk.lines("looked_for")] == [here]


def test_a_search_for_them_that_fails_is_repeated(store: Store) -> None:
    desk = Desk(store)
    (gone,) = held_as_restored(desk, sealed(1))
    desk.sent.trouble = SessionError("down", stage="connect")
    desk.pass_time(5 * MINUTE)
    assert 1 < len(desk.sent.asked) < 5
    desk.sent.trouble, desk.sent.copies = None, {gone: NOW}
    desk.pass_time(10 * MINUTE)
    assert desk.status(gone) == "sent"


def test_what_is_held_for_another_reason_is_not_looked_for(store: Store) -> None:
    desk = Desk(store)
    (verdict,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    outbox.act(store, views.find(store, verdict.token).id, lambda _: hold(), by="dana", now=NOW)
    desk.pass_time(HOUR, every=5 * MINUTE)
    assert desk.sent.asked == []
