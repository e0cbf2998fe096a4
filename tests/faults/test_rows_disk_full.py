"""The disk is full at each write: row 23. It is a small tmpfs, and it is really full."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from servers.smalldisk import SmallDisk, small_disk
from workplace import doubles, drop, finish, row, start, statuses, wait_for

from faults import crashing, filling
from faults.storing import C1, environ_of, events, kept

#: More steps than need the disk; a test makes sure of that.
STEPS = 24

#: Enough for the reserve that sending needs, and quickly filled.
MEGABYTES = 40


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "var", MEGABYTES) as made:
        yield made


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_row_23_a_disk_that_is_full_at_any_step_loses_nobody_and_serves_nobody_twice(
    tmp_path: Path, disk: SmallDisk, server: ScriptedServer, step: int
) -> None:
    environ = environ_of(server)
    drop(tmp_path, "decisions.csv", [row(1), row(2) | {"outcome": "maybe"}])
    run = filling.Run(tmp_path, environ, step)
    run.ends(2)  # or it holds an answer, and waits for room
    disk.free()
    assert run.ends(30), "it does not go on when there is room"
    for _ in range(2):
        assert crashing.run(tmp_path, environ)[0] == 0
    assert statuses(tmp_path) == {C1: "sent"}
    assert [recipient for recipient, _ in server.taken] == [C1]
    folder = tmp_path / "var" / "drop"
    assert sorted(each.name for each in folder.glob("done/*")) == [
        "decisions.csv", "decisions.result.csv",
    ]  # fmt: skip
    assert [each.name for each in folder.glob("problems/*")] == ["decisions.csv"]
    assert kept(tmp_path) == 0


def test_row_23_there_is_no_step_beyond_those_that_were_tried(
    tmp_path: Path, disk: SmallDisk, server: ScriptedServer
) -> None:
    del disk
    drop(tmp_path, "decisions.csv", [row(1), row(2) | {"outcome": "maybe"}])
    run = filling.Run(tmp_path, environ_of(server), 0)
    assert run.ends(60)
    assert 15 < len(run.trail) <= STEPS
    assert {"commit:before", "fence:before", "answer:before", "before done"} <= set(run.trail)


def test_row_23_an_answer_that_found_the_disk_full_survives_a_kill(
    tmp_path: Path, disk: SmallDisk, server: ScriptedServer
) -> None:
    environ = environ_of(server)
    drop(tmp_path, "decisions.csv", [row(1)])
    run = filling.Run(tmp_path, environ, "answer:before")
    wait_for(lambda: kept(tmp_path) == 1)
    assert not run.ends(1)
    run.kill()
    disk.free()
    assert statuses(tmp_path) == {C1: "sending"}
    assert crashing.run(tmp_path, environ)[0] == 0
    assert statuses(tmp_path) == {C1: "sent"}
    assert [recipient for recipient, _ in server.taken] == [C1]
    assert kept(tmp_path) == 0


def test_row_23_a_worker_lives_through_a_full_disk_and_says_so(
    tmp_path: Path, disk: SmallDisk, server: ScriptedServer
) -> None:
    environ = environ_of(server)
    with start(tmp_path, environ, "run", "--no-web") as worker:
        try:
            drop(tmp_path, "first.csv", [row(number) for number in range(1, 4)])
            wait_for(lambda: len(server.taken) == 3)
            drop(tmp_path / "aside", "second.csv", [row(number) for number in range(4, 7)])
            waiting = tmp_path / "var" / "drop" / ".second.tmp"
            shutil.copy(tmp_path / "aside" / "var" / "drop" / "second.csv", waiting)
            disk.fill()
            waiting.rename(waiting.with_name("second.csv"))
            wait_for(lambda: bool({"store_away", "drop_lost"} & set(events(tmp_path))))
            assert worker.poll() is None
            disk.free()
            wait_for(lambda: len(server.taken) == 6)
        finally:
            worker.send_signal(signal.SIGTERM)
    assert worker.returncode == 0
    assert doubles(server.taken) == {}
    assert set(statuses(tmp_path).values()) == {"sent"}


def test_row_23_with_little_room_sending_rests_before_it_begins(
    tmp_path: Path, disk: SmallDisk, server: ScriptedServer
) -> None:
    environ = environ_of(server)
    drop(tmp_path, "decisions.csv", [row(1)])
    ballast = disk.folder / "half"
    ballast.write_bytes(bytes((MEGABYTES - 10) * 2**20))
    finish(tmp_path, environ, "run", "--once")
    assert server.connections == 0
    assert statuses(tmp_path) == {C1: "queued"}
    assert "disk_short" in events(tmp_path)
    finish(tmp_path, environ, "status")
    assert "MB left" in (tmp_path / "worker.log").read_text()
    ballast.unlink()
    finish(tmp_path, environ, "run", "--once")
    assert statuses(tmp_path) == {C1: "sent"}
