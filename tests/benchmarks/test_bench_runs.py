"""The benchmark runs, and a figure of it counts only when each letter arrived once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.contenders import ROOT, WORKER
from benchmarks.figures import Series, ratio, spread
from benchmarks.measure import Command, Failed, Usage, measure
from benchmarks.race import check, recipients
from servers import need

ANA, BEN = "ana@candidates.example", "ben@candidates.example"


def runs(*seconds: float) -> Series:
    """Starting took one second; each run sent 101 letters."""
    long = [Usage(each, cpu=each / 2, peak=40.0 + each) for each in seconds]
    return Series(few=1, many=101, short=[Usage(1.0, cpu=0.5, peak=30.0)], long=long)


def program(folder: Path, code: str) -> Command:
    return Command((sys.executable, "-c", code), dict(os.environ), folder)


@pytest.mark.servers
def test_the_benchmark_reports_every_letter_of_both_contenders_as_sent(tmp_path: Path) -> None:
    need("smtp-sink")
    asked = ["--letters", "5", "--pairs", "1", "--rows", "200", "--write", f"{tmp_path}/page.md"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench", *asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if "1 x 5 letters, each once" in line]
    assert [row.split("|")[1].strip() for row in rows] == ["plain script", "followup"]
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert all(row in page for row in rows)


def test_a_figure_does_not_count_when_a_letter_is_lost() -> None:
    with pytest.raises(Failed, match="lost: 1, as to ben@"):
        check("plain script", [ANA], [ANA, BEN])


def test_a_figure_does_not_count_when_a_letter_came_twice() -> None:
    with pytest.raises(Failed, match="too many: 1, as to ana@"):
        check("plain script", [ANA, BEN, ANA], [ANA, BEN])


def test_a_figure_does_not_count_when_the_worker_has_not_sent_all(tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").touch()
    home = tmp_path / "home"
    home.mkdir()
    command = WORKER.starts(tmp_path / "decisions.csv", home, 25)
    with pytest.raises(Failed, match=r"entries are \{\}, wanted 1 sent"):
        WORKER.proves(command, 1)


def test_recipients_are_read_from_the_envelope_and_not_from_the_letter() -> None:
    kept = f"X-Mail-Args: <hr@acme.example>\nX-Rcpt-Args: <{ANA}>\nTo: {BEN}\n\nDear Ana\n"
    assert list(recipients([kept.encode()])) == [ANA]


def test_what_starting_costs_is_taken_off() -> None:
    series = runs(2.0, 3.0, 5.0)
    assert series.rates == (100.0, 50.0, 25.0)
    assert series.cpu == pytest.approx(10.0)
    assert series.peak == 45.0
    assert spread(series.rates) == "50 (25 - 100)"
    assert spread(runs(2.0).rates) == "100"


def test_contenders_are_compared_pair_by_pair() -> None:
    assert ratio(runs(2.0, 3.0, 5.0), runs(3.0, 5.0, 9.0)) == 2.0


def test_runs_that_are_no_longer_than_the_start_tell_nothing() -> None:
    assert spread(runs(2.0, 0.9).rates) == "too few to tell"
    assert ratio(runs(0.9), runs(2.0)) is None


def test_the_peak_of_memory_is_the_programs_own(tmp_path: Path) -> None:
    used = measure(program(tmp_path, "x = b'x' * 200_000_000; import time; time.sleep(0.2)"))
    assert 200 < used.peak < 300
    mine = b"x" * 300_000_000  # what a child would inherit in ru_maxrss
    small = measure(program(tmp_path, "import time; time.sleep(0.2)"))
    assert small.peak < 100 < len(mine) / 1_000_000


def test_a_program_that_ends_with_an_error_gives_no_figure(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"ended with 1:\n.*no letters today"):
        measure(program(tmp_path, "raise SystemExit('no letters today')"))
