"""Postfix for the tests: its ``smtp-sink``, and the real mail server in a folder of its own.

The system's own Postfix is neither read nor touched. ``smtp_sink`` runs as anybody; ``postfix``
needs root, because master(8) drops from root to the users that Debian's package made.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers import free_port, need

#: Seconds for what takes a moment on a busy machine; nothing waits that long when all is well.
PATIENCE = 30.0

_MAIN_CF = """\
compatibility_level = 3.6
config_directory = {home}/config
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = {daemons}
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = mx.candidates.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:inbox/
virtual_mailbox_base = {home}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""

#: Every service at its default, none of them in a chroot: master(5).
_MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A listening server, and the folder in which every message it took becomes a file."""

    port: int
    folder: Path

    def letters(self) -> list[bytes]:
        """What arrived up to now, oldest name first."""
        return [each.read_bytes() for each in sorted(self.folder.glob("*")) if each.is_file()]

    def wait_for(self, count: int) -> list[bytes]:
        """The letters, as soon as there are ``count`` of them."""
        deadline = time.monotonic() + PATIENCE
        while len(letters := self.letters()) < count:
            assert time.monotonic() < deadline, f"{len(letters)} of {count} in {self.folder}"
            time.sleep(0.02)
        return letters


@contextmanager
def smtp_sink(*flags: str, keep: bool = True) -> Iterator[Inbox]:
    """A running ``smtp-sink``; ``flags`` as in smtp-sink(1): ``"-q", "."`` breaks after the dot.

    Each message it takes is kept with the envelope above it (``X-Mail-Args``, ``X-Rcpt-Args``),
    unless ``keep`` is false, where speed is measured.
    """
    program = need("smtp-sink")
    port = free_port()
    with _folder() as folder:
        folder.chmod(0o777)
        kept = ("-d", f"{folder}/letter.") if keep else ()
        user = ("-u", "nobody") if os.geteuid() == 0 else ()
        command = [program, *user, *kept, *flags, f"127.0.0.1:{port}", "100"]
        with _ended(subprocess.Popen(command, stderr=subprocess.PIPE)) as sink:
            _wait_until_it_listens(port, sink)
            yield Inbox(port, folder)


@contextmanager
def postfix(settings: Mapping[str, str] = {}) -> Iterator[Inbox]:
    """A private Postfix that takes mail for every domain; ``settings`` are lines of main.cf.

    Delivered mail lies in ``folder`` as a Maildir keeps it, under ``Delivered-To``.
    """
    program = need("postfix")
    if os.geteuid() != 0:
        _give_up("a Postfix of its own needs root, so this was not run")
    port = free_port()
    with _folder() as home:
        config = _configure(home, port, settings)
        subprocess.run([program, "-c", config, "start"], check=True, capture_output=True)
        try:
            yield Inbox(port, home / "mail" / "inbox" / "new")
        finally:
            subprocess.run([program, "-c", config, "stop"], check=True, capture_output=True)


def _give_up(why: str) -> None:
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(why)
    pytest.skip(why)


def _configure(home: Path, port: int, settings: Mapping[str, str]) -> Path:
    owner, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
    for name in ("config", "queue", "data", "mail"):
        (home / name).mkdir()
    os.chown(home / "data", owner.pw_uid, owner.pw_gid)
    os.chown(home / "mail", nobody.pw_uid, nobody.pw_gid)
    main = _MAIN_CF.format(home=home, daemons=_daemons(), uid=nobody.pw_uid, gid=nobody.pw_gid)
    more = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (home / "config" / "main.cf").write_text(main + more)
    (home / "config" / "master.cf").write_text(_MASTER_CF.format(port=port))
    return home / "config"


def _daemons() -> str:
    asked = [need("postconf"), "-d", "-h", "daemon_directory"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the servers' own users may enter; pytest's are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="followup-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with closing(socket.socket()) as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    said = process.stderr.read().decode() if process.stderr and process.returncode else ""
    raise RuntimeError(f"nothing listens on port {port}: {said or 'it is still starting'}")
