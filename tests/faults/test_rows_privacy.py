"""Row 48: sentinels of personal data and secrets go through everything; no log may know them."""

import json
import subprocess
import sys
from pathlib import Path

from servers.scripted import CLOSE, ScriptedServer
from workplace import ROOT, finish, row

from faults.copies import received
from faults.scene import Scene

#: What must stay where it belongs: in the letter, and in the entry that people look at.
SECRET, NAME, REASON = "hunter2-sentinel", "Zebedea Quastenfloss", "the sentinel zeppelin skills"
LOCAL = "sentinel.zebedea"
SENTINELS = (SECRET, "Zebedea", "Quastenfloss", "zeppelin", LOCAL)

FAULTS: dict[str, list[str | bytes]] = {
    "rcpt": ["250 ok", f"550 5.1.1 <{LOCAL}.1@candidates.example>: unknown here"],
    "dot": [CLOSE, f"451 4.3.0 {LOCAL}.2@candidates.example later"],
}


def told(scene: Scene, *command: str) -> str:
    """What a command of followup writes, to both of its outputs."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "worker", *command],
        env={**scene.environ, "FOLLOWUP_HOME": str(scene.home), "PYTHONPATH": str(ROOT),
             "PATH": "/usr/bin:/bin"},
        cwd=scene.home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_row_48_no_log_no_journal_and_no_status_knows_a_person_or_a_secret(tmp_path: Path) -> None:
    ehlo = "250-scripted\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN"
    with ScriptedServer(FAULTS, ehlo=ehlo) as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_SMTP__USERNAME="talent",
                      FOLLOWUP_SMTP__PASSWORD=SECRET)  # fmt: skip
        scene.drop(
            *(row(number, email=f"{LOCAL}.{number}@candidates.example", first_name="Zebedea",
                  last_name="Quastenfloss", reason=f"We looked for {REASON}.")
              for number in range(4)),
            row(9, email=f"{LOCAL}.9@candidates.example") | {"outcome": "maybe", "phone": NAME},
            name="Zebedea.csv",
        )  # fmt: skip
        scene.handed_in.discard(f"{LOCAL}.9@candidates.example")
        finish(tmp_path, scene.environ, "run", "--once")
        finish(tmp_path, scene.environ, "run", "--once")
        kept = received(server.kept)
    log = (tmp_path / "worker.log").read_text("utf-8")
    for where, text in {
        "log": log,
        "journal": told(scene, "journal", "--json").replace("Zebedea.csv", ""),
        "status": told(scene, "status"),
        "check": told(scene, "check"),
    }.items():
        assert text, where
        assert not [each for each in SENTINELS if each.casefold() in text.casefold()], where
    assert all(json.loads(line) for line in log.splitlines())
    assert SECRET not in told(scene, "list", "--json")
    scene.holds(kept)
