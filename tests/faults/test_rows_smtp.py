"""Rows 6 to 13: what a mail server does around the dialogue and the final dot.

Each is a whole run: a file of decisions goes in, the server misbehaves, then it is well again.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from servers.postfix import smtp_sink
from servers.scripted import CLOSE, HANG, ScriptedServer

from faults.copies import dumped, received
from faults.scene import Scene

Script = Mapping[str, list[str | bytes]]


def one_letter(home: Path, script: Script, **more: str) -> tuple[str, int, Scene]:
    """What one letter comes to when the fault comes once: its status, and its copies."""
    with ScriptedServer(script) as server:
        scene = Scene(home, server.port, **more)
        scene.drop_letters(1)
        scene.work_until_it_rests()
    copies = scene.holds(received(server.kept)).copies
    (status,) = scene.statuses().values()
    return status, copies, scene


@pytest.mark.servers
def test_row_06_the_server_drops_the_line_at_the_dot_and_nobody_sends_again(
    tmp_path: Path,
) -> None:
    with smtp_sink("-q", ".") as sink:
        scene = Scene(tmp_path, sink.port)
        scene.drop_letters(2)
        scene.work_until_it_rests()
        again = scene.events().count("dot_pending")
        scene.work()
        copies = dumped(sink.letters())
    assert set(scene.statuses().values()) == {"unsure"}
    assert scene.events().count("dot_pending") == again == 2
    assert scene.holds(copies).unsure == 2


@pytest.mark.servers
def test_row_07_a_421_after_the_dot_is_a_definite_no_and_is_tried_later(tmp_path: Path) -> None:
    with smtp_sink("-Q", ".") as sink:
        scene = Scene(tmp_path, sink.port)
        scene.drop_letters(1)
        scene.work()
        assert scene.statuses() == {"c1@candidates.example": "queued"}
    with smtp_sink() as sink:
        scene.environ["FOLLOWUP_SMTP__PORT"] = str(sink.port)
        scene.work_until_it_rests()
        copies = dumped(sink.wait_for(1))
    assert scene.statuses() == {"c1@candidates.example": "sent"}
    assert scene.holds(copies).copies == 1


#: Flags of smtp-sink(1), and what one run against it leaves: the status, and whether a try counts.
SINKS = [
    (("-q", "CONNECT"), "queued", 0),
    (("-f", "CONNECT"), "queued", 0),
    (("-q", "EHLO"), "queued", 0),
    (("-f", "EHLO,HELO"), "queued", 0),
    (("-r", "MAIL"), "queued", 0),
    (("-q", "MAIL"), "queued", 0),
    (("-Q", "MAIL"), "queued", 0),
    (("-f", "MAIL"), "queued", 0),
    (("-r", "RCPT"), "queued", 1),
    (("-q", "RCPT"), "queued", 1),
    (("-Q", "RCPT"), "queued", 0),
    (("-f", "RCPT"), "failed", 1),
    (("-r", "DATA"), "queued", 1),
    (("-q", "DATA"), "queued", 1),
    (("-f", "DATA"), "failed", 1),
    (("-r", "RCPT", "-q", "RSET"), "queued", 1),
    (("-q", "QUIT"), "sent", 1),
    (("-Q", "QUIT"), "sent", 1),
]


@pytest.mark.servers
@pytest.mark.parametrize(("flags", "status", "attempts"), SINKS, ids=str)
def test_row_08_a_fault_at_any_command_is_about_us_or_about_the_recipient(
    tmp_path: Path, flags: tuple[str, ...], status: str, attempts: int
) -> None:
    with smtp_sink(*flags) as sink:
        scene = Scene(tmp_path, sink.port)
        scene.drop_letters(1)
        scene.work()
        (entry,) = scene.entries()
        assert (entry["status"], entry["attempts"]) == (status, attempts), entry["last_reply"]
        assert scene.holds(dumped(sink.letters())).copies == (status == "sent")


class Slow(ScriptedServer):
    """Answers the dot after so many seconds; the tests wait for three."""

    seconds = 0.0

    def next(self, stage: str) -> str | bytes:
        if stage == "dot":
            time.sleep(self.seconds)
        return super().next(stage)


@pytest.mark.parametrize(("seconds", "status"), [(2.0, "sent"), (4.0, "unsure")])
def test_row_09_an_answer_just_in_time_counts_and_one_too_late_is_unsure(
    tmp_path: Path, seconds: float, status: str
) -> None:
    with Slow() as server:
        server.seconds = seconds
        scene = Scene(tmp_path, server.port, FOLLOWUP_SMTP__ANSWER_TIMEOUT="3s")
        scene.drop_letters(1)
        scene.work_until_it_rests()
    assert scene.statuses() == {"c1@candidates.example": status}
    assert scene.holds(received(server.kept)).copies == 1


class Dripping(ScriptedServer):
    """After the dot, an octet now and then, and never a whole answer."""

    def next(self, stage: str) -> str | bytes:
        if stage != "dot":
            return super().next(stage)
        for octet in b"250-slowly, slowly":
            self.released.wait(0.2)
            self.say(bytes([octet]))
        return HANG


def test_row_10_an_answer_that_drips_is_given_up_at_the_wall_deadline(tmp_path: Path) -> None:
    with Dripping() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_SMTP__ANSWER_TIMEOUT="1s")
        scene.drop_letters(1)
        begun = time.monotonic()
        scene.work_until_it_rests()
        took = time.monotonic() - begun
    assert scene.statuses() == {"c1@candidates.example": "unsure"}
    assert took < 15  # one second for the answer; each octet may not start it anew
    assert scene.holds(received(server.kept)).copies <= 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("garbage", "unsure"),
        (b"25\r\n", "unsure"),
        (b"250-2.0.0 half an answer\r\n", "unsure"),
        (b"250 " + b"x" * 9000, "unsure"),
        ("200 ok", "sent"),
        ("251 2.0.0 will forward", "sent"),
        ("999 beyond", "unsure"),
        ("199 odd", "unsure"),
        ("354 more please", "unsure"),
    ],
)
def test_row_11_an_odd_answer_to_the_dot_is_accepted_only_when_it_says_so(
    tmp_path: Path, answer: str | bytes, status: str
) -> None:
    found, copies, _ = one_letter(tmp_path, {"dot": [answer]}, FOLLOWUP_SMTP__ANSWER_TIMEOUT="1s")
    assert (found, copies) == (status, 1)


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ({"body": [CLOSE]}, "sent"),
        ({"data": [CLOSE]}, "sent"),
        ({"body": ["452 4.3.1 no room"]}, "sent"),
        ({"body": ["552 5.3.4 too large"]}, "failed"),
    ],
)
def test_row_12_what_ends_before_the_dot_was_not_sent_and_is_tried_again_or_failed(
    tmp_path: Path, script: Script, status: str
) -> None:
    found, copies, scene = one_letter(tmp_path, script)
    assert found == status
    assert copies == (status == "sent")
    assert "unsure" not in scene.events()


@pytest.mark.parametrize("farewell", ["421 4.3.2 go away", b"garbage\r\n", CLOSE])
def test_row_13_what_comes_of_quit_changes_nothing(tmp_path: Path, farewell: str | bytes) -> None:
    status, copies, scene = one_letter(tmp_path, {"quit": [farewell]})
    assert (status, copies) == ("sent", 1)
    assert scene.events().count("dot_pending") == 1
