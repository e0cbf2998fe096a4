"""HR is told of what was not sent in time, and how long candidates waited for word."""

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from servers.scripted import ScriptedServer
from workplace import drop, environment, finish, row, start


def test_an_offer_that_nobody_approved_in_time_is_told_once_and_status_has_the_hours(
    tmp_path: Path,
) -> None:
    with ScriptedServer() as server:
        environ = environment(
            server.port,
            FOLLOWUP_GUARDS__SECOND_PERSON='["offer"]',
            FOLLOWUP_TIMING__OFFER__DEADLINE="0s",
            FOLLOWUP_COMPANY__LANGUAGE="de",
            FOLLOWUP_COMPANY__TIMEZONE="Europe/Berlin",
        )
        drop(tmp_path, "week-48.csv", [row(1, language="en"), row(2, "offer", language="en")])
        for _ in range(2):
            finish(tmp_path, environ, "run", "--once", "--no-web")
    late = [
        mail
        for recipient, content in server.taken
        if recipient == "hr@acme.example"
        and (mail := message_from_bytes(content, policy=default))
        and str(mail["Subject"]) == "Nicht rechtzeitig versendet: das Schreiben an Ana Pérez2"
    ]
    (notice,) = late
    text = notice.get_body(("plain",))
    assert text is not None
    assert "eine zweite Person muss zustimmen" in text.get_content()
    told = follow_up(tmp_path, environ)
    assert told["all"] == told["outcome"]["rejected"]
    assert (told["days"], told["all"]["number"]) == (30, 1)
    assert 0 <= told["all"]["decision"]["median"] <= told["all"]["decision"]["p95"] < 1
    assert told["all"]["interview"] is None


def follow_up(home: Path, environ: dict[str, str]) -> dict[str, Any]:
    """What ``status`` says for machines; for people there is a table."""
    (home / "worker.log").unlink()
    finish(home, {**environ, "COLUMNS": "200"}, "status")
    assert "hours to follow up" in (home / "worker.log").read_text()
    (home / "worker.log").unlink()
    with start(home, environ, "status", "--json") as process:
        assert process.wait(60) == 0
    told: dict[str, Any] = json.loads((home / "worker.log").read_text())
    return dict(told["follow_up"])
