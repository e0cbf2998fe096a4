"""Which files of a folder may be taken yet. For ``csvdrop`` only.

It polls, because folders shared over NFS, SMB or SFTP report no events. A file may be taken when
two looks at it, some time apart, were the same: what is renamed into place by then is whole.
What can go wrong: ``OSError`` from the disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from worker.intake.disk import Look, look_at
from worker.intake.sheets import ENDINGS

#: What other programs write while they are at it (CONTRACT section 4).
_UNFINISHED = (".tmp", ".part")
_HIDDEN = (".", "~$")


class Lookout:
    """Remembers how files looked and what was said about them; ``settle`` is in seconds."""

    def __init__(
        self, settle: float, monotonic: Callable[[], float], warn: Callable[[str], object]
    ) -> None:
        self.settle = settle
        self._monotonic = monotonic
        self._warn = warn
        self._looks: dict[Path, tuple[Look, float]] = {}
        self._told: dict[Path, str] = {}

    def files(self, folder: Path, own: Iterable[Path]) -> list[Path]:
        """The files to take, oldest first; ``own`` are folders to pass over.

        What can't be taken is told once.
        """
        found = []
        for path in folder.iterdir():
            if path in own or _is_left_alone(path.name):
                continue
            with suppress(FileNotFoundError):
                seen = path.lstat()
                if why := _why_not(path, seen):
                    self.tell(path, why)
                else:
                    found.append((seen.st_mtime_ns, path))
        return [path for _, path in sorted(found)]

    def settled(self, path: Path) -> Look | None:
        """How the file looks, once it has looked so for long enough; None before, or if gone."""
        now = self._monotonic()
        try:
            look = look_at(path)
        except FileNotFoundError:
            return None
        seen, since = self._looks.get(path, (None, now))
        if seen != look:
            since = now
            self._looks[path] = (look, now)
        return look if now - since >= self.settle else None

    def tell(self, path: Path, why: str) -> None:
        """Say why a file is left lying, unless that was said before."""
        if self._told.get(path) != why:
            self._told[path] = why
            self._warn(f"{shown(path.name)} is left lying: {why}")

    def forget_the_gone(self) -> None:
        """So that what is remembered does not grow, and a new file of an old name is new."""
        self._looks = {path: seen for path, seen in self._looks.items() if path.exists()}
        self._told = {path: why for path, why in self._told.items() if os.path.lexists(path)}


def shown(name: str) -> str:
    """A file's name fit to be stored and shown: bytes that are no UTF-8 are marked as lost."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_left_alone(name: str) -> bool:
    return name.startswith(_HIDDEN) or name.lower().endswith(_UNFINISHED)


def _why_not(path: Path, seen: os.stat_result) -> str | None:
    if stat.S_ISDIR(seen.st_mode):
        return "it is a folder; put the files themselves here"
    if not stat.S_ISREG(seen.st_mode):
        return "it is a link or a device; put the file itself here"
    if seen.st_nlink > 1:
        return "it has a second name elsewhere (a hard link); put a copy here"
    if path.suffix.lower() not in ENDINGS:
        return f"only {', '.join(sorted(ENDINGS))} are taken; save the table as one of these"
    return None
