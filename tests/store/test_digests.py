"""What a digest reads, on both databases: what waits, since when, what went wrong in its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from deciding import put, resend, waiting
from promising import become
from sample import HOUR, NOW, letter, sealed

from worker.policy.digest import LISTED, Line, Listed
from worker.store import digests, reports
from worker.store.engine import Store

Read = Callable[[Store, datetime, datetime], Listed]

BEFORE, AFTER = NOW - HOUR, NOW + HOUR
DAY = date(2026, 11, 23)


def lines(listed: Listed) -> list[Line]:
    return [each for each in listed.rows if isinstance(each, Line)]


def test_what_is_held_says_for_what_and_since_when(store: Store) -> None:
    row = waiting(sealed(1), "approval")
    put(store, "s1", row, waiting(sealed(2), "person"))
    (first, second) = lines(digests.held(store, AFTER))
    assert (first.entry, first.why, first.at) == (row.token, "approval", NOW)
    assert (second.name, second.why) == ("Ana Pérez 2", "person")
    assert digests.held(store, BEFORE).total == 0


def test_the_first_of_a_long_list_and_its_length(store: Store) -> None:
    put(store, "s1", *[waiting(sealed(number), "person") for number in range(1, LISTED + 3)])
    found = digests.held(store, AFTER)
    assert (len(found.rows), found.total, found.left_out) == (LISTED, LISTED + 2, 2)


@pytest.mark.parametrize(
    ("what", "read"), [("bounced", digests.bounced), ("failed", digests.failed)]
)
def test_what_went_wrong_is_told_in_its_time_until_somebody_acts(
    store: Store, what: str, read: Read
) -> None:
    row = sealed(1)
    become(store, row, what)
    (line,) = lines(read(store, BEFORE, AFTER))
    assert (line.entry, line.at) == (row.token, NOW)
    assert line.detail
    assert read(store, AFTER, AFTER + HOUR).total == 0
    resend(store, row.token)
    assert read(store, BEFORE, AFTER).total == 0


def test_what_failed_is_not_told_when_a_newer_decision_stands(store: Store) -> None:
    become(store, sealed(1), "failed")
    put(store, "s2", sealed(1, stage="second"))
    assert digests.failed(store, BEFORE, AFTER).total == 0


def test_what_is_unsure_is_told_until_it_is_known(store: Store) -> None:
    become(store, sealed(1), "unsure")
    (line,) = lines(digests.unsure(store, AFTER))
    assert (line.outcome, line.at) == ("rejected", NOW)


def test_what_is_late_is_what_should_have_gone_by_then(store: Store) -> None:
    put(
        store, "s1", *[replace(sealed(number), late_after=NOW + number * HOUR) for number in (1, 2)]
    )
    (line,) = lines(digests.late(store, NOW + timedelta(minutes=90)))
    assert line.name == "Ana Pérez 1"


def test_the_newest_digest_is_found_by_its_day(store: Store) -> None:
    days = [DAY - timedelta(days=back) for back in range(5)]
    assert digests.last_written(store, days) is None
    for day in (days[3], days[1]):
        with store.write() as connection:
            reports.put(connection, digests.key_of(day), letter("hr@acme.example"), NOW)
    assert digests.last_written(store, days) == (days[1], NOW)
    assert digests.last_written(store, days[2:]) == (days[3], NOW)


def test_the_first_entry_is_a_decision_and_no_notice(store: Store) -> None:
    with store.write() as connection:
        reports.put(connection, "pause:x", letter("hr@acme.example"), NOW - HOUR)
    assert digests.first_entry(store) is None
    put(store, "s1", sealed(1))
    assert digests.first_entry(store) == NOW
