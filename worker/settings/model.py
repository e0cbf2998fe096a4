"""``Settings``: all sections in one frozen value, and what holds between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from worker.settings.house import Company, Csv, Log, Store, Web
from worker.settings.mail import Decider, Mailbox, OAuth2, Smtp
from worker.settings.rules import (
    Channels,
    Digest,
    Guards,
    Promises,
    Reasons,
    Retention,
    Retry,
    Timing,
)
from worker.settings.section import Mismatch

#: Every variable begins with it; in lower case because names are compared folded.
PREFIX, BETWEEN = "followup_", "__"

#: The one variable that is not in the start file: it says where that file is.
HOME = "FOLLOWUP_HOME"


class Settings(BaseSettings):
    """The whole configuration. Made by ``load``; by hand, it reads no environment and no file.

    ``home`` is where all relative paths start. ``templates_folder`` is the operator's own; None
    leaves the shipped templates alone.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        case_sensitive=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter=BETWEEN,
    )

    home: Path = Path()
    templates_folder: Path | None = None
    company: Company = Company()
    csv: Csv = Csv()
    mailbox: Mailbox = Mailbox()
    deciders: tuple[Decider, ...] = ()
    smtp: Smtp = Smtp()
    oauth2: OAuth2 = OAuth2()
    store: Store = Store()
    timing: Timing = Timing()
    retry: Retry = Retry()
    guards: Guards = Guards()
    reasons: Reasons = Reasons()
    channels: Channels = Channels()
    promises: Promises = Promises()
    digest: Digest = Digest()
    retention: Retention = Retention()
    web: Web = Web()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(  # noqa: D102 - the hook of pydantic-settings
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the hook's own signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @model_validator(mode="after")
    def _check_deciders(self) -> Settings:
        if self.mailbox.enabled and not self.deciders:
            raise Mismatch({"deciders": "missing; a mailbox that is enabled needs at least one"})
        counts = Counter(decider.address.casefold() for decider in self.deciders)
        if twice := [address for address, count in counts.items() if count > 1]:
            raise Mismatch({"deciders": f"{', '.join(twice)} is listed twice; keep one"})
        return self

    @model_validator(mode="after")
    def _check_tokens(self) -> Settings:
        logins = {"smtp": self.smtp.auth, "mailbox": self.mailbox.auth}
        users = [name for name, auth in logins.items() if auth == "oauth2"]
        if users and self.oauth2.provider is None:
            asks = " and ".join(f"{name}.auth = oauth2" for name in users)
            raise Mismatch({"oauth2.provider": f"missing; {asks} needs it"})
        return self

    def problems_for_sending(self) -> list[str]:
        """What a worker that mails candidates needs, beyond what looking and trying out need."""
        needed = {"company.name": self.company.name, "smtp.sender": self.smtp.sender}
        return [
            f"{name}: missing; set {variable(name)} or {name} in {start_file(self.home)}"
            for name, value in needed.items()
            if value is None
        ]


def variable(name: str) -> str:
    """The environment variable of a setting: ``smtp.host`` is ``FOLLOWUP_SMTP__HOST``."""
    return (PREFIX + name.replace(".", BETWEEN)).upper()


def start_file(home: Path) -> Path:
    """The file that holds the settings."""
    return home / "config" / "followup.toml"


def _names(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for key, found in model.model_fields.items():
        yield above + key
        for inner in (found.annotation, *get_args(found.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _names(inner, f"{above}{key}.")


#: Every section and every setting: ``smtp``, ``smtp.host``, ``deciders.address``, ...
NAMES = tuple(name for name in _names(Settings) if name != "home")

#: The settings without the sections. A list of sections is set as one, so it is a setting too.
KEYS = tuple(
    name
    for name in NAMES
    if name == "deciders" or not any(other.startswith(f"{name}.") for other in NAMES)
)


def is_setting(name: str) -> bool:
    """Whether a lower-case variable names a setting, or an entry of one that is a mapping."""
    return any(
        name == known or name.startswith(known + BETWEEN)
        for known in (variable(key).lower() for key in KEYS)
    )
