"""The drop folder: which files are taken, and when."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from dropping import ANA, BEN, HEADER, Clock, drop_at, names, put, take_all


def test_a_file_is_taken_once_it_has_not_changed_for_long_enough(tmp_path: Path) -> None:
    clock = Clock()
    drop = drop_at(tmp_path, settle=2, clock=clock)
    path = put(drop, "decisions.csv")
    assert take_all(drop) == []
    clock.wait(1)
    with path.open("a") as stream:
        stream.write(BEN)
    assert take_all(drop) == []
    clock.wait(1.5)
    assert take_all(drop) == []
    clock.wait(0.5)
    assert take_all(drop) == ["decisions.csv"]


def test_one_run_waits_until_what_is_there_has_settled(tmp_path: Path) -> None:
    clock = Clock()
    told: list[str] = []
    drop = drop_at(tmp_path, settle=2, clock=clock, warn=told.append)
    put(drop, "whole.csv")
    slow = put(drop, "slow.csv")

    def wait(seconds: float) -> None:
        clock.wait(seconds)
        with slow.open("a") as stream:
            stream.write(BEN)

    assert [file.name for file in drop.pending(wait=wait)] == ["whole.csv"]
    assert told == ["slow.csv is left lying: it is still being written; it waits for the next time"]


def test_older_files_come_first(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    for name, age in (("b.csv", 1), ("a.csv", 2), ("c.csv", 3)):
        os.utime(put(drop, name), (age, age))
    assert take_all(drop) == ["b.csv", "a.csv", "c.csv"]


def test_unfinished_and_hidden_files_are_left_alone_in_silence(tmp_path: Path) -> None:
    told: list[str] = []
    drop = drop_at(tmp_path, warn=told.append)
    left = [".decisions.csv", "a.csv.part", "a.csv.tmp", "a.tmp", "b.PART", "~$decisions.xlsx"]
    for name in left:
        put(drop, name)
    assert take_all(drop) == []
    assert names(drop.folder) == sorted([*left, ".taking", "done", "problems"])
    assert told == []


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("ods", "x.ods is left lying: only .csv, .tsv, .txt, .xlsx are taken; save the table as"),
        ("folder", "x.csv is left lying: it is a folder; put the files themselves here"),
        ("link", "x.csv is left lying: it is a link or a device; put the file itself here"),
        ("fifo", "x.csv is left lying: it is a link or a device; put the file itself here"),
        ("twin", "x.csv is left lying: it has a second name elsewhere (a hard link); put a copy"),
    ],
)
def test_what_is_no_plain_file_is_named_once_and_left_alone(
    tmp_path: Path, kind: str, why: str
) -> None:
    told: list[str] = []
    drop = drop_at(tmp_path, warn=told.append)
    other = tmp_path / "other.csv"
    other.write_text(HEADER + ANA)
    make: dict[str, Callable[[Path], object]] = {
        "ods": lambda path: path.with_suffix(".ods").write_text("x"),
        "folder": lambda path: path.mkdir(),
        "link": lambda path: path.symlink_to(other),
        "fifo": os.mkfifo,
        "twin": lambda path: path.hardlink_to(other),
    }
    make[kind](drop.folder / "x.csv")
    assert take_all(drop) == []
    assert take_all(drop) == []
    (only,) = told
    assert only.startswith(why)
    assert len(names(drop.folder)) == 4
