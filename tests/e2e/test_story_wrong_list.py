"""The wrong list, as it happened to universities: all good news, to people who get other news."""

import csv
from pathlib import Path

from faults.scene import Scene
from servers.scripted import ScriptedServer
from workplace import row, start

from worker.store import views

BOSS = ("--by", "boss@acme.example")


def said(scene: Scene, *args: str, code: int = 0) -> str:
    """What a command wrote."""
    log = scene.home / "worker.log"
    log.unlink(missing_ok=True)
    with start(scene.home, scene.environ, *args) as process:
        assert process.wait(60) == code, log.read_text()[-2000:]
    return log.read_text()


def told(scene: Scene, name: str) -> list[dict[str, str]]:
    """The result file, row by row."""
    path = scene.home / f"var/drop/done/{name}.result.csv"
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def letters(smtp: ScriptedServer) -> int:
    """How many went to candidates."""
    return sum(recipient.endswith("@candidates.example") for recipient, _ in smtp.taken)


def test_the_wrong_list_reaches_nobody_and_the_right_one_everybody(tmp_path: Path) -> None:
    with ScriptedServer() as smtp:
        scene = Scene(tmp_path, smtp.port, FOLLOWUP_GUARDS__BATCH="true")
        scene.drop(*(row(n) for n in range(100, 125)), name="usual.csv")
        scene.drop(*(row(n) for n in range(125, 131)), name="usual2.csv")
        scene.work()
        assert letters(smtp) == 31

        who = {"decided_by": "dana@acme.example"}
        wrong = [row(n, "offer" if n % 2 else "advanced", **who) for n in range(40)]
        scene.drop(*wrong, name="wrong.csv")
        scene.drop(*(row(n, "advanced") for n in range(50, 62)), name="wrong2.csv")
        scene.work()
        assert letters(smtp) == 31
        large, rosy = told(scene, "wrong"), told(scene, "wrong2")
        assert {each["status"] for each in (*large, *rosy)} == {"held"}
        assert "more than 25 new decisions" in large[0]["problem"]
        assert (
            "12 of 12 decisions of the batch are good news, 0 of 31 are usual"
            in (rosy[0]["problem"])
        )

        first = large[0]["entry"]
        decided = said(scene, "approve", first, "--all", "--by", who["decided_by"], code=1)
        assert "somebody else must approve" in decided
        assert "40 entries are now cancelled" in said(scene, "cancel", first, "--all", *BOSS)

        scene.drop(*(row(n) for n in range(40)), name="right.csv")
        scene.work()
        assert letters(smtp) == 31
        first = told(scene, "right")[0]["entry"]
        assert "40 entries are now queued" in said(scene, "approve", first, "--all", *BOSS)
        scene.work()
        assert letters(smtp) == 71
        with scene.store() as store:
            journal = list(views.journal_lines(store, views.find(store, first).id))
        assert "See that it is the right list" in str(journal[0]["detail"])
