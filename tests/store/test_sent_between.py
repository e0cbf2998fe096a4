"""What was sent in a period is read as the figures want it; on both databases."""

from datetime import date, datetime, timedelta

from sample import HOUR, NOW, arrival, sealed

from worker.decision import Outcome
from worker.lifecycle import Status
from worker.store import taking
from worker.store.engine import Store
from worker.store.measures import sent_between
from worker.store.schema import entry
from worker.store.taking import Sealed


def sent(store: Store, row: Sealed, at: datetime, status: Status = Status.SENT) -> None:
    """It came in now, and went out then."""
    made = arrival(store, f"s{row.row}")
    taking.put(store, made, [row], NOW, hold_changed=True)
    with store.write() as connection:
        which = entry.update().where(entry.c.token == row.token)
        connection.execute(which.values(status=status, sent_at=at))


def test_a_letter_says_when_it_was_decided_came_in_and_left(store: Store) -> None:
    row = sealed(1, decided_on=date(2026, 11, 20), interviewed_on=date(2026, 11, 18),
                 decided_by="dana@acme.example", outcome=Outcome.REJECTED)  # fmt: skip
    sent(store, row, NOW + HOUR)
    (found,) = sent_between(store, NOW, NOW + 2 * HOUR)
    assert (found.came_in, found.sent_at) == (NOW, NOW + HOUR)
    assert (found.decided_on, found.interviewed_on) == (date(2026, 11, 20), date(2026, 11, 18))
    assert (found.outcome, found.job_title) == ("rejected", "Data Analyst")
    assert found.decided_by == "dana@acme.example"


def test_what_is_not_said_is_not_known(store: Store) -> None:
    sent(store, sealed(1), NOW + HOUR)
    (found,) = sent_between(store, NOW, NOW + 2 * HOUR)
    assert (found.decided_on, found.interviewed_on, found.decided_by) == (None, None, "")


def test_the_period_is_from_its_first_moment_to_before_its_last(store: Store) -> None:
    for number, hours in enumerate((0, 1, 2)):
        sent(store, sealed(number), NOW + hours * HOUR)
    found = [each.sent_at for each in sent_between(store, NOW, NOW + 2 * HOUR)]
    assert found == [NOW, NOW + HOUR]


def test_what_came_back_was_sent_all_the_same(store: Store) -> None:
    for number, status in enumerate(Status):
        sent(store, sealed(number, job_title=status), NOW, status)
    found = {each.job_title for each in sent_between(store, NOW, NOW + HOUR)}
    assert found == {"sent", "bounced"}


def test_page_by_page_each_letter_comes_once(store: Store) -> None:
    """Also those of one moment, over which a page may end."""
    for number in range(10):
        sent(store, sealed(number, job_title=f"job {number}"), NOW + timedelta(hours=number // 5))
    found = [each.job_title for each in sent_between(store, NOW, NOW + 2 * HOUR, page=3)]
    assert found == [f"job {number}" for number in range(10)]
