"""A private PostgreSQL on a free loopback port, in a temporary folder, gone afterwards.

PostgreSQL refuses to run as root, so as root it runs as the ``postgres`` user of the package. It
syncs nothing, because no test turns the power off: what it wrote outlives its own end all the same.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import free_port, need


@contextmanager
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of an empty server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        need("postgres")
    folder, port = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")), free_port()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = [str(found[-1] / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log"]
    try:
        _run([str(found[-1] / "initdb"), "-D", f"{folder}/data", "-A", "trust", "-U", "postgres"])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        _run([*server, "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*server, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    whole = ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command
    done = subprocess.run(whole, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.fail(f"{command[0]}: {done.stderr}")
