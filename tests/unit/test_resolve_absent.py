"""Unsure letters of an account that was tested: when absence counts, and for whom it never does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from resolving import MINUTE, Desk
from sample import HOUR, NOW, open_store, sealed

from worker.decision import Outcome
from worker.errors import SessionError
from worker.policy.calibration import Calibration
from worker.store.engine import Store

SEEN = Calibration(account="a", at=NOW, folder="Sent", sent_after=2, finds_token=True)
ADVANCED = Outcome.ADVANCED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def again(store: Store, found: Calibration = SEEN) -> Desk:
    return Desk(store, calibration=found)


def test_in_a_calibrated_account_an_absent_letter_is_queued_after_an_hour(store: Store) -> None:
    desk = again(store)
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(59 * MINUTE)
    assert desk.status(token) == "unsure"
    desk.pass_time(60 * MINUTE)
    assert desk.status(token) == "queued"
    (line,) = desk.lines("absent")
    assert line["detail"] == {
        "folder": "Sent", "by": "X-Followup-Id, Message-ID",
        "calibrated": "2026-11-23T09:00:00+00:00", "copy_seen_after": "2s",
    }  # fmt: skip
    assert desk.notices() == []


def test_where_copies_show_late_it_waits_ten_times_as_long(store: Store) -> None:
    desk = again(store, Calibration(account="a", at=NOW, folder="Sent", sent_after=900,
                                    finds_token=True))  # fmt: skip
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(149 * MINUTE)
    assert desk.status(token) == "unsure"
    desk.pass_time(150 * MINUTE)
    assert desk.status(token) == "queued"
    assert desk.notices() == []


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.OFFER])
def test_a_rejection_and_an_offer_stay_for_a_person_even_there(
    store: Store, outcome: Outcome
) -> None:
    desk = again(store)
    (token,) = desk.unsure(sealed(1, outcome=outcome))
    desk.pass_time(5 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "unsure"
    assert len(desk.notices()) == 1


def test_a_copy_wins_over_absence_there_too(store: Store) -> None:
    desk = again(store)
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.sent.copies[token] = NOW
    desk.pass_time(2 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "sent"


def test_absence_in_another_folder_than_the_calibrated_one_says_nothing(store: Store) -> None:
    desk = again(store)
    desk.sent.folders = ("Sent Items",)
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(5 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "unsure"
    assert len(desk.notices()) == 1


def test_a_search_that_failed_is_no_absence(store: Store) -> None:
    desk = again(store)
    desk.sent.trouble = SessionError("down", stage="connect")
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(5 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "unsure"
    assert len(desk.notices()) == 1


def test_a_calibration_that_grew_old_meanwhile_says_nothing(store: Store) -> None:
    old = Calibration(account="a", at=NOW - timedelta(days=30), folder="Sent", sent_after=2,
                      finds_token=True)  # fmt: skip
    desk = again(store, old)
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(5 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "unsure"
    assert len(desk.notices()) == 1


def test_what_left_before_the_test_message_may_have_left_through_another_account(
    store: Store,
) -> None:
    desk = again(store, Calibration(account="a", at=NOW + MINUTE, folder="Sent", sent_after=2,
                                    finds_token=True))  # fmt: skip
    (token,) = desk.unsure(sealed(1, outcome=ADVANCED))
    desk.pass_time(5 * HOUR, every=5 * MINUTE)
    assert desk.status(token) == "unsure"
    assert len(desk.notices()) == 1
