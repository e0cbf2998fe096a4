"""The process dies before and after each commit, each socket write and each step on the disk.

One by one, with the mail server's memory as the truth: nobody is served twice, nobody is lost.
"""

import signal
from collections import Counter
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import drop, environment, row, statuses

from faults import crashing, oracle
from faults.copies import received
from worker.store.engine import Store

#: More than there are; a test makes sure of that.
POINTS = 110
ROWS = [row(1), row(2, "advanced"), row(3, "withdrawn"), row(4) | {"outcome": "maybe"}]
LETTERS = {"c1@candidates.example", "c2@candidates.example"}


def prepared(home: Path, server: ScriptedServer) -> dict[str, str]:
    drop(home, "decisions.csv", ROWS)
    return environment(server.port, FOLLOWUP_SMTP__CONNECTIONS="1")


def check(home: Path, server: ScriptedServer, died_at: str) -> None:
    store = Store(f"sqlite:///{home}/var/followup.db")
    figures = oracle.holds(store, received(server.taken), handed_in=LETTERS, drop=home / "var/drop")
    store.close()
    assert figures.letters == len(LETTERS) + 1, died_at
    found = statuses(home)
    assert found["c3@candidates.example"] == "done"
    assert {found[recipient] for recipient in LETTERS} <= {"sent", "unsure"}, died_at
    folder = home / "var" / "drop"
    assert [each.name for each in folder.glob("done/*.csv")].count("decisions.csv") == 1
    assert len(list(folder.glob("done/*.result.csv"))) == 1
    assert len(list(folder.glob("problems/*.csv"))) == 1
    assert not list(folder.glob("*.csv"))


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_row_01_killed_at_each_point_nobody_is_served_twice_and_nobody_is_lost(
    tmp_path: Path, point: int
) -> None:
    with ScriptedServer() as server:
        environ = prepared(tmp_path, server)
        code, trail = crashing.run(tmp_path, environ, kill_at=point)
        if code == 0:
            assert point > len(trail)  # it ended before this point was reached
            check(tmp_path, server, "the end")
            return
        assert code == -signal.SIGKILL
        again, _ = crashing.run(tmp_path, environ)
        assert again == 0
        check(tmp_path, server, f"{point}: {trail[-1]}")


def test_row_01_there_is_no_point_beyond_those_that_were_tried(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        code, trail = crashing.run(tmp_path, prepared(tmp_path, server))
    assert code == 0
    assert 20 < len(trail) <= POINTS
    kinds = Counter(name.partition(":")[0] for name in trail)
    assert kinds["commit"] >= 14  # begin, put, finish, and claim, dot, settle for two letters
    assert kinds["write"] == 22  # MAIL, RCPT, DATA, body, dot for two letters, and QUIT


def test_row_03_a_kill_from_the_commit_of_the_dot_on_is_the_only_way_to_unsure(
    tmp_path: Path,
) -> None:
    """The window is exactly from the commit of dot pending to the answer's being kept."""
    with ScriptedServer() as server:
        _, trail = crashing.run(tmp_path, prepared(tmp_path, server))
    writes = [number for number, name in enumerate(trail, 1) if name == "write:before"]
    dot = writes[4]  # MAIL, RCPT, DATA, body, dot
    window = range(dot - 3, dot + 3)  # its commit, its note in the fence, the dot, its answer
    assert [trail[number - 1] for number in window] == [
        "commit:after", "fence:before", "fence:after",
        "write:before", "write:after", "answer:before",
    ]  # fmt: skip
    unsure = []
    for point in range(dot - 5, dot + 8):
        home = tmp_path / str(point)
        home.mkdir()
        with ScriptedServer() as server:
            environ = prepared(home, server)
            crashing.run(home, environ, kill_at=point)
            crashing.run(home, environ)
        if "unsure" in statuses(home).values():
            unsure.append(point)
    assert unsure == list(window)


def test_row_02_killed_between_the_body_and_its_commit_it_is_sent_again_by_itself(
    tmp_path: Path,
) -> None:
    """The server had all but the dot: proof enough that it has nothing."""
    with ScriptedServer() as server:
        _, trail = crashing.run(tmp_path, prepared(tmp_path, server))
    body = [number for number, name in enumerate(trail, 1) if name == "write:after"][3]
    assert trail[body] == "commit:before"  # of the dot that never leaves
    (tmp_path / "again").mkdir()
    with ScriptedServer() as server:
        environ = prepared(tmp_path / "again", server)
        assert crashing.run(tmp_path / "again", environ, kill_at=body + 1)[0] == -signal.SIGKILL
        assert server.taken == []
        assert crashing.run(tmp_path / "again", environ)[0] == 0
        check(tmp_path / "again", server, "the body")
    found = statuses(tmp_path / "again")
    assert {found[recipient] for recipient in LETTERS} == {"sent"}
