"""A signature is believed for one content, however often that comes."""

from datetime import timedelta

from sample import NOW
from sqlalchemy import select

from worker.store.engine import Store
from worker.store.records import signature
from worker.store.signatures import KEPT, is_replay


def test_the_same_mail_may_come_again(store: Store) -> None:
    for day in range(3):
        now = NOW + timedelta(days=day)
        assert not is_replay(store, ["b1", "id1"], "this content", now)


def test_another_content_with_either_mark_is_a_replay(store: Store) -> None:
    assert not is_replay(store, ["b1", "id1"], "this content", NOW)
    assert is_replay(store, ["b1", "id2"], "another", NOW)
    assert is_replay(store, ["b2", "id1"], "another", NOW)
    assert not is_replay(store, ["b3", "id3"], "another", NOW)


def test_a_replay_leaves_no_mark_behind(store: Store) -> None:
    assert not is_replay(store, ["b1", "id1"], "this content", NOW)
    assert is_replay(store, ["b2", "id1"], "another", NOW)
    assert not is_replay(store, ["b2", "id2"], "a third", NOW)


def test_what_is_too_old_to_be_believed_anyway_is_forgotten(store: Store) -> None:
    assert not is_replay(store, ["b1"], "this content", NOW)
    assert not is_replay(store, ["b2"], "another", NOW + KEPT + timedelta(seconds=1))
    with store.read() as connection:
        assert connection.execute(select(signature.c.mark)).scalars().all() == ["b2"]
