"""``followup run`` killed with SIGKILL at 50 random moments under load, files dropped meanwhile.

The seed is printed and can be given again (KILL_SEED). The mail server's memory is the truth.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import oracle
from faults.copies import received
from servers.scripted import ScriptedServer
from workplace import drop, environment, finish, row, start, statuses

from worker.store.engine import Store

KILLS = 50
ROWS_A_FILE = 30


class SlowServer(ScriptedServer):
    """Takes a moment for each letter, so that most kills hit a letter on its way."""

    def next(self, stage: str) -> str | bytes:
        """Wait a little around the dot, where it hurts most."""
        if stage in {"data", "dot"}:
            time.sleep(0.004)
        return super().next(stage)


@pytest.mark.timeout(600)
def test_nobody_is_served_twice_and_nobody_is_lost(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))
    dice = random.Random(seed)
    with SlowServer() as server:
        environ = environment(server.port)
        for kill in range(KILLS):
            first = kill * ROWS_A_FILE
            drop(tmp_path, f"part-{kill}.csv", [row(first + n) for n in range(ROWS_A_FILE)])
            with start(tmp_path, environ, "run", "--no-web") as worker:
                time.sleep(dice.uniform(0.15, 1.25))
                assert worker.poll() is None, (tmp_path / "worker.log").read_text()[-3000:]
                worker.send_signal(signal.SIGKILL)
        finish(tmp_path, environ, "run", "--once", within=400)
        found = statuses(tmp_path)
        store = Store(f"sqlite:///{tmp_path}/var/followup.db")
        oracle.holds(store, received(server.kept), handed_in=found, drop=tmp_path / "var" / "drop")
        store.close()
    counts = Counter(found.values())
    assert len(found) == KILLS * ROWS_A_FILE
    assert set(counts) <= {"sent", "unsure"}, f"seed {seed}"
    assert counts["unsure"] <= 2 * KILLS  # at most what two connections held at each kill
    done = list((tmp_path / "var" / "drop" / "done").glob("part-*.csv"))
    assert len([each for each in done if each.name.endswith(".result.csv")]) == KILLS
    assert len(done) == 2 * KILLS
    told = f"{KILLS} kills (seed {seed}), {len(found)} letters: {dict(counts)}, 0 doubles, 0 lost"
    record_property("figure", told)
