"""A decision that rests on a background check: no letter, and HR hears what a person has to do."""

from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from faults.post import Post
from faults.scene import Scene
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import as_csv, row, settings, start

from worker.cli import build
from worker.cli.reporting import heard, reporting
from worker.intake import Row
from worker.steps.take import take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival

HR = "hr@acme.example"
BAD = row(1, reason="Your background check did not come back clean, sadly.")


@pytest.fixture
def smtp() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def told(smtp: ScriptedServer, to: str) -> list[str]:
    """The texts of what somebody got."""
    mails = [message_from_bytes(raw, policy=policy.default) for at, raw in smtp.taken if at == to]
    return [each.get_body(("plain",)).get_content() for each in mails]  # type: ignore[union-attr]


def waiting(store: Store) -> list[str]:
    """To whom notices wait to be sent."""
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT email FROM entry WHERE kind = 'notice'")
        return [str(each[0]) for each in rows]


def test_of_a_file_the_row_is_refused_and_hr_is_told_once(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    scene = Scene(tmp_path, smtp.port)
    scene.drop(BAD, row(2))
    scene.work()
    scene.work()
    assert scene.statuses() == {"c2@candidates.example": "sent"}
    (notice,) = told(smtp, HR)
    for part in ("Ana Pérez1 <c1@candidates.example>", "Data Analyst", "decisions.csv, row 2",
                 "reason: 'background check'", "copy of the report"):  # fmt: skip
        assert part in notice
    assert "sadly" not in notice, "what such a check found is nobody else's to read"
    result = (tmp_path / "var/drop/done/decisions.result.csv").read_text()
    assert "a decision that rests on a background check or a consumer report" in result


def test_a_file_that_is_taken_again_after_a_crash_tells_nobody_twice(tmp_path: Path) -> None:
    given = settings(tmp_path, Scene(tmp_path, 25).environ)
    with closing(build.open_store(given)) as store:
        rules = build.house(given)
        into = heard(build.taking(store, rules), reporting(given, store, rules))
        rows = [Row(2, BAD), Row(3, BAD)]
        for _ in range(2):
            arrival = Arrival(id="s1", source="csv", name="decisions.csv")
            ledger.begin(store, arrival, build.now())
            assert [each.verdict.status for each in take_rows(lambda: rows, arrival, into)] == [
                "refused", "refused",
            ]  # fmt: skip
        assert waiting(store) == [HR, HR], "one for each row"


def test_a_rehearsal_tells_nobody(tmp_path: Path) -> None:
    environ = Scene(tmp_path, 25).environ
    (tmp_path / "rows.csv").write_bytes(as_csv([BAD]))
    with start(tmp_path, environ, "submit", "rows.csv", "--dry-run") as process:
        assert process.wait(60) == 3
    with closing(build.open_store(settings(tmp_path, environ))) as store:
        assert waiting(store) == []


@pytest.mark.servers
def test_of_a_mail_hr_hears_who_decided_and_its_decider_what_to_mend(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    with Dovecot() as imap:
        post = Post(tmp_path, smtp, imap)
        imap.append(mail(decision(1, word="adverse action")))
        post.work()
        post.work()
    assert not post.letters()
    (notice,) = told(smtp, HR)
    assert f"Decided by: {DECIDER}" in notice
    assert "a decision mail (uid 1), row 1" in notice
    (receipt,) = told(smtp, DECIDER)
    assert "outcome: 'adverse action': followup writes no letter" in " ".join(receipt.split())
