"""A small file of records of one size, each with its checksum, written where it stands.

For ``spill`` and ``fence``. The file is filled with real zeros when it is made, so a disk that is
full later can't prevent a write. What is written outlives the process at once, because it is in
the system's cache then, and a power cut after ``sync``. What can go wrong: ``OSError`` from the
disk, as it comes. Known fault: a file system that never writes in place (btrfs, ZFS) may still
want new room for an old place.
"""

import errno
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Slots:
    """The open file: ``count`` places of ``size`` octets. Several threads may write to it."""

    def __init__(self, path: Path, count: int, size: int) -> None:
        self.path = path
        self._size = size
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _fill(self._file, path, count * size)
        except OSError:
            os.close(self._file)
            raise
        # A file that was made longer before may still hold something behind our places.
        self.count = os.fstat(self._file).st_size // size

    def write(self, place: int, record: Mapping[str, object]) -> None:
        """Put a record into its place; it must fit."""
        text = json.dumps(record, ensure_ascii=False).encode()
        octets = b"%08x %s" % (zlib.crc32(text), text)
        if len(octets) > self._size:
            raise ValueError(f"a record of {len(octets)} octets; a place has {self._size}")
        os.pwrite(self._file, octets.ljust(self._size, b"\0"), place * self._size)

    def clear(self, place: int) -> None:
        """Empty a place."""
        os.pwrite(self._file, bytes(self._size), place * self._size)

    def read(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        """The places that hold something; None for a record that was torn."""
        for place in range(self.count):
            octets = os.pread(self._file, self._size, place * self._size).rstrip(b"\0")
            if octets:
                yield place, _whole(octets)

    def sync(self) -> None:
        """From here on, what was written outlives a power cut too."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Sync, and give the file back."""
        self.sync()
        os.close(self._file)


def _fill(file: int, path: Path, size: int) -> None:
    """Take the space now; what is there already stays."""
    there = os.fstat(file).st_size
    if there >= size:
        return
    if os.pwrite(file, bytes(size - there), there) < size - there:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _whole(octets: bytes) -> dict[str, Any] | None:
    """The record, unless its checksum says that only a part of it was written."""
    check, _, text = octets.partition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        return None
    record = json.loads(text)
    return record if isinstance(record, dict) else None
