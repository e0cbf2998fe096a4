"""The process dies before and after each commit while it takes in a decision mail and answers it.

One by one, on a real Dovecot: one letter, one receipt at the most twice, the mail moved once.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import environment, statuses, with_mailbox

from faults import crashing

pytestmark = pytest.mark.servers

#: More than there are; a test makes sure of that.
POINTS = 60


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        server.append(mail(decision()))
        yield server


def environ_of(smtp: ScriptedServer, imap: Dovecot) -> dict[str, str]:
    environ = environment(
        smtp.port,
        FOLLOWUP_CSV__ENABLED="false",
        FOLLOWUP_SMTP__CONNECTIONS="1",
    )
    return with_mailbox(environ, imap)


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_killed_at_each_point_the_mail_is_taken_exactly_once(
    tmp_path: Path, imap: Dovecot, point: int
) -> None:
    with ScriptedServer() as smtp:
        environ = environ_of(smtp, imap)
        code, trail = crashing.run(tmp_path, environ, kill_at=point)
        assert code == -signal.SIGKILL or point > len(trail)
        assert crashing.run(tmp_path, environ)[0] == 0
    served = [recipient for recipient, _ in smtp.taken]
    found = statuses(tmp_path)
    assert set(found) == {"c1@candidates.example"}
    assert found["c1@candidates.example"] in {"sent", "unsure"}
    assert served.count("c1@candidates.example") <= 1
    assert 1 <= served.count(DECIDER) <= 2  # a notice may come twice, never not at all
    assert len(imap.messages("Decisions.Done")) == 1
    assert imap.messages("INBOX") == []


def test_there_is_no_point_beyond_those_that_were_tried(tmp_path: Path, imap: Dovecot) -> None:
    with ScriptedServer() as smtp:
        code, trail = crashing.run(tmp_path, environ_of(smtp, imap))
    assert code == 0
    assert 20 < len(trail) <= POINTS
