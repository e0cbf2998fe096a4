"""What a search for proof writes, on both databases: proofs, misses, and who was told."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sample import HOUR, NOW, RETRY, arrival, letter, sealed

from worker.decision import Outcome as Decided
from worker.lifecycle import after
from worker.policy.calibration import Calibration
from worker.result import Accepted, Deferred, Refused, Reply, Result, Unsure
from worker.store import calibration, outbox, taking, unsure, views
from worker.store.engine import Store
from worker.store.outbox import Claimed
from worker.store.taking import Sealed

LATER = NOW + HOUR
EVIDENCE = {"proof": "a copy in the Sent folder", "folder": "Sent", "uid": "7"}


def handed_over(store: Store, result: Result | None, *rows: Sealed) -> list[str]:
    """Letters of which the final dot went out, and what came of it; None is: still sending."""
    made = arrival(store)
    verdicts = taking.put(store, made, rows or (sealed(1),), NOW, hold_changed=True)
    for each in outbox.claim(store, "w1", NOW, LATER, limit=10):
        assert outbox.dot_pending(store, each, NOW, LATER)
        if result is not None:
            settle(store, each, result)
    return [each.token for each in verdicts]


def settle(store: Store, claimed: Claimed, result: Result) -> bool:
    return outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})


def unsure_ones(store: Store, *rows: Sealed) -> list[str]:
    return handed_over(store, Unsure("closed"), *rows)


def status(store: Store, token: str) -> str:
    return str(views.find(store, token).fields["status"])


def events(store: Store) -> Sequence[str]:
    return [str(line["event"]) for line in views.journal_lines(store)]


def test_an_unsure_letter_says_when_its_dot_was_and_that_nobody_looked(store: Store) -> None:
    (token,) = unsure_ones(store)
    (missing,) = unsure.letters(store)
    assert (missing.token, missing.dot_at, missing.looks) == (token, NOW, 0)
    assert (missing.looked_at, missing.told_at) == (None, None)
    assert missing.recipient == "c1@candidates.example"
    assert missing.message_id == views.find(store, token).fields["message_id"]


def test_a_proof_makes_it_sent_with_the_evidence_in_the_journal(store: Store) -> None:
    (token,) = unsure_ones(store)
    stored = NOW + timedelta(seconds=3)
    assert unsure.proved(store, token, EVIDENCE, LATER, sent_at=stored)
    found = views.find(store, token)
    assert (found.fields["status"], found.fields["sent_at"]) == ("sent", "2026-11-23T09:00:03Z")
    (line,) = [each for each in views.journal_lines(store) if each["event"] == "proved_sent"]
    assert (line["detail"], line["worker"]) == (EVIDENCE, "resolver")
    assert unsure.letters(store) == []


def test_a_proof_comes_once(store: Store) -> None:
    (token,) = unsure_ones(store)
    assert unsure.proved(store, token, EVIDENCE, LATER)
    assert not unsure.proved(store, token, EVIDENCE, LATER)
    assert events(store).count("proved_sent") == 1


@pytest.mark.parametrize("result", [Deferred("451"), None], ids=["queued again", "sending"])
def test_a_proof_stops_the_next_try_of_a_letter_that_was_handed_over(
    store: Store, result: Result | None
) -> None:
    (token,) = handed_over(store, result)
    assert unsure.proved(store, token, EVIDENCE, NOW)
    assert status(store, token) == "sent"
    assert outbox.claim(store, "w2", LATER, LATER + HOUR) == []


def test_a_letter_that_never_left_can_not_be_proved_whoever_forges_a_bounce(store: Store) -> None:
    (verdict,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    assert not unsure.proved(store, verdict.token, EVIDENCE, NOW)
    outbox.claim(store, "w1", NOW, LATER)  # on its way, without a dot
    assert not unsure.proved(store, verdict.token, EVIDENCE, NOW)
    assert status(store, verdict.token) == "sending"


@pytest.mark.parametrize("result", [Accepted(Reply(250, "ok")), Refused("550")])
def test_a_proof_changes_nothing_of_what_is_settled(store: Store, result: Result) -> None:
    (token,) = handed_over(store, result)
    before = status(store, token)
    assert not unsure.proved(store, token, EVIDENCE, NOW)
    assert status(store, token) == before


def test_a_proof_of_nothing_we_know_changes_nothing(store: Store) -> None:
    assert not unsure.proved(store, "0" * 20, EVIDENCE, NOW)


def test_an_answer_that_comes_after_the_proof_changes_nothing(store: Store) -> None:
    taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    outbox.dot_pending(store, claimed, NOW, LATER)
    assert unsure.proved(store, claimed.letter.token, EVIDENCE, NOW)
    assert not settle(store, claimed, Deferred("451"))
    assert status(store, claimed.letter.token) == "sent"


def test_a_miss_is_counted_and_the_letter_stays_unsure(store: Store) -> None:
    (token,) = unsure_ones(store)
    for minutes in (1, 5):
        moment = NOW + timedelta(minutes=minutes)
        unsure.missed(store, unsure.letters(store), {"folder": "Sent"}, moment)
    (missing,) = unsure.letters(store)
    assert (missing.looks, missing.looked_at) == (2, NOW + timedelta(minutes=5))
    assert status(store, token) == "unsure"
    assert events(store).count("looked_for") == 2


def test_a_miss_of_what_is_resolved_meanwhile_is_not_counted(store: Store) -> None:
    (token,) = unsure_ones(store)
    seen = unsure.letters(store)
    unsure.proved(store, token, EVIDENCE, NOW)
    unsure.missed(store, seen, {"folder": "Sent"}, LATER)
    assert "looked_for" not in events(store)


def test_what_is_told_is_told_once_however_many_workers_tell(store: Store) -> None:
    unsure_ones(store, sealed(1), sealed(2))
    both = unsure.letters(store)
    assert unsure.tell(store, both, letter("hr@acme.example"), LATER)
    assert not unsure.tell(store, both, letter("hr@acme.example"), LATER)
    assert not unsure.tell(store, both[:1], letter("hr@acme.example"), LATER)
    assert [each.told_at for each in unsure.letters(store)] == [LATER, LATER]
    assert events(store).count("reported") == 1


def test_where_nobody_is_to_be_told_they_count_as_told(store: Store) -> None:
    unsure_ones(store)
    assert unsure.tell(store, unsure.letters(store), None, LATER)
    assert "reported" not in events(store)


def test_an_absent_letter_is_queued_once_with_its_evidence(store: Store) -> None:
    (token,) = unsure_ones(store)
    (missing,) = unsure.letters(store)
    assert unsure.send_again(store, missing, {"calibrated": "today"}, LATER)
    assert not unsure.send_again(store, missing, {"calibrated": "today"}, LATER)
    assert status(store, token) == "queued"
    assert events(store).count("absent") == 1


def test_a_letter_that_is_sent_anew_is_looked_for_anew(store: Store) -> None:
    unsure_ones(store)
    unsure.missed(store, unsure.letters(store), {}, NOW)
    unsure.tell(store, unsure.letters(store), None, NOW)
    unsure.send_again(store, unsure.letters(store)[0], {}, NOW)
    (again,) = outbox.claim(store, "w2", LATER, LATER + HOUR)
    assert outbox.dot_pending(store, again, LATER, LATER + HOUR)
    assert settle(store, again, Unsure("closed"))
    (missing,) = unsure.letters(store)
    assert (missing.looks, missing.looked_at, missing.told_at) == (0, None, None)
    assert missing.dot_at == LATER


def test_what_a_newer_decision_superseded_is_cancelled_and_not_sent_again(store: Store) -> None:
    (token,) = unsure_ones(store)
    newer = sealed(1, outcome=Decided.ADVANCED)
    taking.put(store, arrival(store, "s2"), [newer], NOW, hold_changed=True)
    assert unsure.send_again(store, unsure.letters(store)[0], {}, LATER)
    assert status(store, token) == "cancelled"


def test_the_newest_calibration_of_an_account_counts(store: Store) -> None:
    assert calibration.latest(store, "a") is None
    old = Calibration(account="a", at=NOW)
    new = Calibration(
        account="a", at=LATER, folder="Sent", message_id_survives=False, token_survives=True,
        sent_after=3, finds_message_id=False, finds_token=True,
    )  # fmt: skip
    for each in (new, old, Calibration(account="b", at=LATER + HOUR)):
        calibration.record(store, each)
    assert calibration.latest(store, "a") == new
