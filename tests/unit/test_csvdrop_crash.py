"""The worker is killed between every two steps on the disk; the file is taken exactly once."""

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path

import dropping
import pytest
from dropping import ANA, BEN, HEADER, drop_at, names, put, table

ROOT = Path(dropping.__file__).parent.parent


def run(folder: Path, fatal: int) -> bool:
    """Whether a worker that is to die at its checkpoint ``fatal`` lived to its end."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    worker = [sys.executable, dropping.__file__, f"{folder}", f"{fatal}"]
    ended = subprocess.run(worker, env=environ, check=False)
    assert ended.returncode in (0, -signal.SIGKILL)
    return ended.returncode == 0


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def check_taken(folder: Path) -> None:
    drop = folder / "drop"
    assert names(drop) == [".taking", "done", "problems"]
    assert names(drop / ".taking") == [".lock"]
    assert names(drop / "done") == ["decisions.csv", "decisions.result.csv"]
    assert names(drop / "problems") == ["decisions.csv"]
    assert (drop / "done/decisions.csv").read_text() == HEADER + ANA + BEN
    result = table(drop / "done/decisions.result.csv")
    assert [row["status"] for row in result] == ["queued", "refused"]
    assert [row["email"] for row in table(drop / "problems/decisions.csv")] == ["ben@x.example"]
    assert len(set(lines(folder / "ledger"))) == 1


def check_refused(folder: Path) -> None:
    drop = folder / "drop"
    assert names(drop) == [".taking", "done", "problems"]
    assert names(drop / ".taking") == [".lock"]
    assert names(drop / "done") == []
    assert names(drop / "problems") == ["decisions.csv", "decisions.problem.txt"]
    assert (drop / "problems/decisions.csv").read_text() == "no,header\n"
    assert "the header lacks email" in (drop / "problems/decisions.problem.txt").read_text()
    assert lines(folder / "ledger") == []


CASES = {"taken": (HEADER + ANA + BEN, check_taken), "refused": ("no,header\n", check_refused)}


@pytest.mark.parametrize("case", CASES)
def test_killed_once_at_any_checkpoint_the_file_is_taken_exactly_once(
    tmp_path: Path, case: str
) -> None:
    content, check = CASES[case]
    deaths = 0
    lived = False
    while not lived:
        folder = tmp_path / f"{deaths}"
        put(drop_at(folder), "decisions.csv", content)
        lived = run(folder, deaths)
        if not lived:
            deaths += 1
            assert run(folder, -1)
        check(folder)
    assert deaths >= 10


@pytest.mark.parametrize("case", CASES)
def test_killed_again_and_again_the_file_is_still_taken_exactly_once(
    tmp_path: Path, case: str
) -> None:
    content, check = CASES[case]
    put(drop_at(tmp_path), "decisions.csv", content)
    for fatal in itertools.count():
        if run(tmp_path, fatal):
            break
    check(tmp_path)


def test_two_workers_never_take_from_one_folder_at_once(tmp_path: Path) -> None:
    told: list[str] = []
    drop = drop_at(tmp_path, warn=told.append)
    put(drop, "decisions.csv")
    (file,) = drop.pending()
    assert run(tmp_path, -1)
    assert names(drop.folder / "done") == []
    assert file.path.exists()
    assert dropping.take_all(drop) == ["decisions.csv"]
    assert told == []
