"""Files that stay where they were put, also when the power fails. For ``csvdrop`` only.

A rename is atomic (POSIX ``rename``), but it lasts only once the folders on both sides are
synced. What can go wrong: ``OSError``, as it comes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looked like; two equal looks some time apart mean nobody writes to it."""

    size: int
    changed: int
    inode: int


def look_at(path: Path) -> Look:
    """The file's looks now; a link is looked at itself."""
    seen = path.lstat()
    return Look(size=seen.st_size, changed=seen.st_mtime_ns, inode=seen.st_ino)


def sync(path: Path) -> None:
    """Make a file's bytes or a folder's names last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Rename for good, within one file system."""
    source.rename(target)
    sync(target.parent)
    if source.parent != target.parent:
        sync(source.parent)


def write_text(path: Path, text: str) -> None:
    """Write a small file whole, and make it last."""
    path.write_text(text, encoding="utf-8")
    sync(path)
