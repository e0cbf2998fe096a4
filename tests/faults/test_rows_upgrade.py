"""Row 50: a database of the first release, with entries in every state, and the upgrade over it."""

import os
import signal
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from forked import forked
from sample import NOW
from sqlalchemy import text

from worker.errors import StoreError
from worker.lifecycle import Status
from worker.store import outbox
from worker.store.engine import Store
from worker.store.upgrade import HEAD, MIGRATIONS, upgrade

_SUBMISSION = text(
    "INSERT INTO submission (id, source, name, state, received_at)"
    " VALUES ('s1', 'csv', 'old.csv', 'taken', :now)"
)
_ENTRY = text(
    "INSERT INTO entry (token, kind, decision_key, submission, email, taken_as, status, waits,"
    " attempts, created_at, not_before, lease, lease_until, dot_at)"
    " VALUES (:token, 'letter', :token, 's1', :email, 'queued', :status, '[]', 1, :now, :now,"
    " :lease, :now, :dot)"
)


def of_the_first_release(path: Path) -> Store:
    """Its tables, and an entry in every status; ``sending`` once without and once with a dot."""
    store, config = Store(f"sqlite:///{path}"), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    now = NOW.replace(tzinfo=None).isoformat(" ")
    with store.write() as connection:
        connection.execute(_SUBMISSION, {"now": now})
        for name, status in [*((each, each) for each in Status), ("dotted", Status.SENDING)]:
            sending = status is Status.SENDING
            held = {"lease": "w1" if sending else None, "dot": now if name == "dotted" else None}
            row = {"token": name, "email": f"{name}@x.example", "status": status, "now": now}
            connection.execute(_ENTRY, row | held)
    return store


def statuses(store: Store) -> dict[str, str]:
    """By what both releases have."""
    with store.read() as connection:
        rows = connection.execute(text("SELECT token, status FROM entry"))
        return {row.token: row.status for row in rows}


def die_upgrading(url: str) -> None:
    """In a process of its own: killed when the new tables are there and not yet committed."""
    upgrade(Store(url, lambda _: os.kill(os.getpid(), signal.SIGKILL)))


@pytest.mark.parametrize("killed", [False, True])
def test_row_50_the_upgrade_keeps_every_entry_as_it_was(tmp_path: Path, *, killed: bool) -> None:
    store = of_the_first_release(tmp_path / "old.db")
    before = statuses(store)
    if killed:
        process = forked(die_upgrading, f"sqlite:///{tmp_path}/old.db")
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
    upgrade(store)
    assert statuses(store) == before
    assert len(before) == len(Status) + 1
    outbox.reclaim(store, NOW, all_of_them=True)
    after = statuses(store)
    assert (after["sending"], after["dotted"]) == ("queued", "unsure")
    store.close()


def test_row_50_a_database_of_a_newer_release_is_not_touched(tmp_path: Path) -> None:
    store = of_the_first_release(tmp_path / "old.db")
    upgrade(store)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=HEAD):
        upgrade(store)
    store.close()
