"""The door itself: a copy of ./run in a folder of its own, before a worker that says what it got.

Installing is done by a scripted ``uv`` on PATH, so that no test needs a network.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WORKER = """\
import json, os, sys
print(json.dumps({"pid": os.getpid(), "cwd": os.getcwd(), "args": sys.argv[1:]}))
sys.exit(int(os.environ.get("END_WITH", "0")))
"""

#: Tells what it was asked for, takes its time, and "installs" this very interpreter.
UV = f"""\
#!/bin/sh
case $1 in
    venv)
        for venv in "$@"; do :; done
        mkdir -p "$venv/bin"
        ln -s {sys.executable} "$venv/bin/python"
        ;;
    pip) sleep 0.2; [ ! -e "$UV_LOG.broken" ] || exit 1 ;;
    *) exit 0 ;;
esac
echo "$1" >>"$UV_LOG"
"""


class Door:
    """A checkout with the real ./run, and the environment it is called in."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.log = folder / "uv.log"
        (self.root / "worker").mkdir(parents=True)
        (self.root / "worker" / "__main__.py").write_text(WORKER)
        shutil.copy(ROOT / "run", self.root)
        for name in ("requirements.txt", "requirements-dev.txt"):
            (self.root / name).write_text("# pins\n")
        uv = folder / "bin" / "uv"
        uv.parent.mkdir()
        uv.write_text(UV)
        uv.chmod(0o755)
        self.environ = os.environ | {
            "PATH": f"{uv.parent}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "UV_LOG": str(self.log),
        }

    def start(self, *args: str, cwd: Path | None = None, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.root / "run", *args],
            cwd=cwd or self.root,
            env=self.environ | more,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def call(
        self, *args: str, cwd: Path | None = None, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        process = self.start(*args, cwd=cwd, **more)
        out, err = process.communicate()
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def installed(self) -> list[str]:
        return self.log.read_text().split()


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_the_command_gets_its_arguments_and_the_folder_of_the_caller(
    door: Door, tmp_path: Path
) -> None:
    got = json.loads(door.call("list", "--json", "two words", cwd=tmp_path).stdout)
    assert got["args"] == ["list", "--json", "two words"]
    assert got["cwd"] == str(tmp_path)


def test_even_the_first_call_prints_nothing_of_its_own_to_standard_output(door: Door) -> None:
    first = door.call("list")
    assert len(first.stdout.splitlines()) == 1
    assert "installing requirements.txt" in first.stderr


def test_a_warm_call_is_silent(door: Door) -> None:
    door.call("list")
    assert door.call("list").stderr == ""


def test_the_exit_status_is_that_of_the_command(door: Door) -> None:
    assert door.call("check", END_WITH="3").returncode == 3


def test_a_signal_reaches_the_command_because_no_shell_stands_before_it(door: Door) -> None:
    process = door.start("run")
    out, _ = process.communicate()
    assert json.loads(out)["pid"] == process.pid


def test_it_may_be_called_through_a_link(door: Door, tmp_path: Path) -> None:
    (tmp_path / "followup").symlink_to(door.root / "run")
    called = subprocess.run(
        [tmp_path / "followup", "list"], env=door.environ, capture_output=True, check=True
    )
    assert json.loads(called.stdout)["args"] == ["list"]


def test_modules_in_the_folder_of_the_caller_are_not_imported(door: Door, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the wrong place')")
    assert door.call("list", cwd=tmp_path).returncode == 0


def test_two_first_calls_at_once_install_once(door: Door) -> None:
    both = [door.start("list"), door.start("list")]
    assert [len(each.communicate()[0].splitlines()) for each in both] == [1, 1]
    assert door.installed() == ["venv", "pip"]


def test_a_changed_lock_file_is_installed_into_the_same_environment(door: Door) -> None:
    door.call("list")
    (door.root / "requirements.txt").write_text("# other pins\n")
    door.call("list")
    assert door.installed() == ["venv", "pip", "pip"]


def test_what_the_tests_need_covers_what_the_commands_need(door: Door) -> None:
    door.call("lint")
    door.call("list")
    assert door.installed() == ["venv", "pip"]


def test_an_installation_that_failed_is_told_and_tried_again(door: Door, tmp_path: Path) -> None:
    broken = tmp_path / "uv.log.broken"
    broken.touch()
    failed = door.call("list")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "could not install requirements.txt" in failed.stderr
    broken.unlink()
    assert door.call("list").returncode == 0


def test_without_a_python_that_will_do_it_names_three_ways_to_get_one(door: Door) -> None:
    refused = door.call("list", PYTHON="/bin/false")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert all(way in refused.stderr for way in ("apt-get install", "uv python", "docker compose"))


def test_without_a_command_it_says_what_it_can_do(door: Door) -> None:
    asked = door.call()
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "./run demo" in asked.stderr
