"""The commands as people and machines use them: what they say, and their exit status."""

import json
import re
from pathlib import Path

import pytest
from servers import free_port
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import as_csv, drop, environment, finish, row, start, statuses, with_mailbox

WITH_AUTH = "250-scripted\r\n250 AUTH PLAIN LOGIN"


def said(home: Path, environ: dict[str, str], *args: str, code: int = 0) -> str:
    """What a command wrote; its exit status must be ``code``."""
    log = home / "worker.log"
    log.unlink(missing_ok=True)
    with start(home, {**environ, "COLUMNS": "200"}, *args) as process:
        assert process.wait(60) == code, log.read_text()[-2000:]
    return log.read_text()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.servers
def test_check_marks_everything_that_is_well(tmp_path: Path) -> None:
    with ScriptedServer(ehlo=WITH_AUTH) as smtp, Dovecot() as imap:
        environ = environment(
            smtp.port,
            FOLLOWUP_SMTP__USERNAME="talent",
            FOLLOWUP_SMTP__PASSWORD="secret",
        )
        told = said(tmp_path, with_mailbox(environ, imap), "check")
    for name in (
        "configuration",
        "templates",
        "database",
        "drop folder",
        "smtp",
        "mailbox",
        "holidays",
    ):
        assert f"✓ {name}: " in told
    assert "✗" not in told
    assert "logged in as talent" in told
    assert "sender talent@acme.example: 250" in told
    assert "MOVE" in told
    assert smtp.taken == []
    assert "secret" not in told


def test_check_marks_what_is_to_mend_and_ends_with_3(tmp_path: Path) -> None:
    environ = environment(
        free_port(), FOLLOWUP_RETENTION__LETTER="90d", FOLLOWUP_COMPANY__COUNTRY="DE"
    )
    environ.pop("FOLLOWUP_COMPANY__HR_ADDRESS", None)
    told = said(tmp_path, environ, "check", code=3)
    assert re.search(r"✗ smtp: 127\.0\.0\.1:\d+: connect failed .*check smtp\.host", told)
    assert "set, but without effect yet: retention.letter" in told
    assert "• notices: nobody at HR is told of what is held" in told
    assert "• reasons: company.country is DE and reasons.policy is free" in told
    found = {str(each["check"]): each["mark"] for each in lines(said(
        tmp_path, environ, "check", "--json", code=3))}  # fmt: skip
    assert found["smtp"] == "problem"
    assert found["database"] == "ok"


def test_check_says_that_the_server_refuses_our_sender(tmp_path: Path) -> None:
    with ScriptedServer({"mail": ["550 5.7.60 not yours"]}) as smtp:
        told = said(tmp_path, environment(smtp.port), "check", code=3)
    assert "✗ smtp: sender talent@acme.example: 550 5.7.60 not yours" in told
    assert "set smtp.sender" in told


def test_a_dry_run_says_what_would_happen_and_does_nothing(tmp_path: Path) -> None:
    rows = [
        row(1), row(2, "offer"), row(3, "withdrawn"), row(4) | {"outcome": "maybe"},
        row(1), row(5) | {"channel": "phone", "phone": "+49 30 1"},
    ]  # fmt: skip
    file = tmp_path / "decisions.csv"
    file.write_bytes(as_csv(rows))
    environ = environment(free_port(), FOLLOWUP_GUARDS__SECOND_PERSON='["offer"]')
    found = lines(said(tmp_path, environ, "submit", str(file), "--dry-run", "--json", code=3))
    assert [(each["row"], each["status"]) for each in found] == [
        (2, "queued"), (3, "held"), (4, "done"), (5, "refused"), (6, "duplicate"), (7, "held"),
    ]  # fmt: skip
    assert "maybe" in str(found[3]["problem"])
    assert statuses(tmp_path) == {}
    table = said(tmp_path, environ, "submit", str(file), "--dry-run", code=3)
    assert "6 rows, 2 queued, 2 held, 1 duplicate, 1 refused" in table


def test_a_dry_run_knows_what_is_in_already(tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    file.write_bytes(as_csv([row(1), row(2)]))
    environ = environment(free_port())
    said(tmp_path, environ, "submit", str(file))
    file.write_bytes(as_csv([row(1), row(2) | {"reason": "Another reason."}, row(3)]))
    found = lines(said(tmp_path, environ, "submit", str(file), "--dry-run", "--json"))
    assert [each["status"] for each in found] == ["duplicate", "held", "queued"]
    assert len(statuses(tmp_path)) == 2


def test_a_file_that_can_not_be_read_says_why_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text("who,what\nAna,reject\n")
    told = said(tmp_path, environment(free_port()), "submit", str(file), code=1)
    assert "decisions.csv: " in told
    assert "Traceback" not in told


def test_people_act_on_entries_and_are_told_what_became_of_them(tmp_path: Path) -> None:
    environ = environment(free_port(), FOLLOWUP_TIMING__HOLD="1h",
                          FOLLOWUP_GUARDS__SECOND_PERSON='["offer"]')  # fmt: skip
    file = tmp_path / "decisions.csv"
    file.write_bytes(as_csv([row(1), row(2, "offer") | {"decided_by": "dana"}, row(3)]))
    said(tmp_path, environ, "submit", str(file))
    found = {str(each["email"])[:2]: str(each["entry"])
             for each in lines(said(tmp_path, environ, "list", "--json"))}  # fmt: skip
    assert "is now held (person)" in said(tmp_path, environ, "hold", found["c1"])
    assert "is now queued" in said(tmp_path, environ, "release", found["c1"][:10])
    assert "somebody else" in said(
        tmp_path, environ, "approve", found["c2"], "--by", "dana", code=1
    )
    assert "held (approval)" in said(tmp_path, environ, "release", found["c2"], code=1)
    assert "is now queued" in said(tmp_path, environ, "approve", found["c2"], "--by", "boss")
    assert "is now cancelled" in said(tmp_path, environ, "cancel", found["c3"])
    assert "is cancelled" in said(tmp_path, environ, "send-now", found["c3"], code=1)
    assert "is now queued" in said(tmp_path, environ, "send-now", found["c1"])
    assert "no entry" in said(tmp_path, environ, "cancel", "zzzz", code=1)
    journal = lines(said(tmp_path, environ, "journal", found["c2"], "--json"))
    assert [(each["event"], each["worker"]) for each in journal][-1] == ("approved", "boss")


def test_an_unsure_letter_is_moved_on_by_a_person_only(tmp_path: Path) -> None:
    with ScriptedServer({"dot": [b"wat\r\n"]}) as smtp:
        environ = environment(smtp.port)
        drop(tmp_path, "decisions.csv", [row(1)])
        finish(tmp_path, environ, "run", "--once")
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {"c1@candidates.example": "unsure"}
        (entry,) = lines(said(tmp_path, environ, "list", "--json"))
        name = str(entry["entry"])
        assert "is now queued" in said(tmp_path, environ, "resolve", name, "--not-sent")
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {"c1@candidates.example": "sent"}
    first, second = (content for _, content in smtp.taken)
    assert first == second  # the same bytes, with the same Message-ID


def test_letters_can_be_read_before_anybody_gets_one(tmp_path: Path) -> None:
    told = said(tmp_path, {}, "preview", "advanced")
    assert "Your application" in told
    page = tmp_path / "letter.html"
    said(tmp_path, {}, "preview", "rejected", "--html", str(page))
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    assert "mails nobody" in said(tmp_path, {}, "preview", "withdrawn", code=1)


def test_lint_finds_what_is_wrong_and_ends_with_3(tmp_path: Path) -> None:
    assert "nothing to mend" in said(tmp_path, {}, "templates", "lint")
    own = tmp_path / "own" / "letters" / "rejected" / "en"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Unfortunately, {{ job_titel }}")
    environ = {"FOLLOWUP_TEMPLATES_FOLDER": "own"}
    told = said(tmp_path, environ, "templates", "lint", code=3)
    assert "job_titel" in told
    assert "own" in said(tmp_path, environ, "templates", "list")


def test_a_mistyped_variable_stops_the_start_with_its_nearest_right_name(tmp_path: Path) -> None:
    told = said(tmp_path, {"FOLLOWUP_SMPT__HOST": "mail.example"}, "check", code=2)
    assert "FOLLOWUP_SMTP__HOST" in told


def test_health_answers_for_a_worker_that_runs(tmp_path: Path) -> None:
    assert "followup run" in said(tmp_path, {}, "health", code=1)
    with ScriptedServer() as smtp:
        finish(tmp_path, environment(smtp.port), "run", "--once")
    (tmp_path / "var" / "heartbeat").touch()
    assert said(tmp_path, {}, "health") == ""
