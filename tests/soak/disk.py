"""The disk of the worker's home: one of its own where that may be mounted, filled at will."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from servers import need

_ROOMY = "3g"


class Disk:
    """A context manager; ``home`` lies on it. Without root there is nothing to fill."""

    def __init__(self) -> None:
        self.can_fill = os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="followup-soak-"))
        self.home = self.folder / "home"

    def __enter__(self) -> Self:
        self.home.mkdir()
        if self.can_fill:
            self.can_fill = self._mount("-t", "tmpfs", "-o", f"size={_ROOMY},mode=700", "tmpfs")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.can_fill:
            subprocess.run([need("umount"), "-l", self.home], check=True)
        shutil.rmtree(self.folder)

    def fill(self) -> None:
        """No room from now on: the disk shrinks to what lies on it."""
        used = shutil.disk_usage(self.home).used
        self._mount("-o", f"remount,size={used}")

    def relieve(self) -> None:
        """Room again."""
        self._mount("-o", f"remount,size={_ROOMY}")

    def _mount(self, *options: str) -> bool:
        command = [need("mount"), *options, str(self.home)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
