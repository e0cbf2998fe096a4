"""The promise that comes due: real Dovecot, the worker as a process, and the days of today."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from decisions import DECIDER, mail
from mailplace import Place, text
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import drop, finish, row

WHY = "Reason: We looked for Kubernetes.\nRecommendation: Show a service of your own."

pytestmark = pytest.mark.servers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        place = Place(tmp_path, smtp, imap)
        # Decisions that come days after each other in life.
        place.environ["FOLLOWUP_GUARDS__CONTRADICTION"] = "false"
        yield place


def today() -> date:
    return datetime.now(UTC).date()


def notices(place: Place, to: str = DECIDER) -> list[EmailMessage]:
    """About promised days; a receipt is something else."""
    told = [each for each in place.mails() if to in each["To"]]
    return [each for each in told if str(each["Subject"]).startswith(("Promised to", "Word to"))]


def said(place: Place, *command: str) -> list[dict[str, object]]:
    """What a listing writes, which goes to the log of the worker as well."""
    log = place.home / "worker.log"
    before = log.stat().st_size
    finish(place.home, place.environ, *command)
    return [json.loads(line) for line in log.read_bytes()[before:].splitlines()]


def lines(notice: EmailMessage) -> str:
    """The lines of the mail that it proposes, as somebody copies them."""
    copied = [each for each in text(notice).splitlines() if each.startswith("  ")]
    return "\n".join(copied) + "\n\nCopied from the notice.\n"


def test_who_decided_is_reminded_before_the_day_until_they_decide(place: Place) -> None:
    near = {"next_step_on": str(today() + timedelta(days=1)), "decided_by": DECIDER}
    drop(place.home, "decisions.csv", [row(1, "advanced", **near)])
    place.take_in()
    assert len(place.letters()) == 1
    place.take_in()
    (reminder,) = notices(place)
    assert "Promised to Ana Pérez1: by" in reminder["Subject"]
    assert "An interview with the team lead" in text(reminder)
    place.take_in()
    assert len(notices(place)) == 1, "once"
    (due,) = said(place, "list", "--due", "--json")
    assert (due["kind"], due["overdue"]) == ("next_step", False)
    assert due["told_at"]
    decided = lines(reminder).replace("Decision:", f"Decision: rejected\n{WHY}")
    place.take_in(mail(decided))
    place.take_in()
    assert len(notices(place)) == 1, "and nothing more, for now there is a decision"
    assert said(place, "list", "--due", "--json") == []
    first, second = place.letters()
    assert first["To"] == second["To"]
    assert "not selected" in text(second)


def test_the_duty_to_inform_ends_with_the_proposed_mail_that_a_person_sent(place: Place) -> None:
    interviewed = str(today() - timedelta(days=40))
    given = {"interviewed_on": interviewed, "job_country": "CA-ON", "decided_by": DECIDER}
    drop(place.home, "decisions.csv", [row(1, "thank_you", **given)])
    place.take_in()
    (counts,) = said(place, "status", "--json")
    assert counts["overdue"] == 0
    (warning,) = notices(place)
    (to_hr,) = notices(place, "hr@acme.example")
    assert text(warning) == text(to_hr)
    assert "Decision: on_hold" in text(warning)
    place.take_in()
    assert len(place.letters()) == 1, "nothing goes to a candidate by itself"
    place.take_in(mail(lines(warning)))
    assert len(place.letters()) == 2
    assert "on hold" in text(place.letters()[1])
    place.take_in()
    assert len(notices(place)) == 1
