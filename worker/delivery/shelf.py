"""Letters as files to open: ``NUMBER-RECIPIENT.eml`` just as it came, and its text and HTML.

Used by ``catcher`` alone. A file appears under its name when it is whole and synced, never
before, and the ``.eml`` last of all. What can go wrong: a full disk or a folder without
permission raises ``OSError``, and the letter counts as not taken.
"""

from __future__ import annotations

import email
import itertools
import os
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUFFIXES = {"text/plain": ".txt", "text/html": ".html"}


class Shelf:
    """The folder. Numbers go on where an earlier shelf in the same folder stopped."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        taken = (re.match(r"\d+", each.name) for each in folder.glob("*.eml"))
        self._numbers = itertools.count(
            max((int(each[0]) for each in taken if each), default=0) + 1
        )
        self._turn = threading.Lock()
        self._folder = folder

    def keep(self, recipient: str, content: bytes) -> str:
        """Write the letter and its parts; the name of the letter. Raises ``OSError``."""
        with self._turn:
            number = next(self._numbers)
        local_part = re.sub(r"[^\w.+-]", "_", recipient.rpartition("@")[0], flags=re.ASCII)[:64]
        stem = f"{number:04}-{local_part}"
        for suffix, octets in _parts(content):
            self._write(stem + suffix, octets)
        self._write(f"{stem}.eml", content)  # last: who sees it may open the parts as well
        _sync(self._folder)
        return f"{stem}.eml"

    def _write(self, name: str, octets: bytes) -> None:
        whole = self._folder / name
        part = self._folder / f".{name}.part"
        with part.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        part.replace(whole)


def _sync(folder: Path) -> None:
    """Make the names durable, too: fsync(2), a file's own sync does not cover its folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The first text and the first HTML part, as UTF-8."""
    wanted = dict(_SUFFIXES)
    for part in email.message_from_bytes(content).walk():
        suffix = wanted.pop(part.get_content_type(), None)
        octets = part.get_payload(decode=True)
        if suffix and isinstance(octets, bytes):
            yield suffix, _as_utf8(octets, part.get_content_charset("utf-8"))


def _as_utf8(octets: bytes, charset: str) -> bytes:
    try:
        return octets.decode(charset, "replace").replace("\r\n", "\n").encode()
    except LookupError:  # a charset that Python does not know: the file is as it came
        return octets
