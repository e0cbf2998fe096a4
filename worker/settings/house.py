"""The sections about the place: ``company``, ``csv``, ``store``, ``web``, ``log``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PositiveInt, SecretStr

from worker import columns
from worker.reading import read_country, read_language, read_zone
from worker.settings import texts
from worker.settings.section import (
    Address,
    Duration,
    Host,
    Line,
    Port,
    Positive,
    Section,
    WebAddress,
)


class Company(Section):
    """Who writes, and in which zone and language when a decision does not say."""

    name: Line | None = None
    timezone: Annotated[str, AfterValidator(lambda text: read_zone(text).key)] = "UTC"
    language: Annotated[str, AfterValidator(read_language)] = "en"
    country: Annotated[str, AfterValidator(read_country)] | None = None
    careers_url: WebAddress | None = None
    links: dict[Line, WebAddress] = Field(default_factory=dict)
    hr_address: Address | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of ``timezone``."""
        return read_zone(self.timezone)


class Csv(Section):
    """The drop folder, and how its files are read."""

    enabled: bool = True
    folder: Path = Path("var/drop")
    settle: Duration = timedelta(seconds=2)
    poll: Positive = timedelta(seconds=2)
    receipt: bool = True
    legacy_encoding: Annotated[str, AfterValidator(texts.read_encoding)] = "cp1252"
    max_rows: PositiveInt = 1_000_000
    max_bytes: PositiveInt = 500_000_000
    date_format: Annotated[str, AfterValidator(texts.read_date_format)] | None = None
    aliases: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    outcomes: dict[str, tuple[Line, ...]] = Field(default_factory=dict)

    def mismatches(self) -> Mapping[str, str]:
        """Further headers and spellings must lead to columns and outcomes that there are."""
        problems = {}
        for key in ("aliases", "outcomes"):
            try:
                columns.words(**{f"more_{key}": getattr(self, key)})
            except ValueError as why:
                problems[key] = str(why)
        return problems


def _checked(url: SecretStr) -> SecretStr:
    return SecretStr(texts.read_store_url(url.get_secret_value()))


class Store(Section):
    """The database. The URL is a secret because it may hold a password.

    ``network_disk`` lets an SQLite file lie where other hosts may write it too.
    """

    url: Annotated[SecretStr, AfterValidator(_checked)] = SecretStr("sqlite:///var/followup.db")
    network_disk: bool = False


class Web(Section):
    """The desk and the probes."""

    enabled: bool = True
    host: Host = "127.0.0.1"
    port: Port = 8025
    base_url: WebAddress | None = None


class Log(Section):
    """What goes to standard error, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"
