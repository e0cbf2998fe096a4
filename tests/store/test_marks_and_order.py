"""Marks of newer decisions, the order in which decisions came in, and what may be forged.

Whatever comes between, no letter leaves that a person, or a newer decision that stands, stopped.
"""

from dataclasses import replace
from datetime import date

import pytest
from deciding import act as acted
from deciding import (
    at_its_dot,
    by_mail,
    cancel,
    handed_over,
    letters_leave,
    put,
    release,
    settle,
    state,
    status,
    waiting,
    withdrawal,
)
from sample import HOUR, NOW, arrival, sealed
from sqlalchemy import update

from worker import verbs
from worker.decision import Outcome
from worker.errors import NotAllowed
from worker.result import Deferred, Unsure
from worker.store import restored, taking, unsure, views
from worker.store.engine import Store
from worker.store.schema import entry
from worker.store.taking import Sealed

ON_HOLD, OFFER = Outcome.ON_HOLD, Outcome.OFFER


@pytest.mark.parametrize("absent", [False, True], ids=["deferred", "absent"])
def test_a_newer_mark_that_falls_away_leaves_the_older_one_in_force(
    store: Store, *, absent: bool
) -> None:
    old = sealed(1, outcome=ON_HOLD)
    claimed = at_its_dot(store, old)
    if absent:
        settle(store, claimed, Unsure("lost"))
    first = sealed(1)
    put(store, "s2", first)
    release(store, first.token)
    assert letters_leave(store) == [first.token]
    second = sealed(1, outcome=OFFER)
    put(store, "s3", second)
    cancel(store, second.token)
    if absent:
        (missing,) = unsure.letters(store)
        unsure.send_again(store, missing, {}, NOW)
    else:
        settle(store, claimed, Deferred("451"))
    assert state(store, old.token) == ("cancelled",)
    assert letters_leave(store, NOW + HOUR) == []


def test_a_hold_by_a_person_is_released_whatever_was_sent_before(store: Store) -> None:
    handed_over(store, sealed(1, outcome=ON_HOLD))
    new = sealed(1)
    put(store, "s2", new)
    acted(store, new.token, lambda _: verbs.hold())
    release(store, new.token)
    assert letters_leave(store) == [new.token]


def test_after_a_restore_one_word_of_a_person_is_enough(store: Store) -> None:
    handed_over(store, sealed(1, outcome=ON_HOLD))
    new = sealed(1)
    put(store, "s2", new)
    restored.hold_all(store, "fresh", by="hr", now=NOW)
    release(store, new.token)
    assert state(store, new.token) == ("queued",)


@pytest.mark.parametrize("reason", [None, "Another reason."])
def test_the_note_says_when_the_one_between_could_not_be_held(
    store: Store, reason: str | None
) -> None:
    handed_over(store, sealed(1, outcome=ON_HOLD, reason=None))
    between = sealed(1)
    at_its_dot(store, between)
    (placed,) = put(store, "s3", sealed(1, outcome=ON_HOLD, reason=reason))
    assert f"(entry {between.token}) may be reaching the candidate" in (placed.note or "")
    assert "is held" not in (placed.note or "")


def late(store: Store, row: Sealed) -> tuple[str, str | None]:
    """A row that came in an hour before what stands by now, and is taken after it."""
    made = arrival(store, "early")
    newer = sealed(1, outcome=Outcome.THANK_YOU)
    taking.put(store, arrival(store, "newer"), [newer], NOW + HOUR, hold_changed=True)
    (placed,) = taking.put(store, made, [row], NOW + 2 * HOUR, hold_changed=True)
    return newer.token, placed.note


def test_what_came_in_first_and_is_taken_last_stops_nothing_and_waits(store: Store) -> None:
    row = sealed(1)
    newer, note = late(store, row)
    assert (state(store, newer), state(store, row.token)) == (
        ("queued",),
        ("held", "contradiction"),
    )
    assert f"(entry {newer}) came in later" in (note or "")


def test_a_withdrawal_that_came_in_first_lets_nothing_go_without_a_person(store: Store) -> None:
    row = withdrawal()
    newer, _ = late(store, row)
    assert (state(store, newer), status(store, row.token)) == (("held", "contradiction"), "done")


def test_a_repeat_is_a_duplicate_also_after_a_release_that_weighs_more_of_it(store: Store) -> None:
    """The stored digest of another release is not compared with one of today."""
    row = sealed(1)
    put(store, "s1", row)
    with store.write() as connection:
        connection.execute(update(entry).values(manner="as it was"))
    (placed,) = put(store, "s2", sealed(1))
    assert (placed.status, placed.token) == ("duplicate", row.token)


def test_a_file_that_grows_frees_the_letter_and_not_what_it_superseded(store: Store) -> None:
    first = sealed(1, outcome=ON_HOLD)
    handed_over(store, first)
    by_mail(store, "m1", waiting(sealed(1, decided_on=date(2026, 11, 20)), "proof"))
    true = replace(sealed(1), row=2)
    put(store, "s2", true)
    again = [replace(sealed(1, outcome=ON_HOLD), row=1), replace(sealed(1), row=2)]
    placed = put(store, "s3", *again)
    assert [each.token for each in placed] == [first.token, true.token]
    assert letters_leave(store) == [true.token]


@pytest.mark.parametrize("by_a_person", [True, False], ids=["cancelled", "superseded"])
def test_what_may_be_forged_and_was_cancelled_makes_the_true_one_no_duplicate(
    store: Store, *, by_a_person: bool
) -> None:
    forged = waiting(sealed(1, name="Ana"), "proof")
    by_mail(store, "m1", forged)
    if by_a_person:
        cancel(store, forged.token)
    else:
        handed_over(store, sealed(1, outcome=ON_HOLD))
    true = sealed(1)
    (placed,) = put(store, "s2", true)
    assert state(store, true.token) == ("held", "contradiction")
    assert f"(entry {forged.token})" in (placed.note or "")
    release(store, true.token)
    assert letters_leave(store) == [true.token]


def test_an_offer_that_its_decider_stopped_is_not_brought_back_by_a_file(store: Store) -> None:
    offer = waiting(sealed(1, outcome=OFFER), "approval", "confirmation")
    by_mail(store, "m1", offer)
    cancel(store, offer.token)
    (placed,) = put(store, "s2", waiting(sealed(1, outcome=OFFER), "approval"))
    assert (placed.status, placed.token) == ("duplicate", offer.token)


def test_weak_mails_that_differ_in_any_word_and_the_true_one_all_get_in(store: Store) -> None:
    days = [None, date(2026, 11, 20), date(2026, 11, 21)]
    for number, day in enumerate(days):
        row = waiting(sealed(1, decided_on=day), "proof")
        by_mail(store, f"m{number}", row, token=f"{number:020x}")
    true = sealed(1, decided_on=date(2026, 11, 22))
    (placed,) = put(store, "s1", true)
    assert placed.status == "queued"
    assert letters_leave(store) == [true.token]


def test_cancelled_again_and_again_the_same_words_get_in_again(store: Store) -> None:
    for number in range(3):
        forged = waiting(sealed(1), "proof")
        by_mail(store, f"m{number}", forged, token=f"{number:020x}")
        if number == 0:
            cancel(store, forged.token)
    true = sealed(1)
    (placed,) = put(store, "s1", true)
    assert placed.token == true.token
    cancel(store, true.token)
    (again,) = put(store, "s2", sealed(1))
    assert (again.status, again.token) == ("duplicate", true.token)


def test_who_vouches_for_a_decision_does_not_approve_it(store: Store) -> None:
    weak = sealed(1, outcome=OFFER, decided_by="boss@acme.example")
    by_mail(store, "m1", waiting(weak, "approval", "proof"))
    true = sealed(1, outcome=OFFER, decided_by="dana@acme.example")
    (placed,) = put(store, "s1", waiting(true, "approval"))
    assert placed.token == weak.token
    assert state(store, weak.token) == ("held", "approval")
    with pytest.raises(NotAllowed, match=r"dana@acme\.example decided it"):
        acted(store, weak.token, lambda waits: verbs.approve(NOW, waits), by="dana@acme.example")
    acted(store, weak.token, lambda waits: verbs.approve(NOW, waits), by="boss@acme.example")
    assert views.find(store, weak.token).fields["decided_by"] == "dana@acme.example"


def test_a_proved_withdrawal_is_no_repeat_of_one_that_waits(store: Store) -> None:
    old = sealed(1, outcome=Outcome.ADVANCED)
    put(store, "s1", old)
    weak = withdrawal("proof")
    weak = replace(weak, decision=replace(weak.decision, name="A. Perez"))
    by_mail(store, "m1", weak)
    put(store, "s2", withdrawal())
    assert (state(store, old.token), state(store, weak.token)) == (("cancelled",), ("cancelled",))
