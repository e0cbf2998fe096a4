"""A signature is held against the moment at which its mail arrived in the mailbox."""

from datetime import datetime, timedelta

from sample import HOUR, NOW

from worker.intake.dkimproof import Seal
from worker.intake.mailform import Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Proved, Unproved
from worker.steps.believe import LONGEST_LYING, Believing, believed
from worker.store.engine import Store
from worker.store.signatures import is_replay

DAY = timedelta(days=1)


def doubt(
    store: Store,
    arrived_at: datetime | None,
    now: datetime,
    *,
    content: bytes = b"x",
    expires_at: datetime | None = None,
) -> str:
    """Why a mail that was signed at ``NOW`` is not believed; empty when it is."""
    seal = Seal(marks=("b1", "id1"), signed_at=NOW, dated=NOW, expires_at=expires_at)
    opened = Opened(envelope=Envelope(), proof=Proved("dana@acme.example", "dkim", seal))
    into = Believing(store=store, now=lambda: now)
    proof = believed(opened, b"Subject: x\r\n\r\n" + content, arrived_at, into).proof
    return proof.reason if isinstance(proof, Unproved) else ""


def test_what_arrived_in_time_counts_after_days_of_downtime(store: Store) -> None:
    assert doubt(store, NOW + HOUR, NOW + 5 * DAY) == ""


def test_what_was_delivered_late_is_too_old_although_it_is_looked_at_at_once(store: Store) -> None:
    assert "older than 48 hours" in doubt(store, NOW + 49 * HOUR, NOW + 49 * HOUR)


def test_a_signature_that_ended_before_its_mail_arrived_proves_nothing(store: Store) -> None:
    ends = NOW + 2 * HOUR
    assert "ran out" in doubt(store, NOW + 3 * HOUR, NOW + 3 * HOUR, expires_at=ends)
    assert doubt(store, NOW + HOUR, NOW + 5 * DAY, expires_at=ends) == ""


def test_without_a_moment_of_arrival_it_is_held_against_now(store: Store) -> None:
    assert "older than 48 hours" in doubt(store, None, NOW + 49 * HOUR)
    assert doubt(store, None, NOW + 47 * HOUR) == ""


def test_an_arrival_in_the_future_is_now(store: Store) -> None:
    assert "in the future" in doubt(store, NOW, NOW - 2 * HOUR)
    assert doubt(store, NOW + 49 * HOUR, NOW + HOUR) == ""


def test_an_arrival_long_before_it_was_signed_is_now(store: Store) -> None:
    """As of a mail server that takes its local time for UTC."""
    assert doubt(store, NOW - 2 * HOUR, NOW + HOUR) == ""
    assert "older than 48 hours" in doubt(store, NOW - 2 * HOUR, NOW + 49 * HOUR)


def test_what_lies_there_for_too_long_is_held_against_now(store: Store) -> None:
    assert doubt(store, NOW, NOW + LONGEST_LYING) == ""
    assert "older than 48 hours" in doubt(store, NOW, NOW + LONGEST_LYING + HOUR)


def test_another_content_with_the_same_signature_never_counts_however_late_it_is_moved_back(
    store: Store,
) -> None:
    assert doubt(store, NOW, NOW) == ""
    for day in range(60):
        now = NOW + day * DAY
        # Another mail comes in, by which what is old enough is forgotten.
        assert not is_replay(store, [f"of day {day}"], "another", now)
        assert doubt(store, NOW, now, content=b"altered"), f"after {day} days"
