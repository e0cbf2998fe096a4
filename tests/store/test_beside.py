"""Where the files beside a database lie, and that each worker has its own."""

import stat
from pathlib import Path

import pytest
from sample import open_store

from worker.errors import StoreAway
from worker.store.beside import Beside, fences
from worker.store.engine import Store


def opened(store: Store, var: Path) -> Beside:
    return Beside(store, var, 2, monotonic=lambda: 0.0)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir() if each.suffix in {".answers", ".fence"}}


def test_beside_an_sqlite_file_they_bear_its_name_and_are_private(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    opened(store, tmp_path / "var").close()
    assert names(tmp_path) == {"followup.db.answers", "followup.db.fence"}
    for name in names(tmp_path):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert not (tmp_path / "var").exists()
    store.close()


def test_by_whatever_link_the_database_is_reached_they_are_the_same(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / "link.db").symlink_to(tmp_path / "followup.db")
    store = Store(f"sqlite:///{tmp_path}/link.db")
    opened(store, tmp_path).close()
    assert names(tmp_path) == {"followup.db.answers", "followup.db.fence"}
    store.close()


def test_workers_of_one_home_on_a_server_have_their_own(store: Store, tmp_path: Path) -> None:
    if store.is_sqlite:
        return  # one worker; the lock is in test_sqlite
    var = tmp_path / "var"
    first, second = opened(store, var), opened(store, var)
    assert names(var) == {
        "postgresql-1.answers", "postgresql-1.fence",
        "postgresql-2.answers", "postgresql-2.fence",
    }  # fmt: skip
    first.close()
    opened(store, var).close()
    assert len(names(var)) == 4
    assert len(list(fences(store, var, lambda: 0.0))) == 2
    second.close()


def test_a_folder_where_nothing_can_be_made_is_told_with_the_mend(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (tmp_path / "followup.db.answers").mkdir()
    with pytest.raises(StoreAway, match=r"followup\.db.*can't be made.*make room"):
        opened(store, tmp_path)
    store.close()
