"""Who is compared: how each is started on a sheet, and how one sees that all of it is done.

Each run has a folder of its own. To compare another peer, add a ``Contender``.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import plain
from benchmarks.measure import Command, Failed

from worker.lifecycle import Status

ROOT = Path(__file__).parents[2]

#: The worker as it comes, but for what holds a letter back: the undo window, office hours, the
#: guards that wait for a person, and mail to people of ours. Two connections are its default.
SETTINGS = {
    "FOLLOWUP_COMPANY__NAME": plain.COMPANY["name"],
    "FOLLOWUP_COMPANY__CAREERS_URL": plain.COMPANY["careers_url"],
    "FOLLOWUP_COMPANY__HR_ADDRESS": plain.COMPANY["hr_address"],
    "FOLLOWUP_SMTP__HOST": "127.0.0.1",
    "FOLLOWUP_SMTP__SECURITY": "none",
    "FOLLOWUP_SMTP__SENDER": "Acme Talent <talent@acme.example>",
    "FOLLOWUP_TIMING__HOLD": "0s",
    "FOLLOWUP_TIMING__HOURS": "always",
    "FOLLOWUP_CSV__SETTLE": "0s",
    "FOLLOWUP_CSV__RECEIPT": "false",  # both mail the candidates, and nobody else
    "FOLLOWUP_DIGEST__EVERY": "never",
    "FOLLOWUP_GUARDS__BATCH": "false",
    "FOLLOWUP_GUARDS__NAMESAKE": "false",
    "FOLLOWUP_GUARDS__SECOND_PERSON": "[]",
    "FOLLOWUP_REASONS__POLICY": "free",
    "FOLLOWUP_WEB__ENABLED": "false",
    "FOLLOWUP_LOG__FORMAT": "json",
}


@dataclass(frozen=True, slots=True)
class Contender:
    """``starts`` makes ready what is run on a sheet, in a folder, against a port.

    ``durable`` tells what a crash leaves; ``proves`` raises ``Failed`` unless that many letters
    are settled.
    """

    name: str
    durable: str
    starts: Callable[[Path, Path, int], Command]
    proves: Callable[[Command, int], None]


def program(*arguments: str) -> tuple[str, ...]:
    """This Python, without the folder that one happens to stand in on its path."""
    return (sys.executable, "-P", *arguments)


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a program: this one's, none of its settings of followup, and ``more``."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("FOLLOWUP_")}
    return {**ours, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **more}


def _start_worker(sheet: Path, folder: Path, port: int) -> Command:
    """The sheet is renamed into the drop; from the start of the program on, time runs."""
    drop = folder / "var" / "drop"
    drop.mkdir(parents=True)
    sheet.rename(drop / sheet.name)
    env = surroundings(**SETTINGS, FOLLOWUP_HOME=str(folder), FOLLOWUP_SMTP__PORT=str(port))
    return Command(program("-m", "worker", "run", "--once"), env, folder)


def _all_are_sent(command: Command, letters: int) -> None:
    asked = program("-m", "worker", "status", "--json")
    told = subprocess.run(
        asked, env=dict(command.env), cwd=command.folder, check=True, capture_output=True
    )
    found = json.loads(told.stdout)
    counts = {str(each): found[each] for each in Status if found[each]}
    if counts != {"sent": letters}:
        raise Failed(f"the worker's entries are {counts}, wanted {letters} sent and nothing else")


def _start_plain(sheet: Path, folder: Path, port: int) -> Command:
    return Command(program(plain.__file__, str(sheet), str(port)), surroundings(), folder)


def _keeps_no_record(_command: Command, _letters: int) -> None:
    """What arrived at the sink is all that there is to see."""


PLAIN = Contender(
    name="plain script",
    durable="nothing: after a crash nobody knows who has a letter",
    starts=_start_plain,
    proves=_keeps_no_record,
)

WORKER = Contender(
    name="followup",
    durable="everything: each decision, letter and step is committed and synced before the next",
    starts=_start_worker,
    proves=_all_are_sent,
)

CONTENDERS = (PLAIN, WORKER)
