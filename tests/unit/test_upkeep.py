"""What the worker does beside sending: a notice that can't be worded stops nothing else."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from configured import MAILBOX, read
from deciding import put, waiting
from sample import NOW, open_store, sealed
from structlog.testing import capture_logs
from workplace import environment

from worker.cli import build
from worker.cli.promising import promising
from worker.cli.reporting import reporting
from worker.cli.upkeep import upkeep
from worker.lifecycle import Kind
from worker.store import views


def test_a_template_that_is_wrong_keeps_one_notice_and_nothing_else(tmp_path: Path) -> None:
    wrong = tmp_path / "config/templates/notices/en/approval/body.txt"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("{{ nobody.knows.this }}")
    given = read(tmp_path, environment(25) | {"FOLLOWUP_TEMPLATES_FOLDER": "config/templates"})
    rules = build.house(given)
    with closing(open_store(tmp_path)) as store:
        late = replace(sealed(2), late_after=NOW - timedelta(days=1))
        put(store, "s1", waiting(sealed(1), "approval"), late)
        with capture_logs() as told:
            for look in upkeep(given, store, rules, reporting(given, store, rules)):
                look()
        said = [line for line in told if line["event"] == "no_notice"]
        assert len(said) == 1
        assert "approval" in said[0]["why"]
        (notice,) = views.entries(store, views.Asked(kind=Kind.NOTICE))
    assert notice["email"] == "hr@acme.example", "of the letter that is late"


def test_a_reminder_names_the_address_that_decisions_are_mailed_to(tmp_path: Path) -> None:
    given = read(tmp_path, environment(25) | MAILBOX)
    named = given.model_copy(update={
        "mailbox": given.mailbox.model_copy(update={"address": "decisions@acme.example"})
    })  # fmt: skip
    with closing(open_store(tmp_path)) as store:
        reports = reporting(given, store, build.house(given))
        assert promising(given, reports).mailbox is None, "the user name is no address"
        assert promising(named, reports).mailbox == "decisions@acme.example"
