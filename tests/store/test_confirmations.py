"""A token stands for one submission, once, within its time, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sample import NOW, arrival, sealed

from worker import verbs
from worker.lifecycle import Status, Transition
from worker.steps.confirm import GOOD_FOR
from worker.store import confirmations, ledger, taking, views
from worker.store.confirmations import Asked
from worker.store.engine import Store
from worker.store.ledger import Ending

TOKEN = "0123456789abcdef0123"
DECIDER = "Dana@acme.example"


@pytest.fixture
def asked(store: Store) -> list[str]:
    """Two entries of one mail, of which the first waits for a confirmation; their names."""
    made = arrival(store)
    rows = [
        replace(sealed(1), status=Status.HELD, waits=("approval", "confirmation")),
        replace(sealed(2), status=Status.HELD, waits=("approval",)),
    ]
    taking.put(store, made, rows, NOW, hold_changed=True)
    question = Asked(token=TOKEN, decider=DECIDER, expires_at=NOW + GOOD_FOR)
    ledger.finish(store, made, Ending(state="taken", event="taken", asked=question), NOW)
    return [row.token for row in rows]


def confirmed(_entry: int, waits: tuple[str, ...]) -> Transition:
    return verbs.confirmed(NOW, waits)


def test_it_stands_for_the_entries_of_its_mail_that_wait_for_it(
    store: Store, asked: list[str]
) -> None:
    found = confirmations.waiting(store, TOKEN)
    assert found is not None
    assert found.decider == DECIDER.casefold()
    assert [name for _, name in found.entries] == asked[:1]
    assert confirmations.use(store, TOKEN, confirmed, by="m2", now=NOW) == asked[:1]
    assert views.find(store, asked[0]).fields["waits"] == ["approval"]
    assert views.find(store, asked[0]).fields["why"] == "approval"


@pytest.mark.usefixtures("asked")
def test_it_is_used_up_by_the_first_answer(store: Store) -> None:
    assert confirmations.use(store, TOKEN, confirmed, by="m2", now=NOW)
    assert confirmations.use(store, TOKEN, confirmed, by="m3", now=NOW) is None
    found = confirmations.waiting(store, TOKEN)
    assert found is not None
    assert found.used_by == "m2"


@pytest.mark.usefixtures("asked")
def test_after_its_time_it_confirms_nothing(store: Store) -> None:
    late = NOW + GOOD_FOR
    assert confirmations.use(store, TOKEN, confirmed, by="m2", now=late) is None
    assert confirmations.use(store, TOKEN, confirmed, by="m2", now=late - timedelta(seconds=1))


@pytest.mark.usefixtures("asked")
def test_a_guessed_token_is_nobodys(store: Store) -> None:
    assert confirmations.waiting(store, "f" * 20) is None
    assert confirmations.use(store, "f" * 20, confirmed, by="m2", now=NOW) is None


def test_the_database_does_not_know_the_token_itself(store: Store, asked: list[str]) -> None:
    assert asked
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM confirmation").all()
    assert TOKEN not in str(rows)
