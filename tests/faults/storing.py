"""What the tests of the rows about storage share: a worker's environment, its log, its answers."""

import json
from collections.abc import Mapping
from pathlib import Path

from servers.scripted import ScriptedServer
from workplace import environment

from worker.store.spill import Spill

C1 = "c1@candidates.example"


def environ_of(server: ScriptedServer, **more: str) -> dict[str, str]:
    """One sending connection, so that the order of things is known."""
    return environment(server.port, FOLLOWUP_SMTP__CONNECTIONS="1", **more)


def log(home: Path) -> list[Mapping[str, str]]:
    """What commands said as JSON, the log and listings alike."""
    lines = (home / "worker.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def events(home: Path) -> list[str]:
    """The events of the log."""
    return [line["event"] for line in log(home) if "event" in line]


def kept(home: Path) -> int:
    """How many answers lie beside the database."""
    path = home / "var" / "followup.db.answers"
    if not path.exists():
        return 0
    spill = Spill(path, 1)
    number = len(list(spill.kept()))
    spill.close()
    return number
