"""The process dies before and after each commit, each socket write and each step on the disk.

One by one, with the mail server's memory as the truth: nobody is served twice, nobody is lost.
"""

import signal
from collections import Counter
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import doubles, drop, environment, row, statuses

from faults import crashing

#: More than there are; a test makes sure of that.
POINTS = 110
ROWS = [row(1), row(2, "advanced"), row(3, "withdrawn"), row(4) | {"outcome": "maybe"}]
LETTERS = {"c1@candidates.example", "c2@candidates.example"}


def prepared(home: Path, server: ScriptedServer) -> dict[str, str]:
    drop(home, "decisions.csv", ROWS)
    return environment(server.port, FOLLOWUP_SMTP__CONNECTIONS="1")


def check(home: Path, server: ScriptedServer, died_at: str) -> None:
    found = statuses(home)
    assert doubles(server.taken) == {}
    assert set(found) == LETTERS | {"c3@candidates.example"}
    assert found["c3@candidates.example"] == "done"
    served = {recipient for recipient, _ in server.taken}
    for recipient in LETTERS:
        assert found[recipient] in {"sent", "unsure"}, died_at
        if found[recipient] == "sent":
            assert recipient in served, died_at
    folder = home / "var" / "drop"
    assert [each.name for each in folder.glob("done/*.csv")].count("decisions.csv") == 1
    assert len(list(folder.glob("done/*.result.csv"))) == 1
    assert len(list(folder.glob("problems/*.csv"))) == 1
    assert not list(folder.glob("*.csv"))


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_killed_at_each_point_nobody_is_served_twice_and_nobody_is_lost(
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


def test_there_is_no_point_beyond_those_that_were_tried(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        code, trail = crashing.run(tmp_path, prepared(tmp_path, server))
    assert code == 0
    assert 20 < len(trail) <= POINTS
    kinds = Counter(name.partition(":")[0] for name in trail)
    assert kinds["commit"] >= 14  # begin, put, finish, and claim, dot, settle for two letters
    assert kinds["write"] == 22  # MAIL, RCPT, DATA, body, dot for two letters, and QUIT


def test_a_kill_between_the_dot_and_its_commit_is_the_only_way_to_unsure(tmp_path: Path) -> None:
    """The window is exactly from the commit of dot pending to the commit of the answer."""
    with ScriptedServer() as server:
        _, trail = crashing.run(tmp_path, prepared(tmp_path, server))
    writes = [number for number, name in enumerate(trail, 1) if name == "write:before"]
    dot = writes[4]  # MAIL, RCPT, DATA, body, dot
    window = range(dot - 1, dot + 3)  # the commit before it, the dot, the commit of its answer
    assert [trail[number - 1] for number in window] == [
        "commit:after", "write:before", "write:after", "commit:before",
    ]  # fmt: skip
    unsure = []
    for point in range(dot - 3, dot + 5):
        home = tmp_path / str(point)
        home.mkdir()
        with ScriptedServer() as server:
            environ = prepared(home, server)
            crashing.run(home, environ, kill_at=point)
            crashing.run(home, environ)
        if "unsure" in statuses(home).values():
            unsure.append(point)
    assert unsure == list(window)
