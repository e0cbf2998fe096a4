"""The configuration: ``load`` reads it once, at the start, into a frozen ``Settings``.

The only owner of pydantic and pydantic-settings, and the only module that is given the
environment. Sources, highest first: ``FOLLOWUP_SMTP__HOST`` and ``FOLLOWUP_SMTP__HOST_FILE``
(the name of a file that holds the value), ``/run/secrets/FOLLOWUP_SMTP__HOST``,
``config/followup.toml`` under ``FOLLOWUP_HOME``, the defaults.

What can go wrong: ``SettingsError`` with every problem at once, each with its name, its place
and what would be right. The value of a secret is in none of them.

    section, mail, house, rules   the sections and their keys
    model                         all of them together
    texts                         how a text becomes a value
    sources                       where texts come from
    problems                      what is wrong, in words
    inert                         what this release checks and does not use yet
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import InitSettingsSource

from worker.errors import SettingsError
from worker.settings.inert import inert
from worker.settings.model import HOME, Settings, start_file, variable
from worker.settings.problems import sentences
from worker.settings.sources import Given, Variables, read
from worker.settings.texts import anchored_url

__all__ = ["Settings", "inert", "load", "start_file", "variable"]

Model = TypeVar("Model", bound=BaseModel)


def load(
    environ: Mapping[str, str],
    home: Path | None = None,
    *,
    secrets: Path = Path("/run/secrets"),
) -> Settings:
    """Read the configuration. Raises ``SettingsError``.

    ``home`` wins over FOLLOWUP_HOME in ``environ``; without both it is the current folder.
    """
    folded = {name.upper(): text for name, text in environ.items()}
    root = (home or Path(folded.get(HOME) or ".")).resolve()
    if not root.is_dir():
        raise SettingsError([f"{HOME}: {root} is not a folder; name one that exists"])
    given = read(environ, root, secrets)
    if given.broken:
        raise SettingsError([*given.unread.values()])
    return _anchored(_validated(root, given))


def _validated(home: Path, given: Given) -> Settings:
    fixed = InitSettingsSource(Settings, {"home": home})
    written = InitSettingsSource(Settings, given.tables)
    try:
        settings = Settings(_build_sources=((fixed, Variables(given.variables), written), {}))
    except ValidationError as error:
        raise SettingsError([*given.unread.values(), *sentences(error, given)]) from None
    if given.unread:
        raise SettingsError([*given.unread.values()])
    return settings


def _anchored(settings: Settings) -> Settings:
    """The same settings with every relative path under home."""
    home, url = settings.home, settings.store.url.get_secret_value()
    moved = {
        "csv": _under(home, settings.csv, "folder"),
        "mailbox": _under(home, settings.mailbox, "ca_path"),
        "smtp": _under(home, settings.smtp, "ca_path"),
        "oauth2": _under(home, settings.oauth2, "ca_path"),
        "reasons": _under(home, settings.reasons, "catalogue"),
        "store": settings.store.model_copy(update={"url": SecretStr(anchored_url(url, home))}),
    }
    return _under(home, settings.model_copy(update=moved), "templates_folder")


def _under(home: Path, section: Model, key: str) -> Model:
    path: Path | None = getattr(section, key)
    return section if path is None else section.model_copy(update={key: home / path})
