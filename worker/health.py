"""The pulse of a running worker: a file that is touched, and the question whether it still is.

The loop calls ``beat`` regularly; ``followup health`` asks ``healthy``, and the container's
HEALTHCHECK asks that twice a minute for as long as the worker lives. So this module imports
nothing but pathlib, and is answered before settings, database or templates are looked at.

It tells that the worker goes round, and nothing more: a mail server that refuses is not a
reason to restart it. Known fault: a clock that is set back makes an old pulse look young until
the clock has caught up.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

#: Seconds of silence after which a worker counts as dead. The loop beats from a thread of its
#: own, so waiting ten minutes for a mail server (RFC 5321 4.5.3.2.6) does not make it silent.
LIMIT = 180.0


def pulse(home: Path) -> Path:
    """Where the worker of that home leaves its pulse."""
    return home / "var" / "heartbeat"


def beat(path: Path) -> None:
    """Leave a sign of life. Raises ``OSError`` where the folder can't be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def healthy(path: Path, now: float, limit: float = LIMIT) -> bool:
    """Whether the pulse is younger than ``limit`` seconds; ``now`` is POSIX time."""
    try:
        return now - path.stat().st_mtime < limit
    except FileNotFoundError:
        return False


def main(environ: Mapping[str, str], now: float) -> int:
    """``followup health``: exit status 0 for a living worker, 1 with the reason for a dead one."""
    path = pulse(Path(environ.get("FOLLOWUP_HOME") or "."))
    if healthy(path, now):
        return 0
    sys.stderr.write(
        f"unhealthy: {path} was not touched for {LIMIT:.0f} seconds; "
        "is `followup run` running with this FOLLOWUP_HOME? Its log says why it stopped.\n"
    )
    return 1
