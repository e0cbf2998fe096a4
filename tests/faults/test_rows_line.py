"""Row 14: the line between the worker and its server breaks at any octet of the dialogue.

A proxy stands between them. Every octet of every command and of every answer is too much for
each day: the places around each end of a line are all tried, of the others a sample by a seed.
"""

from collections.abc import Iterator
from pathlib import Path

from servers.proxy import Act, Fault, Proxy
from servers.scripted import ScriptedServer
from workplace import row

from faults.copies import received
from faults.scene import Scene
from faults.seed import dice

#: Places that are tried in each direction, beside those at the end of the letter.
SAMPLE = 10
BREAKS = (Act.CLOSE, Act.RESET)


def dialogue(home: Path) -> tuple[int, int]:
    """How many octets one whole conversation has, from the client and from the server."""
    with ScriptedServer() as server, Proxy(server.port) as line:
        scene = Scene(home, line.port)
        scene.drop_letters(1)
        scene.work()
    return line.carried[False], line.carried[True]


def places(home: Path) -> Iterator[tuple[int, bool]]:
    """Where the line may break: octets so far, and whether they are the server's.

    The dot and QUIT are the client's last nine octets, the answers to both the server's last ones.
    """
    said, answered = dialogue(home)
    roll = dice()
    for number in {*roll.sample(range(1, said - 9), SAMPLE), *range(said - 11, said + 1)}:
        yield number, False
    for number in {*roll.sample(range(60, answered), SAMPLE), *range(answered - 43, answered, 4)}:
        yield number, True


def test_row_14_the_line_breaks_at_any_octet_of_the_dialogue(tmp_path: Path) -> None:
    where = list(places(tmp_path))
    (tmp_path / "broken").mkdir()
    faults = [Fault(act, after, answers) for after, answers in where for act in BREAKS]
    with ScriptedServer() as server, Proxy(server.port, faults) as line:
        scene = Scene(tmp_path / "broken", line.port, FOLLOWUP_RETRY__FIRST="0.2s")
        scene.drop(*(row(number) for number in range(len(faults))))
        scene.work_until_it_rests()
        assert line.faults == []
    figures = scene.holds(received(server.kept))
    found = list(scene.statuses().values())
    assert set(found) <= {"sent", "unsure"}
    assert figures.unsure >= 2  # at least where the dot's answer is cut off
    assert found.count("sent") > 0


def test_row_14_a_line_that_is_slow_or_sliced_changes_nothing(tmp_path: Path) -> None:
    where = list(places(tmp_path))
    (tmp_path / "slow").mkdir()
    faults = [Fault(act, *place) for place in where[::3] for act in (Act.SLICE, Act.DELAY)]
    with ScriptedServer() as server, Proxy(server.port, faults) as line:
        scene = Scene(tmp_path / "slow", line.port)
        for number in range(len(faults)):
            scene.drop(row(number), name=f"{number}.csv")
            scene.work()
    assert set(scene.statuses().values()) == {"sent"}
    assert scene.holds(received(server.kept)).copies == len(faults)


def test_row_14_a_line_that_falls_silent_behind_the_dot_leaves_unsure(tmp_path: Path) -> None:
    said, answered = dialogue(tmp_path)
    quit_, answer, farewell = (
        len("QUIT\r\n"),
        len("250 2.0.0 queued as 1234\r\n"),
        len("221 2.0.0 bye\r\n"),
    )
    faults = [
        Fault(Act.STALL, said - quit_ - 1),  # of the dot's line the last octet is missing
        Fault(Act.STALL, answered - answer - farewell, answers=True),
        Fault(Act.STALL, answered - farewell - 1, answers=True),
    ]
    (tmp_path / "silent").mkdir()
    with ScriptedServer() as server, Proxy(server.port, faults) as line:
        scene = Scene(tmp_path / "silent", line.port, FOLLOWUP_SMTP__ANSWER_TIMEOUT="1s")
        scene.drop_letters(4)
        scene.work_until_it_rests()
    assert sorted(scene.statuses().values()) == ["sent", "unsure", "unsure", "unsure"]
    assert scene.holds(received(server.kept)).copies == 3
