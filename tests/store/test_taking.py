"""Putting decisions in: once, whatever is dropped how often, and what contradicts is held."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from sample import HOUR, NOW, RETRY, arrival, sealed
from sqlalchemy import select

from worker.decision import Channel, Outcome
from worker.lifecycle import Status, Transition, after
from worker.result import Accepted, Deferred, Refused, Reply, Unsure
from worker.store import ledger, outbox, taking, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending, Place
from worker.store.schema import letter
from worker.store.taking import Placed, Sealed
from worker.verbs import cancel, resend, resolved_not_sent


def put(store: Store, made: Arrival, *rows: Sealed, hold_changed: bool = True) -> list[Placed]:
    return taking.put(store, made, rows, NOW, hold_changed=hold_changed)


def statuses(store: Store) -> dict[str, str]:
    return {str(row["entry"]): str(row["status"]) for row in views.entries(store, views.Asked())}


def test_a_row_becomes_an_entry_with_its_letter(store: Store) -> None:
    row = sealed(1)
    (placed,) = put(store, arrival(store), row)
    assert (placed.status, placed.token) == ("queued", row.token)
    assert row.letter is not None
    assert views.find(store, row.token).content == row.letter.content


def test_the_same_submission_again_answers_as_the_first_time(store: Store) -> None:
    made = arrival(store)
    rows = [sealed(1), sealed(2)]
    first = put(store, made, *rows)
    again = put(store, made, *(sealed(each.row) for each in rows))
    assert [each.token for each in again] == [each.token for each in first]
    assert [each.status for each in again] == ["queued", "queued"]
    assert len(statuses(store)) == 2


def test_the_same_decision_in_another_file_is_a_duplicate(store: Store) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    (second,) = put(store, arrival(store, "s2"), sealed(1))
    assert second == Placed(1, "duplicate", first.token, "already taken in")


def test_the_same_row_twice_in_one_file_is_a_duplicate(store: Store) -> None:
    placed = put(store, arrival(store), sealed(1, row=2), sealed(1, row=3))
    assert [each.status for each in placed] == ["queued", "duplicate"]


def test_without_an_id_the_address_and_the_job_are_the_application(store: Store) -> None:
    one = sealed(1, application_id=None)
    other = sealed(1, application_id=None, job_title="Data  analyst", email="C1@candidates.example")
    third = sealed(1, application_id=None, job_title="Designer")
    placed = put(store, arrival(store), one, replace(other, row=2), replace(third, row=3))
    assert [each.status for each in placed] == ["queued", "duplicate", "queued"]


def test_a_changed_repeat_is_held_for_a_person_and_says_which_entry_it_contradicts(
    store: Store,
) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    (changed,) = put(store, arrival(store, "s2"), sealed(1, reason="Another reason."))
    assert changed.status == "held"
    assert first.token in str(changed.note)
    (again,) = put(store, arrival(store, "s3"), sealed(1, reason="Another reason."))
    assert (again.status, again.token) == ("duplicate", changed.token)


def test_a_changed_repeat_is_only_a_duplicate_with_the_guard_off(store: Store) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    changed = sealed(1, reason="Another reason.")
    (placed,) = put(store, arrival(store, "s2"), changed, hold_changed=False)
    assert (placed.status, placed.token) == ("duplicate", first.token)


def test_a_corrected_letter_goes_out_after_the_first_was_cancelled(store: Store) -> None:
    put(store, arrival(store, "s1"), sealed(1))
    put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))  # cancels the first
    (placed,) = put(store, arrival(store, "s3"), sealed(1, reason="The corrected reason."))
    assert placed.status == "queued"


def test_an_old_file_dropped_again_does_not_bring_back_what_was_cancelled(store: Store) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    (again,) = put(store, arrival(store, "s3"), sealed(1))
    assert again.status == "duplicate"
    assert "cancelled" in str(again.note)
    assert statuses(store)[first.token] == "cancelled"


def test_a_newer_decision_stops_what_is_pending_for_the_application(store: Store) -> None:
    (old,) = put(store, arrival(store, "s1"), sealed(1))
    (new,) = put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    assert statuses(store) == {old.token: "cancelled", new.token: "queued"}


def test_withdrawn_stops_what_is_pending_and_mails_nobody(store: Store) -> None:
    (old,) = put(store, arrival(store, "s1"), sealed(1))
    row = sealed(1, outcome=Outcome.WITHDRAWN)
    withdrawn = replace(row, letter=None, status=Status.DONE, not_before=None)
    (new,) = put(store, arrival(store, "s2"), withdrawn)
    assert statuses(store) == {old.token: "cancelled", new.token: "done"}
    with store.read() as connection:
        assert len(connection.execute(select(letter)).all()) == 1


def test_two_outcomes_for_one_application_in_one_file_are_both_held(store: Store) -> None:
    made = arrival(store)
    placed = put(store, made, sealed(1, row=2), sealed(1, row=3, outcome=Outcome.ADVANCED))
    assert placed[1].status == "held"
    assert set(statuses(store).values()) == {"held"}


def test_another_candidates_entry_is_never_touched(store: Store) -> None:
    (other,) = put(store, arrival(store, "s1"), sealed(2))
    put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.WITHDRAWN))
    assert statuses(store)[other.token] == "queued"


def test_a_batch_is_stored_whole_or_not_at_all(store: Store) -> None:
    made = arrival(store)
    broken = replace(sealed(2), token="x" * 1, decision=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        put(store, made, sealed(1), broken)
    assert statuses(store) == {}


def test_a_submission_is_finished_once_and_so_is_its_receipt(store: Store) -> None:
    made = arrival(store)
    notice = sealed(9).letter
    ending = Ending(state="taken", event="submission_taken", counts={"rows": 1}, notice=notice)
    ledger.finish(store, made, ending, NOW)
    ledger.finish(store, made, ending, NOW)
    notices = list(views.entries(store, views.Asked(kind=None)))
    assert [row["kind"] for row in notices] == ["notice"]
    events = [line["event"] for line in views.journal_lines(store)]
    assert events == ["receipt", "submission_taken"]


def test_a_mail_is_known_by_its_place_and_by_its_content(store: Store) -> None:
    place = Place("hr@imap", "INBOX", 7, 42)
    made = Arrival(id="m1", source="mailbox", name="uid 42", content_key="k", place=place)
    assert ledger.known(store, place=place) is None
    ledger.begin(store, made, NOW)
    ledger.begin(store, made, NOW)
    assert ledger.known(store, place=place) == ledger.Known("m1", "taking")
    elsewhere = Place("hr@imap", "INBOX", 8, 42)  # UIDVALIDITY changed: all UIDs mean nothing now
    assert ledger.known(store, place=elsewhere) is None
    assert ledger.known(store, content_key="k") == ledger.Known("m1", "taking")
    ledger.note_place(store, elsewhere, "m1", NOW)
    ledger.note_place(store, elsewhere, "m1", NOW)
    assert ledger.known(store, place=elsewhere) is not None


def test_the_deciders_last_word_holds_the_opposite_letter(store: Store) -> None:
    put(store, arrival(store, "s1"), sealed(1))
    (later,) = put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    (again,) = put(store, arrival(store, "s3"), sealed(1))  # back to rejected, in the same words
    assert again.status == "duplicate"
    assert later.token in str(again.note)
    assert statuses(store)[later.token] == "held"


def test_a_file_that_grows_frees_what_its_older_rows_held(store: Store) -> None:
    thanks = sealed(1, row=2, outcome=Outcome.THANK_YOU)
    put(store, arrival(store, "s1"), thanks)
    newer = sealed(1, row=3, outcome=Outcome.ADVANCED)
    (first,) = put(store, arrival(store, "s2"), newer)
    grown = [sealed(1, row=2, outcome=Outcome.THANK_YOU),
             sealed(1, row=3, outcome=Outcome.ADVANCED)]  # fmt: skip
    placed = put(store, arrival(store, "s3"), *grown)
    assert [each.status for each in placed] == ["duplicate", "duplicate"]
    assert statuses(store)[first.token] == "queued"


def test_one_cancel_opens_the_door_for_one_correction_only(store: Store) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    outbox.act(store, views.find(store, first.token).id, lambda _: cancel(), by="hr", now=NOW)
    found = [
        put(store, arrival(store, f"c{n}"), sealed(1, reason=f"Correction {n}."))[0].status
        for n in range(3)
    ]
    assert found == ["queued", "held", "held"]


def test_a_newer_decision_waits_while_the_older_one_is_at_its_dot(store: Store) -> None:
    (old,) = put(store, arrival(store, "s1"), sealed(1))
    (claimed,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    assert outbox.dot_pending(store, claimed, NOW, NOW + HOUR)
    (new,) = put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    assert new.status == "held"
    outbox.settle(store, claimed, after(claimed.attempt, Deferred("451"), NOW, RETRY), NOW, {})
    assert statuses(store) == {old.token: "cancelled", new.token: "held"}  # never after the newer


@pytest.mark.parametrize("verb", [resolved_not_sent, resend])
def test_what_was_superseded_never_goes_back_to_the_queue(
    store: Store, verb: Callable[[datetime], Transition]
) -> None:
    (old,) = put(store, arrival(store, "s1"), sealed(1))
    (claimed,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    result = Unsure("closed") if verb is resolved_not_sent else Refused("550")
    outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})
    put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    outbox.act(store, views.find(store, old.token).id, lambda _: verb(NOW), by="hr", now=NOW)
    assert statuses(store)[old.token] == "cancelled"


def test_one_id_for_two_people_stops_nobodys_letter_and_is_held(store: Store) -> None:
    (ana,) = put(store, arrival(store, "s1"), sealed(1, application_id="REQ-7"))
    bob = sealed(2, application_id="req-7", outcome=Outcome.ADVANCED)
    (placed,) = put(store, arrival(store, "s2"), bob)
    assert placed.status == "held"
    assert ana.token in str(placed.note)
    assert statuses(store)[ana.token] == "held"


def test_a_decision_without_an_id_is_about_the_same_application(store: Store) -> None:
    (first,) = put(store, arrival(store, "s1"), sealed(1))
    (again,) = put(store, arrival(store, "s2"), sealed(1, application_id=None))
    assert (again.status, again.token) == ("duplicate", first.token)
    row = sealed(1, application_id=None, outcome=Outcome.WITHDRAWN)
    put(store, arrival(store, "s3"), replace(row, letter=None, status=Status.DONE))
    assert statuses(store)[first.token] == "cancelled"


def test_two_applications_of_one_person_for_one_job_are_two(store: Store) -> None:
    put(store, arrival(store, "s1"), sealed(1))
    (other,) = put(store, arrival(store, "s2"), sealed(1, application_id="A-1-again"))
    assert other.status == "queued"


def test_after_a_no_was_told_good_news_waits_for_a_person(store: Store) -> None:
    put(store, arrival(store, "s1"), sealed(1))
    (claimed,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    accepted = after(claimed.attempt, Accepted(Reply(250, "ok")), NOW, RETRY)
    outbox.settle(store, claimed, accepted, NOW, {})
    (placed,) = put(store, arrival(store, "s2"), sealed(1, outcome=Outcome.ADVANCED))
    assert placed.status == "held"


def test_how_it_is_told_matters_until_it_is_told(store: Store) -> None:
    put(store, arrival(store, "s1"), sealed(1))
    (changed,) = put(store, arrival(store, "s2"), sealed(1, channel=Channel.PHONE, phone="+49 1"))
    assert changed.status == "held"


def test_two_processes_never_queue_two_opposite_letters(store: Store) -> None:
    made = {name: arrival(store, name) for name in ("s1", "s2")}

    def take(name: str) -> None:
        outcome = Outcome.REJECTED if name == "s1" else Outcome.ADVANCED
        for number in range(20):
            put(store, made[name], sealed(number, outcome=outcome))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, made))
    queued = [row["application_id"] for row in views.entries(store, views.Asked())
              if row["status"] == "queued"]  # fmt: skip
    assert len(queued) == len(set(queued)) == 20
