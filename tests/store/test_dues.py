"""Promised days in the database: which are open, told of once, and closed for good."""

from datetime import date, timedelta

import pytest
from deciding import cancel, put, resend, status, waiting
from promising import become, promised
from sample import NOW, letter
from sqlalchemy import select

from worker.lifecycle import Kind
from worker.policy.promises import OVERDUE, Promise
from worker.store import dues, views
from worker.store.dues import Open
from worker.store.engine import Store
from worker.store.records import due

DAY, LAST = date(2026, 12, 10), date(2026, 12, 31)


def open_days(store: Store) -> list[tuple[str, date]]:
    return [(each.kind, each.day) for each in dues.open_until(store, LAST)]


def the_open_one(store: Store) -> Open:
    (found,) = dues.open_until(store, LAST)
    return found


def closed(store: Store) -> list[bool]:
    dues.close_settled(store, LAST, NOW)
    with store.read() as connection:
        rows = connection.execute(select(due.c.closed_at).order_by(due.c.id)).scalars()
        return [each is not None for each in rows]


def notices(store: Store) -> int:
    return len(list(views.entries(store, views.Asked(kind=Kind.NOTICE))))


def test_what_a_decision_promises_is_open_once_its_letter_has_left(store: Store) -> None:
    row = promised(1, outcome="on_hold", update_on=DAY)
    become(store, row, "sent")
    found = the_open_one(store)
    assert (found.token, found.kind, found.day) == (row.token, Promise.UPDATE, DAY)
    assert (found.told, found.told_at, found.status) == (0, None, "sent")
    assert found.decision["name"] == row.decision.name


def test_the_first_day_comes_first_and_later_ones_are_not_looked_at(store: Store) -> None:
    for number, day in ((1, DAY), (2, DAY - timedelta(1)), (3, LAST + timedelta(1))):
        become(store, promised(number, outcome="on_hold", update_on=day), "sent")
    assert [day for _, day in open_days(store)] == [DAY - timedelta(1), DAY]


@pytest.mark.parametrize("what", ["queued", "held", "failed", "cancelled"])
def test_a_letter_that_never_left_has_promised_nothing(store: Store, what: str) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), what)
    assert open_days(store) == []


def test_what_came_back_and_is_sent_once_more_stays_promised(store: Store) -> None:
    row = promised(1, outcome="on_hold", update_on=DAY)
    become(store, row, "bounced")
    resend(store, row.token)
    assert status(store, row.token) == "queued"
    assert len(open_days(store)) == 1
    cancel(store, row.token)
    assert open_days(store) == []


def test_a_newer_decision_that_is_held_opens_the_day_again_when_it_is_cancelled(
    store: Store,
) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), "sent")
    newer = promised(1, outcome="rejected")
    put(store, "s2", waiting(newer, "person"))
    assert open_days(store) == []
    assert closed(store) == [False]
    cancel(store, newer.token)
    assert len(open_days(store)) == 1


def test_a_newer_decision_that_was_told_closes_it_for_good(store: Store) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), "sent")
    become(store, promised(1, outcome="rejected"), "sent")
    assert closed(store) == [True]
    assert closed(store) == [True]


def test_what_a_person_took_back_is_closed_for_good(store: Store) -> None:
    become(store, promised(1, outcome="thank_you", interviewed_on=DAY - timedelta(30)), "cancelled")
    dues.close_settled(store, LAST + timedelta(30), NOW)
    assert dues.open_until(store, LAST + timedelta(30)) == []
    assert closed(store) == [True]


def test_a_decision_about_another_application_changes_nothing(store: Store) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), "sent")
    become(store, promised(2, outcome="rejected"), "sent")
    become(store, promised(1, outcome="rejected", application_id="A-9", job_title="Cook"), "sent")
    assert len(open_days(store)) == 1


def test_people_are_told_once_with_the_count_in_the_same_transaction(store: Store) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), "sent")
    found = the_open_one(store)
    assert dues.tell(store, [(found, 1)], [letter("hr@acme.example")], NOW)
    assert (the_open_one(store).told, the_open_one(store).told_at) == (1, NOW)
    assert not dues.tell(store, [(found, 1)], [letter("hr@acme.example")], NOW), "another worker"
    assert notices(store) == 1


def test_a_decision_that_came_meanwhile_leaves_all_of_it_unsaid(store: Store) -> None:
    for number in (1, 2):
        become(store, promised(number, outcome="on_hold", update_on=DAY), "sent")
    found = dues.open_until(store, LAST)
    become(store, promised(2, outcome="rejected"), "queued")
    assert not dues.tell(store, [(each, 1) for each in found], [letter("hr@acme.example")], NOW)
    assert (notices(store), the_open_one(store).told) == (0, 0)


def test_what_was_said_to_be_over_is_not_looked_at_for_reminders_and_still_open(
    store: Store,
) -> None:
    become(store, promised(1, outcome="on_hold", update_on=DAY), "sent")
    dues.tell(store, [(the_open_one(store), OVERDUE)], [], NOW)
    assert dues.open_until(store, LAST, untold=True) == []
    assert len(open_days(store)) == 1
    assert [dues.overdue(store, day) for day in (DAY, DAY + timedelta(1))] == [0, 1]


def test_the_last_day_of_an_offer_is_closed_once_it_was_said_to_be_over(store: Store) -> None:
    become(store, promised(1, outcome="offer", expires_on=DAY), "sent")
    dues.tell(store, [(the_open_one(store), 1)], [], NOW)
    assert closed(store) == [False]
    dues.tell(store, [(the_open_one(store), OVERDUE)], [], NOW)
    assert closed(store) == [True]
    assert dues.overdue(store, LAST) == 0


def test_a_row_that_comes_again_promises_nothing_twice(store: Store) -> None:
    row = promised(1, outcome="on_hold", update_on=DAY)
    put(store, "s1", row)
    put(store, "s2", promised(1, outcome="on_hold", update_on=DAY))
    assert closed(store) == [False]
