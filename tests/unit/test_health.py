import os
import subprocess
import sys
from pathlib import Path

import pytest

from worker.health import LIMIT, beat, healthy, main, pulse


def test_a_worker_that_never_ran_is_not_healthy(tmp_path: Path) -> None:
    assert not healthy(pulse(tmp_path), now=0.0)


def test_a_beat_makes_the_folder_it_needs_and_is_healthy(tmp_path: Path) -> None:
    beat(pulse(tmp_path))
    assert healthy(pulse(tmp_path), now=pulse(tmp_path).stat().st_mtime)


@pytest.mark.parametrize(("silence", "expected"), [(LIMIT - 1, 0), (LIMIT, 1)])
def test_silence_is_allowed_up_to_the_limit(tmp_path: Path, silence: float, expected: int) -> None:
    beat(pulse(tmp_path))
    os.utime(pulse(tmp_path), (1_000_000, 1_000_000))
    assert main({"FOLLOWUP_HOME": str(tmp_path)}, 1_000_000 + silence) == expected


def test_a_second_beat_takes_the_place_of_the_first(tmp_path: Path) -> None:
    beat(pulse(tmp_path))
    os.utime(pulse(tmp_path), (0, 0))
    beat(pulse(tmp_path))
    assert pulse(tmp_path).stat().st_mtime > 0


def test_the_command_is_silent_about_a_living_worker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beat(pulse(tmp_path))
    now = pulse(tmp_path).stat().st_mtime
    assert main({"FOLLOWUP_HOME": str(tmp_path)}, now) == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_says_where_it_looked_for_a_dead_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({"FOLLOWUP_HOME": str(tmp_path)}, 0.0) == 1
    assert str(tmp_path / "var" / "heartbeat") in capsys.readouterr().err


def test_asking_loads_no_library() -> None:
    asked = (
        "import sys, worker.health; print(*{'sqlalchemy', 'pydantic', 'typer'} & {*sys.modules})"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    assert answer.stdout.strip() == b""
