"""What the figures were taken on. They mean little anywhere else."""

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from worker.store.engine import sqlite_mode


def machine() -> dict[str, str]:
    """Name and value of everything that the figures depend on."""
    mode, synchronous = sqlite_mode(sqlite3.sqlite_version_info)
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "load when it began": f"{os.getloadavg()[0]:.1f}",
        "system": platform.platform(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "SQLite": f"{sqlite3.sqlite_version}, journal {mode}, synchronous {synchronous}",
        "one sync of the disk": f"{statistics.median(_syncs()) * 1000:.2f} ms (median of 100)",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()  # ARM names no model there


def _syncs() -> Iterator[float]:
    """Seconds that appending 4 KiB durably takes where the contenders' folders are."""
    with tempfile.TemporaryFile(prefix="followup-bench-") as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            yield time.perf_counter() - began
