"""``pause`` and ``resume`` by hand, the pace, and how people see what rests."""

import json
import time
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import drop, environment, finish, row, start, statuses

WITH_AUTH = "250-scripted\r\n250 AUTH PLAIN"


def said(home: Path, environ: dict[str, str], *args: str, code: int = 0) -> str:
    log = home / "worker.log"
    log.unlink(missing_ok=True)
    with start(home, environ, *args) as process:
        assert process.wait(60) == code, log.read_text()[-2000:]
    return log.read_text()


def status(home: Path, environ: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(said(home, environ, "status", "--json"))
    return found


def test_a_pause_by_hand_stops_everything_until_somebody_resumes(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        environ = environment(server.port)
        told = said(tmp_path, environ, "pause", "--why", "we are moving house", "--by", "dana")
        assert "sending rests until `followup resume`" in told
        drop(tmp_path, "decisions.csv", [row(1)])
        finish(tmp_path, environ, "run", "--once")
        assert server.connections == 0
        assert "paused already" in said(tmp_path, environ, "pause", "--by", "lee")
        found = status(tmp_path, environ)
        assert found["paused"] == "we are moving house (dana)"
        assert isinstance(found["pauses"], list)
        assert [each["scope"] for each in found["pauses"]] == ["person"]
        told = said(tmp_path, environ, "status")
        assert "sending rests: we are moving house (dana)" in told
        assert "`followup resume` lets it go on" in told
        assert "• sending: sending rests: we are moving house" in said(
            tmp_path, environ, "check"
        )  # fmt: skip
        told = said(tmp_path, environ, "resume", "--by", "dana")
        assert "ended: we are moving house (dana)" in told
        assert "sending goes on" in told
        assert "sending does not rest" in said(tmp_path, environ, "resume", "--by", "dana")
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {"c1@candidates.example": "sent"}
    journal = said(tmp_path, environ, "journal", "--json").splitlines()
    by = {(each["event"], each["worker"]) for each in map(json.loads, journal)}
    assert {("paused", "dana"), ("resumed", "dana")} <= by


def test_a_refused_login_is_told_at_once_and_resume_tries_again(tmp_path: Path) -> None:
    with ScriptedServer({"auth": ["535 5.7.8 no"] * 2}, ehlo=WITH_AUTH) as server:
        environ = environment(
            server.port,
            FOLLOWUP_SMTP__USERNAME="talent",
            FOLLOWUP_SMTP__PASSWORD="s3cret",
            FOLLOWUP_SMTP__CONNECTIONS="1",
        )
        drop(tmp_path, "decisions.csv", [row(1)])
        finish(tmp_path, environ, "run", "--once")
        found = status(tmp_path, environ)
        assert str(found["paused"]).startswith("the server refuses our login (127.0.0.1:")
        assert "check smtp.username and smtp.password" in said(tmp_path, environ, "status")
        told = said(tmp_path, environ, "check", code=3)
        assert "✗ sending: sending rests until" in told
        server.script.clear()
        said(tmp_path, environ, "resume")
        finish(tmp_path, environ, "run", "--once")
        assert statuses(tmp_path) == {"c1@candidates.example": "sent"}
        assert [recipient for recipient, _ in server.taken].count("hr@acme.example") == 1
        body = dict(server.taken)["hr@acme.example"].decode()
        assert "the server refuses our login" in body
        assert "Letters wait: the mail server does not take them" in body


def test_the_rate_holds_for_letters_and_notices_and_is_shown(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        environ = environment(server.port, FOLLOWUP_SMTP__RATE="2/s")
        drop(tmp_path, "decisions.csv", [row(number) for number in range(1, 9)])
        begun = time.monotonic()
        finish(tmp_path, environ, "run", "--once")
        took = time.monotonic() - begun
        assert set(statuses(tmp_path).values()) == {"sent"}
        assert len(server.taken) == 8
    assert took >= 3.0  # two at once, then one every half second
    assert status(tmp_path, environ)["letters_a_minute"] == 120.0
    assert "pace: 120 letters a minute" in said(tmp_path, environ, "status")


@pytest.mark.parametrize("hours", ["always", "shut"])
def test_a_retry_waits_for_the_hours_of_its_candidate(tmp_path: Path, hours: str) -> None:
    """A person sends it now, it is deferred, and due again when the hours are shut."""
    tomorrow = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")[(time.gmtime().tm_wday - 3) % 7]
    with ScriptedServer({"rcpt": ["450 4.2.0 not now"]}) as server:
        environ = environment(server.port)
        drop(tmp_path, "decisions.csv", [row(1)])
        environ["FOLLOWUP_SMTP__PORT"] = "1"  # nothing goes in the first run
        finish(tmp_path, environ, "run", "--once")
        said(tmp_path, environ, "resume")
        environ["FOLLOWUP_SMTP__PORT"] = str(server.port)
        if hours == "shut":
            environ["FOLLOWUP_TIMING__HOURS"] = f"{tomorrow} 10:00-11:00"
        waiting = json.loads(said(tmp_path, environ, "list", "--json"))
        said(tmp_path, environ, "send-now", waiting["entry"])
        finish(tmp_path, environ, "run", "--once")
        listed = json.loads(said(tmp_path, environ, "list", "--json"))
    assert (listed["status"], listed["attempts"]) == ("queued", 1)
    assert ("T10:00:00" in listed["not_before"]) is (hours == "shut")
