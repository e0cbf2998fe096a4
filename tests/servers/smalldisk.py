"""A file system of a few megabytes, to be filled up: a tmpfs, mounted for one test."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import need


class SmallDisk:
    """The mounted folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Not an octet more fits on it."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (2**20, 4096, 1):
                while _fits(ballast.fileno(), size):
                    pass

    def free(self) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)


def _fits(file: int, size: int) -> bool:
    try:
        return os.write(file, bytes(size)) == size
    except OSError:
        return False


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount it at ``folder``, and take it away in any case. Only root may."""
    mount, umount = need("mount"), need("umount")
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        _not_here(f"a tmpfs can't be mounted ({made.stderr.strip()}), so this was not run")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run([umount, "-l", folder], check=True)


def _not_here(message: str) -> None:
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(message)
    pytest.skip(message)
