"""What people see and do with unsure letters, and what an account that was tested well may do."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.filing import FilingServer
from servers.scripted import CLOSE
from sqlalchemy import update
from workplace import drop, environment, finish, row, start, statuses, with_mailbox

from worker.cli.resolving import account_name
from worker.policy.calibration import Calibration
from worker.settings import load
from worker.store import calibration, unsure
from worker.store.engine import Store
from worker.store.schema import entry

pytestmark = pytest.mark.servers

HOUR = timedelta(hours=1)


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        client = server.client()
        client.create("Sent")
        client.logout()
        yield server


class Place:
    """A worker's home with one unsure letter; its mail server closed at the dot."""

    def __init__(self, home: Path, smtp: FilingServer, imap: Dovecot) -> None:
        self.home = home
        self.environ = with_mailbox(environment(smtp.port), imap)

    def one_unsure(self, outcome: str) -> str:
        drop(self.home, "decisions.csv", [row(1, outcome)])
        self.run()
        assert set(statuses(self.home).values()) == {"unsure"}
        with closing(self.store()) as store:
            return unsure.letters(store)[0].token

    def store(self) -> Store:
        return Store(f"sqlite:///{self.home}/var/followup.db")

    def run(self) -> None:
        finish(self.home, self.environ, "run", "--once")

    def grow_older(self, by: timedelta) -> None:
        with closing(self.store()) as store, store.write() as connection:
            connection.execute(update(entry).values(dot_at=datetime.now(UTC) - by))

    def said(self, *args: str) -> str:
        log = self.home / "worker.log"
        log.unlink(missing_ok=True)
        with start(self.home, {**self.environ, "COLUMNS": "250"}, *args) as process:
            assert process.wait(60) == 0, log.read_text()[-2000:]
        return log.read_text()

    def calibrate(self) -> None:
        """As ``check --send-test`` does, and did before the letter was handed over."""
        self.environ["FOLLOWUP_MAILBOX__RESEND_ABSENT"] = "true"
        account = account_name(load(self.environ, self.home))
        found = Calibration(
            account=account,
            at=datetime.now(UTC) - timedelta(days=1),
            folder="Sent",
            sent_after=1,
            finds_token=True,
        )
        with closing(self.store()) as store:
            calibration.record(store, found)


def test_show_tells_how_it_was_proved(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        place = Place(tmp_path, smtp, imap)
        token = place.one_unsure("rejected")
        place.grow_older(timedelta(minutes=1))
        place.run()
        told = " ".join(place.said("show", token).split())
    assert "proved_sent" in told
    for words in ("proof: a copy in the Sent folder", "folder: Sent", "uid: 1",
                  "header: X-Followup-Id, Message-ID", "by: resolver"):  # fmt: skip
        assert words in told


@pytest.mark.parametrize(
    ("answer", "event", "copies"), [("--sent", "resolved_sent", 1), ("--not-sent", "sent", 2)]
)
def test_a_person_resolves_it_and_the_journal_keeps_who(
    tmp_path: Path, imap: Dovecot, answer: str, event: str, copies: int
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}, sent=None) as smtp:
        place = Place(tmp_path, smtp, imap)
        token = place.one_unsure("rejected")
        place.said("resolve", token, answer, "--by", "dana")
        place.run()
        told = place.said("show", token)
        assert len(smtp.taken) == copies
    assert set(statuses(tmp_path).values()) == {"sent"}
    assert event in told
    assert re.search(r"resolved_(not_)?sent.*by: dana", told)


def test_an_absent_letter_is_sent_again_by_an_account_that_was_tested_well(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        place = Place(tmp_path, smtp, imap)
        smtp.files = False  # this server lost it for good
        place.one_unsure("advanced")
        place.calibrate()
        place.grow_older(HOUR - timedelta(minutes=1))
        place.run()
        assert set(statuses(tmp_path).values()) == {"unsure"}
        place.grow_older(HOUR)
        smtp.files = True
        place.run()
        first, second = smtp.taken
    assert first == second, "the same bytes"
    assert set(statuses(tmp_path).values()) == {"sent"}
    assert "absent" in place.said("journal")


def test_a_rejection_is_not_and_hr_is_asked(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        place = Place(tmp_path, smtp, imap)
        smtp.files = False
        place.one_unsure("rejected")
        place.calibrate()
        place.grow_older(HOUR)
        smtp.files = True
        place.run()
        assert [to for to, _ in smtp.taken] == ["c1@candidates.example", "hr@acme.example"]
    assert set(statuses(tmp_path).values()) == {"unsure"}
