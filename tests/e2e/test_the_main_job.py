"""The worker as its users run it: started from nothing, real files, a real mail server, signals."""

import csv
import email
import email.policy
import json
import signal
import time
from pathlib import Path

import pytest
from servers.postfix import postfix
from servers.scripted import HANG, ScriptedServer
from workplace import WHAT_EACH_NEEDS, drop, environment, finish, row, statuses, wait_for
from workplace import start_from_nothing as start


def output(home: Path, environ: dict[str, str], *args: str) -> str:
    finish(home, environ, *args)
    return (home / "worker.log").read_text()


@pytest.mark.servers
def test_all_outcomes_reach_their_people_through_a_real_postfix(tmp_path: Path) -> None:
    rows = [row(number, outcome) for number, outcome in enumerate(WHAT_EACH_NEEDS)]
    with postfix() as server:
        drop(tmp_path, "decisions.csv", [*rows, row(90) | {"outcome": "maybe"}])
        with start(tmp_path, environment(server.port), "run", "--once") as worker:
            assert worker.wait(60) == 0
        letters = [
            email.message_from_bytes(each, policy=email.policy.default)
            for each in server.wait_for(len(rows) - 1)
        ]
    assert {letter["To"].addresses[0].addr_spec for letter in letters} == {
        f"c{number}@candidates.example" for number in range(len(rows) - 1)
    }
    assert sorted(statuses(tmp_path).values()) == ["done"] + ["sent"] * (len(rows) - 1)
    for letter in letters:
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["X-Followup-Id"] in letter["Message-ID"]
        assert letter.get_body(("plain",)) is not None
        assert letter.get_body(("html",)) is not None


def test_sigterm_finishes_the_letter_at_hand_and_ends_with_0(tmp_path: Path) -> None:
    with ScriptedServer({"dot": [b""]}) as server:  # the first dot is answered by the test
        environ = environment(server.port, FOLLOWUP_SMTP__CONNECTIONS="1")
        drop(tmp_path, "decisions.csv", [row(1)])
        with start(tmp_path, environ, "run", "--no-web") as worker:
            wait_for(lambda: server.dots == 1)
            worker.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert worker.poll() is None  # it waits for the answer
            server.say(b"250 2.0.0 queued\r\n")
            assert worker.wait(20) == 0
    assert statuses(tmp_path) == {"c1@candidates.example": "sent"}


def test_the_same_signal_again_ends_at_once_and_the_letter_is_unsure(tmp_path: Path) -> None:
    with ScriptedServer({"dot": [HANG]}) as server:
        environ = environment(server.port)
        drop(tmp_path, "decisions.csv", [row(1)])
        with start(tmp_path, environ, "run", "--no-web") as worker:
            wait_for(lambda: server.dots == 1)
            worker.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == -signal.SIGTERM
        finish(tmp_path, environ, "run", "--once")
    assert statuses(tmp_path) == {"c1@candidates.example": "unsure"}
    assert len(server.taken) == 1


def test_a_second_worker_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        environ = environment(server.port)
        with start(tmp_path, environ, "run", "--no-web") as first:
            wait_for((tmp_path / "var" / "heartbeat").exists)
            with start(tmp_path, environ, "run", "--once") as second:
                assert second.wait(30) == 1
            first.send_signal(signal.SIGTERM)
            assert first.wait(20) == 0
    assert "takes one" in (tmp_path / "worker.log").read_text()


def test_a_server_that_is_down_costs_no_entry_an_attempt(tmp_path: Path) -> None:
    with ScriptedServer({"greeting": ["421 4.3.2 closed"] * 3}) as server:
        environ = environment(server.port, FOLLOWUP_SMTP__CONNECTIONS="1")
        drop(tmp_path, "decisions.csv", [row(1)])
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {"c1@candidates.example": "queued"}
        with start(tmp_path, environ, "run", "--no-web") as worker:
            wait_for(lambda: statuses(tmp_path)["c1@candidates.example"] == "sent")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
    told = json.loads(_listed(tmp_path, environ))
    assert told["attempts"] == 1


def _listed(home: Path, environ: dict[str, str]) -> str:
    (home / "worker.log").unlink()
    return output(home, environ, "list", "--json")


def test_the_log_holds_no_address_name_or_subject(tmp_path: Path) -> None:
    with ScriptedServer({"rcpt": ["550 5.1.1 <c1@candidates.example>: no such user"]}) as server:
        drop(tmp_path, "Ana Pérez.csv", [row(1), row(2)])
        told = output(tmp_path, environment(server.port), "run", "--once")
    assert "candidates.example" in told  # the domain is logged
    for secret in ("c1@", "c2@", "Ana", "Pérez", "Data Analyst", "Kubernetes"):
        assert secret not in told


def test_what_people_see_of_it(tmp_path: Path) -> None:
    with ScriptedServer({"rcpt": ["550 5.1.1 no such user"]}) as server:
        environ = environment(server.port)
        drop(tmp_path, "decisions.csv", [row(1), row(2, "offer"), row(3) | {"email": "a@b, c@d"}])
        finish(tmp_path, environ, "run", "--once")
    (tmp_path / "worker.log").unlink()
    lines = output(tmp_path, environ, "list", "--json").splitlines()
    entries = [json.loads(line) for line in lines]
    assert {each["email"]: each["status"] for each in entries} == statuses(tmp_path)
    failed = next(each for each in entries if each["status"] == "failed")
    assert failed["last_reply"] == "rcpt: 550 5.1.1 no such user"
    for command in (["list"], ["status"], ["journal"], ["show", failed["entry"]]):
        (tmp_path / "worker.log").unlink()
        told = output(tmp_path, environ, *command)
        assert "failed" in told
        assert "Traceback" not in told
    with (tmp_path / "var/drop/done/decisions.result.csv").open(encoding="utf-8-sig") as file:
        results = list(csv.DictReader(file))
    assert [each["status"] for each in results] == ["queued", "queued", "refused"]
    assert "exactly one" in results[2]["problem"]


def test_a_worker_without_a_configuration_says_what_is_missing(tmp_path: Path) -> None:
    with start(tmp_path, {}, "run", "--once") as worker:
        assert worker.wait(30) == 2
    told = (tmp_path / "worker.log").read_text()
    assert "FOLLOWUP_COMPANY__NAME" in told
    assert "FOLLOWUP_SMTP__SENDER" in told


@pytest.mark.parametrize("command", [["no-such-command"], ["list", "--no-such-option"]])
def test_wrong_usage_ends_with_2(tmp_path: Path, command: list[str]) -> None:
    with start(tmp_path, {}, *command) as process:
        assert process.wait(30) == 2
    assert b"Traceback" not in (tmp_path / "worker.log").read_bytes()


def test_the_demo_runs_from_nothing(tmp_path: Path) -> None:
    with start(tmp_path, {}, "demo", "--exit") as demo:
        assert demo.wait(60) == 0
    told = (tmp_path / "worker.log").read_text()
    assert "Jonas Weber" in told
    assert "problems/decisions.csv" in told
