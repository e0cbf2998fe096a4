"""One program, run to its end: how long it took, its processor time, its peak of memory.

The peak is the kernel's VmHWM of the running program, looked at every few milliseconds, and not
``ru_maxrss``: that is inherited over fork and exec, so a small program would be charged with the
size of the benchmark that started it (getrusage(2), proc_pid_status(5)). For Linux.
"""

import os
import re
import select
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at a running program's memory; its end is noticed at once.
_LOOK = 0.02

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class Failed(Exception):
    """A program ended with an error, or did not do all of its work: its figure does not count."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, its environment, and the folder that it runs in."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall and processor time in seconds, memory in MB (of 1,000,000 bytes)."""

    seconds: float
    cpu: float
    peak: float


def measure(command: Command) -> Usage:
    """Run it. Raises ``Failed`` with the end of what it wrote."""
    said = command.folder / "said.txt"
    with said.open("wb") as output:
        began = time.monotonic()
        program = subprocess.Popen(
            command.argv, env=dict(command.env), cwd=command.folder, stdout=output, stderr=output
        )
        peak = _peak_until_its_end(program.pid)
        seconds = time.monotonic() - began
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        last = said.read_text(encoding="utf-8", errors="replace")[-1000:]
        raise Failed(f"{' '.join(command.argv)} ended with {program.returncode}:\n{last}")
    return Usage(seconds, used.ru_utime + used.ru_stime, peak)


def _peak_until_its_end(pid: int) -> float:
    end = os.pidfd_open(pid)
    peak = 0.0
    try:
        while not select.select([end], [], [], _LOOK)[0]:
            peak = max(peak, _peak(pid))
    finally:
        os.close(end)
    return peak


def _peak(pid: int) -> float:
    """What the kernel noted up to now; nothing for a program that is just ending."""
    found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) * 1024 / 1_000_000 if found else 0.0
