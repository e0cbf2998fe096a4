"""Which letter a bounce moves, and in which states: on both databases."""

from dataclasses import replace

import pytest
from returning import (
    ANA,
    BOUNCE,
    LATER,
    SENT,
    Desk,
    bounced,
    entry,
    events,
    handed_over,
    mail,
    notices,
    opened,
)
from sample import HOUR, NOW, RETRY, arrival, sealed

from worker.lifecycle import Transition, after
from worker.result import Deferred, Refused, Result, Unsure
from worker.steps.returns import take_return
from worker.store import outbox, taking, views
from worker.store.engine import Store
from worker.verbs import hold, resolved_not_sent, restored


def test_a_bounce_moves_its_letter_and_tells_hr(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    assert bounced(desk, token).state == "returned"
    found = entry(store, token)
    assert (found["status"], found["why"]) == ("bounced", "no such address")
    assert found["sent_at"] == "2026-11-23T09:00:00Z"
    (told,) = notices(store)
    assert (told["email"], told["status"]) == ("hr@acme.example", "queued")
    assert desk.logged == ["bounced"]


@pytest.mark.parametrize("result", [Unsure("closed"), None], ids=["unsure", "sending"])
def test_what_came_back_has_left_whatever_was_known_of_it(
    store: Store, desk: Desk, result: Result | None
) -> None:
    token = handed_over(store, result)
    assert bounced(desk, token).state == "returned"
    assert entry(store, token)["status"] == "bounced"


def test_a_deferred_letter_is_stopped_by_its_bounce(store: Store, desk: Desk) -> None:
    token = handed_over(store, Deferred("dot: 451"))
    bounced(desk, token)
    assert entry(store, token)["status"] == "bounced"


def test_a_bounce_stops_the_next_try_of_a_letter_that_was_taken_for_not_sent(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store, Unsure("closed"))
    outbox.act(store, views.find(store, token).id, lambda _: resolved_not_sent(NOW), by="Dana",
               now=NOW)  # fmt: skip
    bounced(desk, token)
    claimed = outbox.claim(store, "w2", LATER, LATER + HOUR, limit=9)
    assert token not in {each.letter.token for each in claimed}


def test_an_answer_that_comes_after_the_bounce_changes_nothing(store: Store, desk: Desk) -> None:
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    outbox.dot_pending(store, claimed, NOW, LATER)
    bounced(desk, placed.token)
    late = after(claimed.attempt, SENT, LATER, RETRY)
    assert not outbox.settle(store, claimed, late, LATER, {})
    assert entry(store, placed.token)["status"] == "bounced"


@pytest.mark.parametrize("claims", [False, True], ids=["queued", "before its dot"])
def test_a_letter_that_never_left_can_not_come_back(
    store: Store, desk: Desk, *, claims: bool
) -> None:
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    if claims:
        outbox.claim(store, "w1", NOW, LATER)
    before = entry(store, placed.token)["status"]
    ending = bounced(desk, placed.token)
    assert (ending.state, str(before) in str(ending.problem)) == ("quarantined", True)
    assert entry(store, placed.token)["status"] == before
    assert notices(store) == []


def held(store: Store, change: Transition) -> str:
    """A letter that waits for a person, and never left as far as this database knows."""
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    which = views.find(store, placed.token).id
    outbox.act(store, which, lambda _: change, by="x", now=NOW)
    return placed.token


def test_a_letter_that_is_held_as_restored_did_leave_when_it_comes_back(
    store: Store, desk: Desk
) -> None:
    token = held(store, restored(()))
    assert bounced(desk, token).state == "returned"
    assert entry(store, token)["status"] == "bounced"
    assert len(notices(store)) == 1


def test_a_letter_that_a_person_holds_is_not_bounced(store: Store, desk: Desk) -> None:
    token = held(store, hold())
    assert bounced(desk, token).state == "quarantined"
    assert entry(store, token)["status"] == "held"


def test_a_letter_that_failed_is_not_bounced_as_well(store: Store, desk: Desk) -> None:
    token = handed_over(store, Refused("550"))
    assert bounced(desk, token).state == "quarantined"
    assert entry(store, token)["status"] == "failed"


def test_a_bounce_without_our_token_moves_nothing(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    for tokens in ((), ("0" * 20,)):
        ending = take_return(opened(replace(BOUNCE, tokens=tokens)), mail(), desk.into())
        assert ending is not None
        assert ending.state == "ignored"
    assert entry(store, token)["status"] == "sent"
    assert notices(store) == []


def test_the_beginning_of_a_token_is_no_token(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    assert bounced(desk, token[:19]).state == "ignored"
    assert entry(store, token)["status"] == "sent"


def test_a_bounce_that_names_two_letters_moves_neither(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    told = replace(BOUNCE, tokens=(token, "0" * 20))
    ending = take_return(opened(told), mail(), desk.into())
    assert ending is not None
    assert ending.state == "quarantined"
    assert entry(store, token)["status"] == "sent"


def test_a_bounce_of_another_recipient_is_for_people_to_look_at(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    ending = bounced(desk, token, recipients=("somebody@else.example",))
    assert ending.state == "quarantined"
    assert token in str(ending.problem)
    assert entry(store, token)["status"] == "sent"
    assert "returned" in events(store)
    assert notices(store) == []


@pytest.mark.parametrize(
    "recipients", [(), ("C1@Candidates.Example",), ("else@where.example", ANA)]
)
def test_whose_bounce_it_is_need_not_be_said_and_case_does_not_count(
    store: Store, desk: Desk, recipients: tuple[str, ...]
) -> None:
    token = handed_over(store)
    assert bounced(desk, token, recipients=recipients).state == "returned"
    assert entry(store, token)["status"] == "bounced"
