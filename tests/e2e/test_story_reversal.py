"""The queued rejection: a candidate is moved back before it is due, and it never leaves."""

import email
import threading
from collections.abc import Sequence
from pathlib import Path

from faults.scene import Scene
from servers.scripted import ScriptedServer
from workplace import as_csv, finish, row

from worker.cli.run import run_once


def states(scene: Scene) -> list[tuple[object, object]]:
    """Outcome and status, oldest first."""
    return [(each["outcome"], each["status"]) for each in scene.entries()]


def goes_on(taken: Sequence[tuple[str, bytes]]) -> list[bool]:
    """Of each letter whether it says that they go on."""
    texts = [email.message_from_bytes(raw).as_string() for _, raw in taken]
    return ["An interview with the team lead" in text.replace("=\n", "") for text in texts]


def test_whoever_is_moved_back_in_time_hears_only_that(tmp_path: Path) -> None:
    with ScriptedServer() as smtp:
        scene = Scene(
            tmp_path,
            smtp.port,
            FOLLOWUP_TIMING__REJECTED__HOLD="1h",
            FOLLOWUP_GUARDS__NAMESAKE="true",
        )
        for name, each in (("a", row(1)), ("b", row(1, "advanced"))):
            scene.drop(each, name=f"{name}.csv")
            scene.work()
        assert states(scene) == [("rejected", "cancelled"), ("advanced", "sent")]

        scene.environ["FOLLOWUP_TIMING__REJECTED__HOLD"] = "0s"
        scene.drop(row(1, reason="The position is withdrawn."), name="c.csv")
        scene.work()
        assert states(scene)[2] == ("rejected", "held")
        result = (tmp_path / "var/drop/done/c.result.csv").read_text(encoding="utf-8-sig")
        assert "nothing shows that anything happened since" in result
        scene.drop(row(1, stage="second interview"), name="d.csv")
        scene.work()
        result = (tmp_path / "var/drop/done/d.result.csv").read_text(encoding="utf-8-sig")
        assert "told something else, advanced, less than 3 days before" in result
    assert goes_on(smtp.taken) == [True]


def test_also_when_the_rejection_was_claimed_already(tmp_path: Path) -> None:
    moved_back = tmp_path / "moved_back.csv"
    moved_back.write_bytes(as_csv([row(1, "advanced")]))
    with ScriptedServer() as smtp:
        scene = Scene(tmp_path, smtp.port)
        scene.drop(row(1))
        seen = list[str]()

        def change_of_mind(step: str) -> None:
            """While the letter is handed over, and its dot is not out."""
            if step == "write:before" and step not in seen:
                seen.append(step)
                assert scene.entries()[0]["status"] == "sending"
                finish(tmp_path, scene.environ, "submit", str(moved_back))

        with scene.worker(change_of_mind) as worker:
            run_once(worker, threading.Event())
    assert seen
    assert goes_on(smtp.taken) == [True]
    assert states(scene) == [("rejected", "cancelled"), ("advanced", "sent")]
