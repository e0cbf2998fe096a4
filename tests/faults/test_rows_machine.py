"""Rows 27 to 29: the clock jumps, the process is told to end, the machine runs out of something."""

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sample import NOW, arrival, open_store, sealed
from servers.scripted import HANG, ScriptedServer
from workplace import start, wait_for

from faults.copies import received
from faults.scene import Scene
from worker.cli.run import run_once
from worker.errors import SessionError
from worker.policy.calendar import Calendar
from worker.policy.timing import parse_hours, within
from worker.store import outbox, taking

YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def work_at(scene: Scene, moment: datetime) -> None:
    """One run whose senders have that clock."""
    with scene.worker() as worker:
        for each in worker.senders:
            each.now = lambda: moment
        run_once(worker, threading.Event())


def test_row_27_a_clock_that_jumps_a_year_ahead_makes_no_second_letter(tmp_path: Path) -> None:
    with ScriptedServer({"dot": ["451 4.3.0 later"]}) as server:
        scene = Scene(tmp_path, server.port)
        scene.drop_letters(2)
        scene.work()
        work_at(scene, datetime.now(UTC) + YEAR)
        scene.work_until_it_rests()
    assert set(scene.statuses().values()) <= {"sent", "failed"}
    scene.holds(received(server.kept))


def test_row_27_a_clock_that_goes_back_an_hour_sends_nothing_early_or_twice(
    tmp_path: Path,
) -> None:
    with ScriptedServer({"rcpt": ["450 4.2.0 later"]}) as server:
        scene = Scene(tmp_path, server.port)
        scene.drop_letters(1)
        scene.work()
        work_at(scene, datetime.now(UTC) - HOUR)
        assert server.kept == []  # not due yet, by that clock
        scene.work_until_it_rests()
        work_at(scene, datetime.now(UTC) - HOUR)
    assert scene.statuses() == {"c1@candidates.example": "sent"}
    assert scene.holds(received(server.kept)).copies == 1


def test_row_27_a_lease_that_the_clock_ran_past_leaves_no_dot(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    assert not outbox.dot_pending(store, claimed, NOW + YEAR, NOW + YEAR + HOUR)
    assert outbox.dot_pending(store, claimed, NOW - HOUR, NOW + HOUR)
    store.close()


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_row_27_no_letter_leaves_outside_the_hours_on_the_day_the_clocks_change(day: str) -> None:
    hours, place = parse_hours("mon-sun 08:00-18:00"), Calendar(BERLIN)
    midnight = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=BERLIN)
    for minutes in range(0, 24 * 60, 15):
        moment = within(midnight.astimezone(UTC) + timedelta(minutes=minutes), hours, place)
        assert 8 <= moment.astimezone(BERLIN).hour < 18


def ended_while_it_waits_for_an_answer(
    home: Path, *kills: signal.Signals
) -> tuple[int, Scene, int]:
    """A worker that hears nothing after the dot is told to end; its exit status, the copies."""
    with ScriptedServer({"dot": [HANG]}) as server:
        scene = Scene(home, server.port, FOLLOWUP_SMTP__ANSWER_TIMEOUT="3s")
        scene.drop_letters(2)
        with start(home, scene.environ, "run", "--no-web") as worker:
            wait_for(lambda: server.dots == 1)
            for kill in kills:
                worker.send_signal(kill)
            code = worker.wait(30)
    return code, scene, scene.holds(received(server.kept)).copies


def test_row_28_sigterm_while_the_answer_is_awaited_finishes_the_letter_at_hand(
    tmp_path: Path,
) -> None:
    code, scene, _ = ended_while_it_waits_for_an_answer(tmp_path, signal.SIGTERM)
    assert code == 0
    assert sorted(scene.statuses().values()) == ["queued", "unsure"]


def test_row_28_sigterm_in_the_body_finishes_the_letter_and_starts_no_other(
    tmp_path: Path,
) -> None:
    class Pausing(ScriptedServer):
        reached, go_on = threading.Event(), threading.Event()

        def next(self, stage: str) -> str | bytes:
            if stage == "data":
                self.reached.set()
                self.go_on.wait(10)
            return super().next(stage)

    with Pausing() as server:
        scene = Scene(tmp_path, server.port)
        scene.drop_letters(2)
        with start(tmp_path, scene.environ, "run", "--no-web") as worker:
            assert server.reached.wait(20)
            worker.send_signal(signal.SIGTERM)
            server.go_on.set()
            assert worker.wait(30) == 0
        assert len(server.kept) == 1
    assert sorted(scene.statuses().values()) == ["queued", "sent"]
    scene.holds(received(server.kept))


@pytest.mark.parametrize("last", [signal.SIGTERM, signal.SIGKILL])
def test_row_28_told_twice_it_ends_at_once_and_the_letter_is_unsure(
    tmp_path: Path, last: signal.Signals
) -> None:
    code, scene, _ = ended_while_it_waits_for_an_answer(tmp_path, signal.SIGTERM, last)
    assert code in {-last, 0}
    scene.environ["FOLLOWUP_SMTP__PORT"] = "1"  # nobody is there: only what was left is mended
    scene.work()
    assert sorted(scene.statuses().values()) == ["queued", "unsure"]


@contextmanager
def few_files(more: int) -> Iterator[None]:
    """This process may open only so many files beyond those that are open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    spare = os.dup(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (spare + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        os.close(spare)


def test_row_29_without_a_file_to_open_nothing_is_sent_and_nothing_is_lost(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        scene.drop_letters(2)
        with scene.worker() as worker, few_files(1):
            for each in worker.senders:
                with pytest.raises(SessionError, match="open files"):
                    each.opens()
        scene.work_until_it_rests()
    assert set(scene.statuses().values()) == {"sent"}
    assert scene.holds(received(server.kept)).copies == 2


def test_row_29_a_relay_whose_name_nobody_knows_is_about_us(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_SMTP__HOST="relay.invalid")
        scene.drop_letters(1)
        scene.work()
        (entry,) = scene.entries()
        assert (entry["status"], entry["attempts"]) == ("queued", 0)
        assert "paused" in scene.events()
        scene.environ["FOLLOWUP_SMTP__HOST"] = "127.0.0.1"
        scene.work_until_it_rests()
    assert scene.holds(received(server.kept)).copies == 1
