"""The folder ``.taking``: a claimed file lies there in a folder named ``<stem>~<submission>``.

For ``csvdrop`` only. ``<stem>`` is the name under which everything about the file is filed; it
is chosen with the claim and kept in its name, so that whoever takes over after a crash files
the same things under the same names. What can go wrong: ``OSError`` from the disk.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from worker.intake.disk import Look, look_at, sync
from worker.intake.lookout import shown

_MARK = "~"

#: In bytes; no name made from a stem exceeds the 255 of NAME_MAX (POSIX limits.h).
_LONGEST_STEM = 180


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A claimed file.

    ``submission`` names it for good, also after a crash; ``name`` is as dropped, fit to be
    stored and shown; ``look`` is how it looked when it was handed out.
    """

    submission: str
    name: str
    path: Path
    stem: str
    look: Look


def dropped_file(path: Path) -> DroppedFile:
    """The claimed file at ``path``, as it is now."""
    stem, _, submission = path.parent.name.rpartition(_MARK)
    return DroppedFile(
        submission=submission,
        name=shown(path.name),
        path=path,
        stem=stem,
        look=look_at(path),
    )


def claim_name(stem: str, submission: str) -> str:
    """What the folder of a claim is called."""
    return f"{stem}{_MARK}{submission}"


def claimed(taking: Path) -> list[Path]:
    """The originals in ``.taking``. A claim without one is finished, or never began: it goes."""
    found = []
    for claim in sorted(each for each in taking.iterdir() if _MARK in each.name and each.is_dir()):
        original = next((each for each in claim.iterdir() if not _is_own(each)), None)
        if original is None:
            clear(claim)
        else:
            found.append(original)
    return found


def make(claim: Path) -> None:
    """Make the folder of a claim."""
    claim.mkdir()
    sync(claim.parent)


def clear(claim: Path) -> None:
    """Remove the folder of a claim with the hidden files in it; anything else keeps it there."""
    with suppress(OSError):
        for each in list(claim.iterdir()):
            if _is_own(each):
                each.unlink()
        claim.rmdir()


def _is_own(path: Path) -> bool:
    # A dropped file never begins with a dot: such files are left alone.
    return path.name.startswith(".")


def free_stem(path: Path, taking: Path, done: Path, problems: Path) -> str:
    """The name without its ending, or ``NAME.2`` and so on: the first that is nowhere in use."""
    claims = {each.name.rpartition(_MARK)[0].casefold() for each in taking.iterdir()}
    return next(
        stem
        for stem in _stems(path.stem)
        if stem.casefold() not in claims
        and not any(map(os.path.lexists, _filed(stem, path.suffix, done, problems)))
    )


def _stems(name: str) -> Iterator[str]:
    # Replaced before it is cut: an octet that is no UTF-8 becomes three.
    whole = os.fsencode(name).decode("utf-8", "replace")
    stem = whole.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    yield stem
    yield from (f"{stem}.{number}" for number in itertools.count(2))


def _filed(stem: str, ending: str, done: Path, problems: Path) -> Iterator[Path]:
    yield from (done / f"{stem}{each}" for each in (ending, ".result.csv"))
    yield from (problems / f"{stem}{each}" for each in (ending, ".csv", ".problem.txt"))


def take_lock(taking: Path) -> int | None:
    """Hold the folder for this process, or None while another does.

    Two at once would write the same reports. The lock (``fcntl``) works over NFS, belongs to
    the process, and goes with it.
    """
    lock = os.open(taking / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
