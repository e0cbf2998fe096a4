"""A private Dovecot 2.3 on loopback: one account, Maildir, everything under a folder of its own.

As root its mail belongs to ``nobody``, because Dovecot refuses to open mail as root; as another
user everything runs as that user (Dovecot's page "Rootless installation").
"""

from __future__ import annotations

import base64
import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from servers import free_port, need

SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files; ``ca`` is who signed it."""

    chain: Path
    key: Path
    ca: Path


class Dovecot:
    """A context manager; ``settings`` are further lines of its configuration.

    With ``oauth_key`` it also takes XOAUTH2, and validates tokens (JWT, HS256) by that key itself.
    """

    user = "hr@acme.example"

    def __init__(
        self,
        *,
        password: str = SECRET,
        certificate: Certificate | None = None,
        settings: str = "",
        oauth_key: bytes | None = None,
    ) -> None:
        self._program = need("dovecot")
        self.password = password
        self._certificate = certificate
        self._settings = settings
        self._oauth_key = oauth_key
        self.port = free_port()
        self.tls_port = free_port()

    def __enter__(self) -> Self:
        # Short, because the paths of Unix sockets have at most 107 characters.
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self._folder.chmod(0o755)
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        mail = self._folder / "mail"
        mail.mkdir()
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        line = f"{self.user}:{{PLAIN}}{self.password}:{owner.pw_uid}:{owner.pw_gid}::{mail}\n"
        (self._folder / "passwd").write_text(line, encoding="utf-8")
        (self._folder / "dovecot.conf").write_text(self._configuration(), encoding="utf-8")
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it in the foreground of a process of ours, and wait until it listens."""
        conf = str(self._folder / "dovecot.conf")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-F", "-c", conf], stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(200):
            try:
                self.client().logout()
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
            else:
                return
        self.stop()
        log_text = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"Dovecot does not answer:\n{log_text}")

    def stop(self) -> None:
        """End it and all its sessions at once, as a crash would."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def client(self) -> imaplib.IMAP4:
        """A second client, logged in: the person who uses the same mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        # LOGIN of imaplib knows ASCII only.
        client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.password}".encode())
        return client

    def append(
        self, raw: bytes, folder: str = "INBOX", *, arrived_at: datetime | None = None
    ) -> None:
        """Put a mail into a folder, as if it had come in then, or now."""
        client = self.client()
        moment = imaplib.Time2Internaldate(arrived_at) if arrived_at else ""
        client.append(folder, "", moment, raw)
        client.logout()

    def folders(self) -> list[str]:
        """The names of all folders."""
        client = self.client()
        names = [str(line, "ascii").split()[-1].strip('"') for line in _lines(client.list()[1])]
        client.logout()
        return names

    def subscribed(self) -> list[str]:
        """The names of the folders that mail programs show."""
        client = self.client()
        names = [str(line, "ascii").split()[-1].strip('"') for line in _lines(client.lsub()[1])]
        client.logout()
        return names

    def messages(self, folder: str = "INBOX") -> list[tuple[str, bytes]]:
        """The flags and octets of every mail in a folder."""
        client = self.client()
        client.select(f'"{folder}"', readonly=True)
        numbers = client.search(None, "ALL")[1][0].split()
        found = [client.fetch(number, "(FLAGS BODY.PEEK[])")[1][0] for number in numbers]
        client.logout()
        return [(str(each[0]), each[1]) for each in found if isinstance(each, tuple)]

    def command(self, folder: str, *commands: tuple[str, ...]) -> None:
        """Run UID commands in a folder."""
        client = self.client()
        client.select(f'"{folder}"')
        for command in commands:
            client.uid(*command)
        client.logout()

    def _configuration(self) -> str:
        return _CONFIGURATION.format(
            folder=self._folder,
            port=self.port,
            tls_port=self.tls_port if self._certificate else 0,
            tls=_tls_settings(self._certificate),
            users=_users(),
            mechanisms="plain login xoauth2" if self._oauth_key else "plain login",
            more=self._settings + self._oauth(),
        )

    def _oauth(self) -> str:
        """Dovecot's page "Open Authentication v2.0 database", "Local validation"."""
        if self._oauth_key is None:
            return ""
        key = self._folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_bytes(base64.b64encode(self._oauth_key))
        (self._folder / "oauth2.conf").write_text(
            "introspection_mode = local\nusername_attribute = email\n"
            f"local_validation_key_dict = fs:posix:prefix={self._folder}/keys/\n",
            encoding="utf-8",
        )
        return (
            "\npassdb {\n  driver = oauth2\n  mechanisms = xoauth2\n"
            f"  args = {self._folder}/oauth2.conf\n}}\n"
        )


def _lines(listed: Sequence[object]) -> list[bytes]:
    return [line for line in listed if isinstance(line, bytes)]


def _users() -> str:
    if os.geteuid() == 0:
        return ""
    name, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    return f"""
default_internal_user = {name}
default_internal_group = {group}
default_login_user = {name}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _tls_settings(certificate: Certificate | None) -> str:
    if certificate is None:
        return "ssl = no"
    return f"ssl = yes\nssl_cert = <{certificate.chain}\nssl_key = <{certificate.key}"


_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
{tls}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
{users}
{more}
"""
