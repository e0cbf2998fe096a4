"""Rows 8, 16, 17 and 18: what servers say, from the taxonomy's own cases, over the wire.

Each is a whole run. What counts is the receiving server, the entry's state, and whether it lost a
try; waits are not slept through, the clock of the pause is moved.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from golden import Case, read_cases
from servers.scripted import CLOSE, ScriptedServer
from sqlalchemy import update
from workplace import row

from faults.copies import received
from faults.scene import Scene
from worker.cli import build
from worker.delivery.taxonomy import Action, Scope, Stage
from worker.store import pauses, views
from worker.store.pauses import BREAKER, SERVER, Pause
from worker.store.records import pause
from worker.store.schema import entry

HR = "hr@acme.example"
WITH_AUTH = "250-scripted\r\n250 AUTH PLAIN"
MINUTE = timedelta(minutes=1)

Script = Mapping[str, list[str | bytes]]


@contextmanager
def stage(
    home: Path, script: Script, *, letters: int = 1, **more: str
) -> Iterator[tuple[Scene, ScriptedServer]]:
    login = {"FOLLOWUP_SMTP__USERNAME": "talent", "FOLLOWUP_SMTP__PASSWORD": "s3cret"}
    with ScriptedServer(script, ehlo=WITH_AUTH) as server:
        scene = Scene(home, server.port, **(login | more))
        scene.drop_letters(letters)
        yield scene, server


def holding(scene: Scene) -> dict[str, Pause]:
    with scene.store() as store:
        return {each.scope: each for each in pauses.standing(store, build.now()).holding}


def let_time_pass(scene: Scene) -> None:
    """Every pause is over now, and every retry is due."""
    with scene.store() as store, store.write() as connection:
        connection.execute(update(pause).values(until=build.now()))
        connection.execute(
            update(entry).where(entry.c.status == "queued").values(not_before=build.now())
        )


def letters_of(server: ScriptedServer) -> list[str]:
    return [recipient for recipient, _ in server.kept if recipient != HR]


def told_hr(scene: Scene) -> int:
    with scene.store() as store:
        events = [line["event"] for line in views.journal_lines(store)]
    return events.count("reported")


def attempts(scene: Scene) -> set[object]:
    return {each["attempts"] for each in scene.entries()}


@pytest.mark.parametrize("what", ["421 4.3.2 down", "550 no", "garbage", CLOSE])
@pytest.mark.parametrize("where", ["greeting", "ehlo", "auth", "mail"])
def test_row_08_what_goes_wrong_up_to_mail_rests_all_and_costs_nothing(
    tmp_path: Path, where: str, what: str
) -> None:
    fault: str | bytes = f"{what}\r\n".encode() if what == "garbage" else what
    with stage(tmp_path, {where: [fault] * 9}, letters=2) as (scene, server):
        scene.work()
        assert attempts(scene) == {0}
        assert SERVER in holding(scene)
        asked = server.connections
        scene.work()
        assert server.connections == asked  # nobody goes there while it rests
        server.script.clear()
        let_time_pass(scene)
        scene.work()
        assert sorted(letters_of(server)) == ["c1@candidates.example", "c2@candidates.example"]
        assert scene.holds(received(server.kept)).copies == 2


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ("535 5.7.8 Username and Password not accepted", [15, 30, 60, 120, 240, 240]),
        ("454 4.7.0 Temporary authentication failure", [1, 5, 15, 15]),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
         [60, 240, 240]),
    ],
)  # fmt: skip
def test_row_16_a_login_that_fails_is_said_once_in_each_rest(
    tmp_path: Path, told: str, waits: list[int]
) -> None:
    with stage(tmp_path, {"auth": [told] * 99}, letters=3) as (scene, server):
        for number, minutes in enumerate(waits, 1):
            before = build.now()
            scene.work()
            scene.work()
            logins = [each for each in server.commands if each.startswith("AUTH")]
            assert len(logins) == number
            until = holding(scene)[SERVER].until
            assert until is not None
            assert timedelta(0) <= until - before - minutes * MINUTE < MINUTE
            let_time_pass(scene)
        assert attempts(scene) == {0}
        server.script.clear()
        scene.work_until_it_rests()
        assert attempts(scene) == {1}
        assert scene.holds(received(server.kept)).copies == 3
        assert [recipient for recipient, _ in server.kept].count(HR) == told_hr(scene) == 1
        assert holding(scene) == {}


def test_row_16_a_throttle_after_the_dot_costs_no_try_and_nobody_is_served_twice(
    tmp_path: Path,
) -> None:
    told = "454 Throttling failure: Maximum sending rate exceeded"
    with stage(tmp_path, {"dot": [told] * 4}, letters=2) as (scene, server):
        for _ in range(4):
            scene.work()
            assert attempts(scene) == {0}
            assert set(scene.statuses().values()) == {"queued"}
            let_time_pass(scene)
            with scene.store() as store, store.write() as connection:
                connection.exec_driver_sql("UPDATE rate SET slowed = NULL")  # an hour later
        scene.work_until_it_rests()
        assert scene.holds(received(server.kept)).copies == 2
        assert attempts(scene) == {1}
    assert "slowed" in scene.events()


def of_each_kind() -> list[Case]:
    """One case of every stage, scope and action that the wire can show in a letter's dialogue."""
    found: dict[object, Case] = {}
    for case in read_cases():
        if case.stage in {Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT} and case.reply.code:
            found.setdefault((case.stage, case.scope, case.action), case)
    return list(found.values())


@pytest.mark.parametrize("case", of_each_kind(), ids=lambda case: f"{case.stage}: {case.reply}")
def test_row_17_what_a_provider_says_does_what_the_taxonomy_says(
    tmp_path: Path, case: Case
) -> None:
    with stage(tmp_path, {case.stage: [str(case.reply)]}) as (scene, server):
        scene.work()
        rests = case.action in {Action.PAUSE, Action.SLOW, Action.STOP}
        about_us = rests and case.scope is Scope.SENDER
        assert attempts(scene) == {0 if about_us else 1}
        assert set(scene.statuses().values()) == {
            "failed" if case.action is Action.FAIL else "queued"
        }
        assert bool(holding(scene)) is rests
        let_time_pass(scene)
        scene.work()
        copies = 0 if case.action is Action.FAIL else 1
        assert len(letters_of(server)) == copies
        assert scene.holds(received(server.kept)).copies == copies


def test_row_17_three_refusals_in_a_row_stop_the_letters_and_hr_is_told_at_once(
    tmp_path: Path,
) -> None:
    refused: list[str | bytes] = [f"554 5.6.0 not readable, number {each}" for each in range(3)]
    with stage(tmp_path, {"rcpt": refused}, letters=5) as (scene, server):
        scene.work()
        assert sorted(scene.statuses().values()) == ["failed"] * 3 + ["queued"] * 2
        assert "number 2" in holding(scene)[BREAKER].why
        assert [recipient for recipient, _ in server.kept] == [HR]
        scene.work()
        assert letters_of(server) == []
        with scene.store() as store:
            pauses.resume(store, now=build.now(), by="dana")
        scene.work()
        assert len(letters_of(server)) == 2
        assert scene.holds(received(server.kept)).copies == 2


def test_row_17_a_provider_that_wants_less_rests_alone(tmp_path: Path) -> None:
    told = "421 4.7.1 Messages to you deferred due to excessive volume. Try again later"
    with stage(tmp_path, {"rcpt": [told]}) as (scene, server):
        scene.drop(row(2) | {"email": "c2@candidates.example"},
                   row(3) | {"email": "c3@elsewhere.example"}, name="more.csv")  # fmt: skip
        scene.work()
        assert letters_of(server) == ["c3@elsewhere.example"]
        assert list(holding(scene)) == ["domain:candidates.example"]
        assert attempts(scene) == {0, 1}
        let_time_pass(scene)
        scene.work()
        assert scene.holds(received(server.kept)).copies == 3


FULL_OURS = (
    "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException;"
    " MapiExceptionShutoffQuotaExceeded"
)
PEAK = "450 4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error."
BUSY = "450 4.2.1 The user you are trying to contact is receiving mail too quickly."


@pytest.mark.parametrize(
    ("script", "tries", "rests"),
    [
        ({"dot": [FULL_OURS]}, 0, True),
        ({"rcpt": ["552 5.2.2 Mailbox full"]}, 1, False),
        ({"rcpt": [PEAK]}, 0, True),
        ({"rcpt": [BUSY]}, 1, False),
    ],
)
def test_row_18_the_same_code_is_about_us_or_about_the_recipient_by_its_words(
    tmp_path: Path, script: Script, tries: int, *, rests: bool
) -> None:
    with stage(tmp_path, script, letters=2) as (scene, server):
        scene.work()
        first = next(each for each in scene.entries() if each["email"] == "c1@candidates.example")
        assert (first["status"], first["attempts"]) == ("queued", tries)
        assert bool(holding(scene)) is rests
        assert len(letters_of(server)) == (0 if rests else 1)
        let_time_pass(scene)
        scene.work_until_it_rests()
        assert scene.holds(received(server.kept)).copies == 2


def test_row_18_a_full_mailbox_gets_one_more_try_after_a_day_and_then_a_person(
    tmp_path: Path,
) -> None:
    with stage(tmp_path, {"rcpt": ["552 5.2.2 Mailbox full"] * 2}) as (scene, server):
        scene.work()
        (queued,) = scene.entries()
        due = str(queued["not_before"])
        assert due > (build.now() + timedelta(hours=23)).isoformat()
        with scene.store() as store, store.write() as connection:
            connection.execute(update(entry).values(first_try_at=build.now() - timedelta(days=1)))
        let_time_pass(scene)
        scene.work()
        assert set(scene.statuses().values()) == {"failed"}
        assert scene.holds(received(server.kept)).copies == 0
