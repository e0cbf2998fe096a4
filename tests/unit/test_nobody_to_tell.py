"""Without ``company.hr_address`` the log alone says it: once for each occasion."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from configured import read
from sample import HOUR, NOW, arrival, open_store, sealed
from structlog.testing import capture_logs
from workplace import environment

from worker.cli import build
from worker.cli.reporting import reporting
from worker.cli.timing import deadline
from worker.result import Rest
from worker.steps.late import alarm
from worker.steps.report import report
from worker.steps.resting import Resting, begin, remind
from worker.store import pauses, taking
from worker.store.engine import Store
from worker.store.pauses import BREAKER, Pause

BEAT = timedelta(seconds=30)
LOGIN = Rest(rule="login-refused", why="the login is refused", mend="mend it", waits=(HOUR,))


def resting(home: Path, store: Store) -> Resting:
    """A worker's that knows nobody to tell."""
    given = read(home, environment(25) | {"FOLLOWUP_COMPANY__HR_ADDRESS": ""})
    assert given.company.hr_address is None
    told = partial(report, reporting(given, store, build.house(given)))
    return Resting(store=store, limit=None, zone="UTC", report=told, tell=lambda *_, **__: None)


def said_in_an_hour(rests: Resting) -> int:
    """How often the log says it while housekeeping reminds for so long."""
    with capture_logs() as told:
        for beat in range(HOUR // BEAT):
            remind(rests, NOW + beat * BEAT)
    return sum(line["event"] == "nobody_to_tell" for line in told)


def test_of_late_letters_the_log_says_once_that_there_is_nobody_to_tell(tmp_path: Path) -> None:
    given = read(tmp_path, environment(25) | {"FOLLOWUP_COMPANY__HR_ADDRESS": ""})
    with closing(open_store(tmp_path)) as store, capture_logs() as told:
        late = deadline(given, store, reporting(given, store, build.house(given)))
        for number in range(3):
            row = replace(sealed(number), late_after=NOW)
            taking.put(store, arrival(store, f"s{number}"), [row], NOW, hold_changed=True)
            alarm(replace(late, now=lambda: NOW + timedelta(days=3)))
    assert [line["event"] for line in told] == ["nobody_to_tell", "late", "late", "late"]
    assert told[0]["what"] == "late"


def test_of_each_pause_the_log_says_once_that_there_is_nobody_to_tell(tmp_path: Path) -> None:
    opened = Pause(scope=BREAKER, why="3 in a row", mend="look", since=NOW, until=None)
    with closing(open_store(tmp_path)) as store:
        rests = resting(tmp_path, store)
        with store.write() as connection:
            pauses.pause_sending(connection, opened, now=NOW, by="breaker")
        with capture_logs() as told:
            begin(rests, LOGIN, "535", now=NOW, by="w1")
        assert [line["what"] for line in told] == ["pause"]
        assert said_in_an_hour(rests) == 1, "of the breaker; of the login it was said"
        assert said_in_an_hour(rests) == 0
