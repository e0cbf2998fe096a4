"""Since when a mail that can't be taken in yet is known."""

from sample import HOUR, NOW

from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival, Place

PLACE = Place("hr@acme.example", "INBOX", 7, 1)
ARRIVAL = Arrival(id="s1", source="mailbox", name="uid 1", content_key="c1", place=PLACE)


def test_the_first_time_counts_however_often_it_is_seen(store: Store) -> None:
    assert ledger.first_seen(store, ARRIVAL, NOW) == NOW
    assert ledger.first_seen(store, ARRIVAL, NOW + HOUR) == NOW


def test_it_is_known_by_its_content_and_not_by_where_it_lies(store: Store) -> None:
    ledger.first_seen(store, ARRIVAL, NOW)
    known = ledger.known(store, content_key="c1")
    assert known is not None
    assert (known.id, known.state) == ("s1", "taking")
    assert ledger.known(store, place=PLACE) is None
