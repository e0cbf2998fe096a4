"""What a server says in one segment with its answer to IDLE: it is heard, not waited out.

It lies in a buffer by then, so that nothing shows on the socket.
"""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
import trustme
from servers.scripted_imap import Item, ScriptedImap

from worker.errors import SessionError
from worker.intake.mailbox import Mailbox, MailboxAccount

#: How long IDLE lasts when nothing is noticed, and what "at once" means, in seconds.
WAIT, AT_ONCE = 4.0, 2.0
OURS = trustme.CA()


class OverTls(ScriptedImap):
    """The same behind TLS."""

    def _serve(self, connection: socket.socket) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        OURS.issue_cert("127.0.0.1").configure_cert(context)
        self.connections[-1] = context.wrap_socket(connection, server_side=True)
        super()._serve(self.connections[-1])


@pytest.fixture(params=[ScriptedImap, OverTls], ids=["plain", "tls"])
def kind(request: pytest.FixtureRequest) -> type[ScriptedImap]:
    chosen: type[ScriptedImap] = request.param
    return chosen


@pytest.fixture
def ca_path(tmp_path: Path) -> Path:
    OURS.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


def box_at(server: ScriptedImap, ca_path: Path) -> Mailbox:
    return Mailbox(MailboxAccount(
        host="127.0.0.1", port=server.port, username="hr@acme.example", password="secret",
        security="tls" if isinstance(server, OverTls) else "none", ca_path=ca_path,
        read_timeout=10.0,
    ))  # fmt: skip


def test_a_goodbye_in_one_segment_with_the_answer_to_idle_ends_the_session_at_once(
    kind: type[ScriptedImap], ca_path: Path
) -> None:
    script: dict[str, list[Item]] = {"IDLE": [b"+ idling\r\n* BYE going down\r\n"]}
    with kind(script) as server, box_at(server, ca_path) as box:
        began = time.monotonic()
        with pytest.raises(SessionError, match="BYE going down"):
            box.wait(WAIT, threading.Event())
        assert time.monotonic() - began < AT_ONCE
        server.speak(b"")  # it leaves, late


def test_mail_that_is_told_of_in_one_segment_with_the_answer_to_idle_is_heard_at_once(
    kind: type[ScriptedImap], ca_path: Path
) -> None:
    script: dict[str, list[Item]] = {"IDLE": [b"+ idling\r\n* 1 EXISTS\r\n"]}
    with kind(script) as server, box_at(server, ca_path) as box:
        began = time.monotonic()
        assert box.wait(WAIT, threading.Event())
        assert time.monotonic() - began < AT_ONCE


def test_half_a_line_in_that_segment_is_no_end_of_the_session(ca_path: Path) -> None:
    script: dict[str, list[Item]] = {"IDLE": [b"+ idling\r\n* 1 EXI"]}
    with ScriptedImap(script) as server, box_at(server, ca_path) as box:
        late = threading.Timer(0.5, lambda: server.connections[-1].sendall(b"STS\r\n"))
        late.start()
        assert box.wait(WAIT, threading.Event())
        late.join()
