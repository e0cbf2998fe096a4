"""``check --send-test``: a test message to ourselves, by a server that files and delivers it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.filing import FilingServer
from servers.scripted import CLOSE, ScriptedServer
from sqlalchemy import update
from workplace import environment, start, statuses, with_mailbox

from worker.cli.resolving import account_name
from worker.policy.calibration import Calibration
from worker.settings import load
from worker.store import calibration, views
from worker.store.engine import Store
from worker.store.records import calibration as table

pytestmark = pytest.mark.servers

HR = Dovecot.user
RESEND = {"FOLLOWUP_MAILBOX__RESEND_ABSENT": "true"}


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        client = server.client()
        client.create("Sent")
        client.logout()
        yield server


def said(home: Path, environ: dict[str, str], *args: str, code: int = 0) -> str:
    """What a command wrote; its exit status must be ``code``."""
    log = home / "worker.log"
    log.unlink(missing_ok=True)
    with start(home, {**environ, "COLUMNS": "200"}, *args) as process:
        assert process.wait(60) == code, log.read_text()[-2000:]
    return log.read_text()


def environ_of(smtp: ScriptedServer, imap: Dovecot, **more: str) -> dict[str, str]:
    return with_mailbox(environment(smtp.port, **more), imap)


def recorded(home: Path, environ: dict[str, str]) -> Calibration | None:
    with closing(Store(f"sqlite:///{home}/var/followup.db")) as store:
        return calibration.latest(store, account_name(load(environ, home)))


def without(header: str) -> Callable[[bytes], bytes]:
    return lambda raw: re.sub(rb"(?m)^%s: .*\r\n" % header.encode(), b"", raw)


def test_a_good_account_is_told_so_and_remembered(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap) as smtp:
        environ = environ_of(smtp, imap)
        told = said(tmp_path, environ, "check", "--send-test", HR, "--wait", "20s")
    for line in (
        "✓ test message: the mail server took it: 250 2.0.0",
        "✓ headers: X-Followup-Id arrived unchanged", "✓ headers: Message-ID arrived unchanged",
        "✓ search: by X-Followup-Id the copy is found", "✓ search: by Message-ID the copy is found",
    ):  # fmt: skip
        assert line in told
    assert re.search(r"✓ arrival: in INBOX after \d+ s", told)
    assert re.search(r"✓ sent folder: a copy in Sent after \d+ s", told)
    assert "✗" not in told
    ((recipient, raw),) = smtp.taken
    assert recipient == HR
    assert b"Subject: followup test message" in raw
    assert b"Nobody has decided anything" in raw.replace(b"=\r\n", b"")
    found = recorded(tmp_path, environ)
    assert found is not None
    assert found.sent_after is not None
    assert (found.folder, found.finds_token, found.finds_message_id) == ("Sent", True, True)
    assert (found.token_survives, found.message_id_survives) == (True, True)
    assert datetime.now(UTC) - found.at < timedelta(minutes=1)


def test_it_is_told_to_machines_a_line_each(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap) as smtp:
        told = said(tmp_path, environ_of(smtp, imap), "check", "--json", "--send-test", HR)
    found = [json.loads(line) for line in told.splitlines()]
    assert [each["mark"] for each in found if each["check"] == "search"] == ["ok", "ok"]


def test_an_account_that_strips_the_token_and_keeps_no_copy_is_told_so(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, sent=None, rewrites=without("X-Followup-Id")) as smtp:
        environ = environ_of(smtp, imap)
        told = said(tmp_path, environ, "check", "--send-test", HR, "--wait", "2s")
    assert "• headers: X-Followup-Id was changed or removed" in told
    assert "✓ headers: Message-ID arrived unchanged" in told
    assert "• sent folder: no copy was seen" in told
    found = recorded(tmp_path, environ)
    assert found is not None
    assert (found.sent_after, found.token_survives, found.finds_token) == (None, False, False)


def test_a_message_that_does_not_arrive_is_a_problem(tmp_path: Path, imap: Dovecot) -> None:
    with ScriptedServer() as smtp:
        environ = environ_of(smtp, imap)
        told = said(tmp_path, environ, "check", "--send-test", HR, "--wait", "1s", code=3)
    assert "✗ arrival: not seen within 1 s" in told
    assert len(smtp.taken) == 1


def test_an_answer_that_is_lost_is_watched_and_nothing_is_sent_twice(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        told = said(tmp_path, environ_of(smtp, imap), "check", "--send-test", HR)
    assert "• test message: the answer was lost" in told
    assert "✓ arrival" in told
    assert len(smtp.taken) == 1


def test_a_server_that_refuses_it_is_told_and_nothing_is_remembered(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, {"rcpt": ["550 5.1.1 no such user"]}) as smtp:
        environ = environ_of(smtp, imap)
        told = said(tmp_path, environ, "check", "--send-test", HR, code=3)
    assert "✗ test message: not sent: " in told
    assert "550 5.1.1" in told
    assert recorded(tmp_path, environ) is None


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("somebody@else.example",), "is not our own"),
        ((HR, "--wait", "soon"), "--wait"),
    ],
)
def test_what_can_not_be_watched_is_refused_before_anything_is_sent(
    tmp_path: Path, imap: Dovecot, args: tuple[str, ...], why: str
) -> None:
    with FilingServer(imap) as smtp:
        told = said(tmp_path, environ_of(smtp, imap), "check", "--send-test", *args, code=2)
    assert why in told
    assert smtp.taken == []
    assert smtp.connections == 0


def test_without_a_mailbox_it_is_refused(tmp_path: Path) -> None:
    with ScriptedServer() as smtp:
        told = said(tmp_path, environment(smtp.port), "check", "--send-test",
                    "talent@acme.example", code=2)  # fmt: skip
    assert "no mailbox to watch" in told


def test_a_running_worker_puts_it_aside_and_it_is_seen_there(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap) as smtp:
        environ = environ_of(smtp, imap)
        said(tmp_path, environ, "check", "--send-test", HR)
        said(tmp_path, environ, "run", "--once")
    assert imap.messages() == []
    assert len(imap.messages("Decisions.Problems")) == 1
    assert len(smtp.taken) == 1, "nobody is answered"
    assert statuses(tmp_path) == {}
    with closing(Store(f"sqlite:///{tmp_path}/var/followup.db")) as store:
        assert "mail_ignored" in [line["event"] for line in views.journal_lines(store)]


def test_absent_letters_are_sent_again_only_by_an_account_that_was_tested(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap) as smtp:
        environ = environ_of(smtp, imap, **RESEND)
        refused = said(tmp_path, environ, "run", "--once", code=2)
        assert "mailbox.resend_absent: no test message was ever sent" in refused
        assert "followup check --send-test" in refused
        assert "✗ resend_absent" in said(tmp_path, environ, "check", code=3)
        assert "✓ resend_absent" in said(tmp_path, environ, "check", "--send-test", HR)
        said(tmp_path, environ, "run", "--once")
        other = {**environ, "FOLLOWUP_SMTP__SENDER": "other@acme.example"}
        assert "no test message" in said(tmp_path, other, "run", "--once", code=2)
        grow_old(tmp_path)
        assert "older than 30 days" in said(tmp_path, environ, "run", "--once")
        assert "✗ resend_absent: without effect" in said(tmp_path, environ, "check", code=3)


def grow_old(home: Path) -> None:
    with (
        closing(Store(f"sqlite:///{home}/var/followup.db")) as store,
        store.write() as connection,
    ):
        old = datetime.now(UTC) - timedelta(days=31)
        connection.execute(update(table).values(at=old))


def test_an_account_without_a_copy_may_not_send_absent_letters_again(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, sent=None) as smtp:
        environ = environ_of(smtp, imap)
        said(tmp_path, environ, "check", "--send-test", HR, "--wait", "1s")
        refused = said(tmp_path, environ | RESEND, "run", "--once", code=2)
    assert "did not show up in the Sent folder" in refused
