"""The state machine: every result and every verb, from every state."""

from datetime import timedelta
from typing import get_args

import pytest
from sample import NOW, RETRY

from worker import lifecycle, verbs
from worker.lifecycle import Kind, Status, Transition, Try, after
from worker.result import Accepted, Deferred, NotTried, Refused, Reply, Result, Unsure

OK = Reply(250, "2.0.0 queued")
RESULTS: dict[type, Result] = {
    Accepted: Accepted(OK),
    Deferred: Deferred("451"),
    Refused: Refused("550"),
    Unsure: Unsure("closed"),
    NotTried: NotTried("down"),
}


def a_try(kind: Kind = Kind.LETTER, attempts: int = 1) -> Try:
    return Try(kind=kind, attempts=attempts, first_try_at=NOW)


def test_every_result_is_known_here() -> None:
    assert set(get_args(Result)) == set(RESULTS)


@pytest.mark.parametrize(
    ("result", "to"),
    [
        (Accepted, Status.SENT),
        (Deferred, Status.QUEUED),
        (Refused, Status.FAILED),
        (Unsure, Status.UNSURE),
        (NotTried, Status.QUEUED),
    ],
)
def test_a_letter_goes_where_its_result_says(result: type, to: Status) -> None:
    assert after(a_try(), RESULTS[result], NOW, RETRY).to is to


def test_only_a_proof_may_move_what_is_no_longer_sending() -> None:
    for result in RESULTS.values():
        change = after(a_try(), result, NOW, RETRY)
        beyond = change.come_from - {Status.SENDING}
        assert beyond == ({Status.UNSURE} if isinstance(result, Accepted) else frozenset())


def test_unsure_never_leads_back_to_the_queue_by_itself() -> None:
    for result in RESULTS.values():
        change = after(a_try(), result, NOW, RETRY)
        if Status.UNSURE in change.come_from:
            assert change.to is Status.SENT
    assert lifecycle.lost(Kind.LETTER, NOW, dot_pending=True).to is Status.UNSURE


def test_a_dead_worker_without_a_dot_is_proof_that_nothing_was_sent() -> None:
    change = lifecycle.lost(Kind.LETTER, NOW, dot_pending=False)
    assert (change.to, change.before_dot) == (Status.QUEUED, True)


def test_a_notice_may_come_twice_but_is_never_left_unsure() -> None:
    assert after(a_try(Kind.NOTICE), Unsure("closed"), NOW, RETRY).to is Status.QUEUED
    assert lifecycle.lost(Kind.NOTICE, NOW, dot_pending=True).to is Status.QUEUED


def test_a_deferred_entry_waits_by_its_attempts_and_is_given_up() -> None:
    change = after(a_try(attempts=3), Deferred("451"), NOW, RETRY)
    assert change.not_before == NOW + timedelta(minutes=3)
    late = NOW + RETRY.give_up
    gone = after(a_try(attempts=3), Deferred("451"), late, RETRY)
    assert (gone.to, gone.why) == (Status.FAILED, "out of time")


def test_what_is_about_us_costs_nothing() -> None:
    change = after(a_try(), NotTried("down"), NOW, RETRY)
    assert (change.attempts, change.not_before) == (-1, NOW)


VERBS: dict[str, tuple[Transition, set[str]]] = {
    "hold": (verbs.hold(), {"queued"}),
    "release": (verbs.release(NOW, ("person",)), {"held"}),
    "approve": (verbs.approve(NOW, ("approval",)), {"held"}),
    "cancel": (verbs.cancel(), {"held", "queued", "sending"}),
    "send_now": (verbs.send_now(NOW), {"queued"}),
    "called": (verbs.called(), {"held"}),
    "resolved_sent": (verbs.resolved_sent(NOW), {"unsure"}),
    "proved_sent": (verbs.proved_sent(NOW, {}), {"unsure", "queued", "sending"}),
    "taken_after_all": (
        verbs.taken_after_all(NOW, "250", {}),
        {"unsure", "queued", "sending", "held"},
    ),
    "proved_before_restore": (verbs.proved_before_restore(NOW, {}), {"held"}),
    "absent": (verbs.absent(NOW, {}), {"unsure"}),
    "restored": (verbs.restored(()), {"held", "queued", "sending"}),
    "sent_before_restore": (verbs.sent_before_restore(NOW), {"held"}),
    "resolved_not_sent": (verbs.resolved_not_sent(NOW), {"unsure"}),
    "resend": (verbs.resend(NOW), {"failed", "bounced"}),
    "bounced": (verbs.bounced("x", "x", {}), {"sent", "unsure", "sending", "queued"}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_possible_in_its_states_and_no_other(verb: str) -> None:
    change, allowed = VERBS[verb]
    assert {status.value for status in change.come_from} == allowed


def test_nothing_leaves_cancelled_or_done_and_sent_only_by_coming_back() -> None:
    for verb, (change, _) in VERBS.items():
        assert not change.come_from & {Status.CANCELLED, Status.DONE}
        assert Status.SENT not in change.come_from or verb == "bounced"


def test_whatever_stops_a_letter_demands_that_no_dot_is_pending() -> None:
    for change in (
        verbs.cancel(),
        verbs.superseded("x"),
        verbs.contradicted(()),
        verbs.restored(()),
    ):
        assert change.before_dot


def test_what_a_guard_held_waits_for_it_again_after_a_restored_database_is_looked_at() -> None:
    held = verbs.restored(("approval",))
    assert (held.why, held.waits) == ("restored", ("restored", "approval"))
    change = verbs.release(NOW, held.waits)
    assert (change.to, change.why, change.waits) == (Status.HELD, "approval", ("approval",))


def test_a_release_does_not_stand_for_an_approval() -> None:
    assert verbs.release(NOW, ("approval",)).whys is not None
    assert "approval" not in (verbs.release(NOW, ("approval",)).whys or ())
    assert verbs.approve(NOW, ("approval",)).second_person


def test_what_waits_for_more_stays_held() -> None:
    change = verbs.release(NOW, ("reason", "approval"))
    assert (change.to, change.why, change.waits) == (Status.HELD, "approval", ("approval",))
