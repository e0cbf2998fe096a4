"""The sections about mail: ``mailbox``, ``deciders``, ``smtp``, ``oauth2``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PositiveInt, SecretStr

from worker.decision import Outcome
from worker.reading import read_language
from worker.settings import texts
from worker.settings.section import (
    Address,
    Endpoint,
    Host,
    Line,
    Port,
    Positive,
    Secret,
    Section,
    Security,
)

Auth = Literal["password", "oauth2"]
Proof = Literal["dmarc", "dkim", "internal", "none"]


#: What a token can't be asked for without, by provider.
_NEEDED = {
    "microsoft": ("tenant", "client_id", "client_secret"),
    "google": ("key",),
    "custom": ("token_url", "client_id"),
}


def _read_key(key: SecretStr) -> SecretStr:
    texts.read_service_key(key.get_secret_value())
    return key


ServiceKey = Annotated[Secret, AfterValidator(_read_key)]


def _imap_port(section: dict[str, Any]) -> int:
    """RFC 8314 3.2: 993 speaks TLS at once; 143 begins in clear."""
    return 993 if section.get("security") == "tls" else 143


class Mailbox(Section):
    """The decision mailbox. ``port`` stands below ``security`` because its default follows it."""

    enabled: bool = False
    host: Host | None = None
    security: Security = "tls"
    port: Port = Field(default_factory=_imap_port)
    username: Line | None = None
    password: Secret | None = None
    auth: Auth = "password"
    address: Address | None = None
    folder: Line = "INBOX"
    done_folder: Line = "Decisions/Done"
    problem_folder: Line = "Decisions/Problems"
    sent_folder: Line | None = None
    resend_absent: bool = False
    poll: Positive = timedelta(seconds=60)
    idle: bool = True
    proof: Proof = "dmarc"
    authserv_id: Line | None = None
    confirm: frozenset[Outcome] = frozenset({Outcome.OFFER})
    confirm_weak: bool = True
    max_bytes: PositiveInt = 10_000_000
    ca_path: Path | None = None

    def mismatches(self) -> Mapping[str, str]:
        """What a mailbox that is switched on can't do without."""
        if not self.enabled:
            return {}
        needed = ("host", "username", *(("password",) if self.auth == "password" else ()))
        problems = {
            key: "missing; a mailbox that is enabled needs it"
            for key in needed
            if getattr(self, key) is None
        }
        if self.proof == "dmarc" and self.authserv_id is None:
            problems["authserv_id"] = (
                "missing; proof = dmarc trusts only the Authentication-Results of the server"
                " that is named here (RFC 8601 2.5)"
            )
        if self.folder in {self.done_folder, self.problem_folder}:
            problems["folder"] = "must differ from done_folder and problem_folder"
        return problems | _in_clear(self.security, self.host)


class Decider(Section):
    """A person who may decide, by the address that must be proved."""

    address: Address
    name: Line | None = None
    outcomes: frozenset[Outcome] = frozenset(Outcome)
    may_approve: bool = False
    language: Annotated[str, AfterValidator(read_language)] | None = None
    per_day: PositiveInt | None = None


class Smtp(Section):
    """The mail server that takes the letters."""

    host: Host = "127.0.0.1"
    port: Port = 25
    security: Security = "starttls"
    username: Line | None = None
    password: Secret | None = None
    auth: Auth = "password"
    sender: Annotated[str, AfterValidator(texts.read_sender)] | None = None
    return_path: Address | None = None
    connections: Annotated[int, Field(ge=1, le=100)] = 2
    rate: Annotated[str, AfterValidator(texts.read_rate)] = "none"
    answer_timeout: Positive = timedelta(minutes=10)
    pause: Positive = timedelta(minutes=1)
    ca_path: Path | None = None

    @property
    def sender_name(self) -> str:
        """The name in ``sender``; empty when it is a bare address."""
        return texts.read_mailbox(self.sender)[0] if self.sender else ""

    @property
    def sender_address(self) -> str:
        """The bare address in ``sender``; empty when there is no sender yet."""
        return texts.read_mailbox(self.sender)[1] if self.sender else ""

    @property
    def bounce_address(self) -> str:
        """Where what can't be delivered comes back to; empty when there is no sender yet."""
        return self.return_path or self.sender_address

    def mismatches(self) -> Mapping[str, str]:
        """A login is a name and a password or a token, never said in clear over a network."""
        if self.auth == "oauth2":
            if self.username is None:
                return {"username": "missing; smtp.auth = oauth2 needs the mailbox that sends"}
            return _in_clear(self.security, self.host)
        if self.username is None and self.password is None:
            return {}
        if self.username is None or self.password is None:
            key = "username" if self.username is None else "password"
            return {key: "missing; a login needs smtp.username and smtp.password"}
        return _in_clear(self.security, self.host)


class OAuth2(Section):
    """Where a token for the mail servers comes from; ``docs/oauth.md`` tells what each needs."""

    provider: Literal["microsoft", "google", "custom"] | None = None
    tenant: Line | None = None
    authority: Endpoint = "https://login.microsoftonline.com"
    client_id: Line | None = None
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    key: ServiceKey | None = None
    token_url: Endpoint | None = None
    scope: Line | None = None
    ca_path: Path | None = None

    def mismatches(self) -> Mapping[str, str]:
        """What the provider asks for."""
        needed = _NEEDED.get(self.provider or "", ())
        if self.provider == "custom" and self.refresh_token is None:
            needed = (*needed, "client_secret")
        return {
            key: f"missing; oauth2.provider = {self.provider} needs it"
            for key in needed
            if getattr(self, key) is None
        }


def _in_clear(security: Security, host: str | None) -> dict[str, str]:
    if security != "none" or host is None or texts.is_loopback(host):
        return {}
    return {
        "security": "none would send the login in clear over the network;"
        " write starttls or tls (none is for a server on this machine)"
    }
