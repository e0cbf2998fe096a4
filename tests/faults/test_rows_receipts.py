"""A receipt of a file comes once, wherever the worker ends."""

from pathlib import Path
from threading import Event

import pytest
from servers.scripted import ScriptedServer

from faults.scene import Scene
from worker.cli.run import run_once


class PowerCutError(Exception):
    """The worker ends here."""


@pytest.mark.parametrize("moment", ["before result", "before done", "after done", "before clear"])
def test_the_receipt_of_a_file_comes_once_wherever_the_worker_ends(
    tmp_path: Path, moment: str
) -> None:
    def cut(here: str) -> None:
        if here == moment:
            raise PowerCutError

    with ScriptedServer() as smtp:
        scene = Scene(tmp_path, smtp.port, FOLLOWUP_CSV__RECEIPT="true")
        scene.drop_letters(2)
        with pytest.raises(PowerCutError), scene.worker(cut) as worker:
            run_once(worker, Event())
        scene.work()
        scene.work()
        to_hr = [raw for recipient, raw in smtp.taken if recipient == "hr@acme.example"]
    assert len(to_hr) == 1
    assert len(smtp.taken) == 3
