"""The first weeks: HR reads what would have gone, and one outcome after another goes live."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import drop, environment, finish, row, start, statuses

from worker.store import views
from worker.store.engine import Store


@pytest.fixture
def smtp() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def to(smtp: ScriptedServer, where: str) -> list[EmailMessage]:
    found = (email.message_from_bytes(raw, policy=email.policy.default) for _, raw in smtp.taken)
    return [each for each in found if where in each["To"]]


def entry_of(home: Path, address: str) -> str:
    store = Store(f"sqlite:///{home}/var/followup.db")
    found = [each["entry"] for each in views.entries(store, views.Asked())
             if each["email"] == address]  # fmt: skip
    store.close()
    return str(found[0])


def test_what_was_held_in_the_shadow_goes_when_a_person_releases_it(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    plain = environment(smtp.port, FOLLOWUP_GUARDS__BATCH="false")
    shadow = {**plain, "FOLLOWUP_GUARDS__SHADOW": "true", "FOLLOWUP_GUARDS__LIVE": '["advanced"]'}
    drop(tmp_path, "monday.csv", [row(1), row(2), row(3, "advanced")])
    finish(tmp_path, shadow, "run", "--once")
    (letter,) = to(smtp, "candidates.example")
    assert "c3@" in letter["To"]
    (notice,) = [each for each in to(smtp, "hr@") if "Would have sent" in each["Subject"]]
    body = notice.get_content()
    assert "c1@candidates.example" in body
    assert "experience with Kubernetes in production" in body
    finish(tmp_path, plain, "run", "--once")
    assert len(to(smtp, "candidates.example")) == 1
    assert statuses(tmp_path)["c1@candidates.example"] == "held"
    finish(tmp_path, plain, "release", entry_of(tmp_path, "c1@candidates.example"))
    finish(tmp_path, shadow, "run", "--once")
    assert [each["To"].addresses[0].addr_spec for each in to(smtp, "candidates.example")] == [
        "c3@candidates.example", "c1@candidates.example",
    ]  # fmt: skip
    assert statuses(tmp_path)["c2@candidates.example"] == "held"
    assert len([each for each in to(smtp, "hr@") if "Would have sent" in each["Subject"]]) == 1


def test_the_shadow_that_falls_over_a_queue_holds_it(tmp_path: Path, smtp: ScriptedServer) -> None:
    plain = environment(smtp.port, FOLLOWUP_TIMING__HOLD="1h")
    drop(tmp_path, "monday.csv", [row(1)])
    finish(tmp_path, plain, "run", "--once")
    assert list(statuses(tmp_path).values()) == ["queued"]
    finish(tmp_path, {**plain, "FOLLOWUP_GUARDS__SHADOW": "true"}, "run", "--once")
    assert list(statuses(tmp_path).values()) == ["held"]
    finish(tmp_path, plain, "status")
    assert "letters that are held for it: rejected 1" in (tmp_path / "worker.log").read_text()


def test_check_tells_of_the_shadow_and_of_calls_that_nobody_is_asked_for(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    environ = environment(smtp.port, FOLLOWUP_GUARDS__SHADOW="true")
    del environ["FOLLOWUP_COMPANY__HR_ADDRESS"]
    drop(tmp_path, "monday.csv", [row(1, channel="phone", phone="+34 600 000 000")])
    finish(tmp_path, environ, "run", "--once")
    with start(tmp_path, environ, "check") as process:
        process.wait(60)
    told = " ".join((tmp_path / "worker.log").read_text().split())
    assert "guards.shadow is on, nothing goes to candidates; live: no outcome" in told
    assert "letters that are held for it: rejected 1" in told
    assert "perhaps nobody can be asked to call" in told
