"""Where settings come from: the environment, files that hold a value, and the start file.

``read`` makes them ``Given``: one table of variables by lower-case name, and the tables of the
start file. pydantic-settings then takes the variables apart along the model. Nothing here reads
``os.environ``: the environment is handed in. What can't be read goes to ``Given.unread`` and the
reading goes on, so that a person hears of everything at once.

An empty variable counts as not set: ``FOLLOWUP_SMTP__USERNAME=${SMTP_USER:-}`` in a compose
file means exactly that.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from worker.settings.model import BETWEEN, HOME, PREFIX, Settings, is_setting, start_file

_FILE = "_file"

#: A Service named followup makes Kubernetes set these in every pod of its namespace
#: (kubernetes.io/docs/concepts/services-networking/service, "Environment variables").
_KUBERNETES = re.compile(
    r"followup(_[a-z0-9]+)*_(service_(host|port(_\w+)?)|port_[0-9]+_(tcp|udp|sctp)(_\w+)?)"
)
_KUBERNETES_PORT = re.compile(r"followup(_[a-z0-9]+)*_port=(tcp|udp|sctp)://\S+")


@dataclass(frozen=True, slots=True)
class Variable:
    """The text of a setting, and where a person finds it; the text stays out of repr."""

    text: str = field(repr=False)
    place: str


@dataclass(frozen=True, slots=True)
class Given:
    """All that was given. ``unread`` is name to problem; ``broken``: the start file among it."""

    start_file: Path
    variables: dict[str, Variable] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict, repr=False)
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether the start file says nothing because it can't be read."""
        return str(self.start_file) in self.unread


def read(environ: Mapping[str, str], home: Path, secrets: Path) -> Given:
    """Read every source. The environment wins over the folder of secrets."""
    given = Given(start_file(home))
    given.tables.update(_tables(given))
    own = dict(_own(environ))
    for path in _secret_files(secrets):
        _take_file(given, BETWEEN.join(path.relative_to(secrets).parts).lower(), path, str(path))
    for name, variable in own.items():
        target = name.removesuffix(_FILE)
        if target == name or not is_setting(target):
            given.variables[name] = variable
        elif target in own:
            given.unread[target] = (
                f"{variable.place} and {own[target].place} are both set; keep one"
            )
        else:
            _take_file(given, target, home / variable.text, variable.place)
    return given


def _own(environ: Mapping[str, str]) -> Iterator[tuple[str, Variable]]:
    for place, text in environ.items():
        name = place.lower()
        foreign = _KUBERNETES.fullmatch(name) or _KUBERNETES_PORT.fullmatch(f"{name}={text}")
        if name.startswith(PREFIX) and place.upper() != HOME and text and not foreign:
            yield name, Variable(text, place)


def _secret_files(folder: Path) -> Iterator[Path]:
    """``FOLLOWUP_SMTP__PASSWORD``, or ``FOLLOWUP_SMTP`` as a folder with ``PASSWORD`` in it."""
    for path in _entries(folder):
        if path.name.lower().startswith(PREFIX):
            yield from _entries(path) if path.is_dir() else [path]


def _entries(folder: Path) -> list[Path]:
    """Without ``..data`` and the like, which Kubernetes keeps beside the files of a volume."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        # No such folder, or one of the host that is not ours to list: nothing is there for us.
        return []


def _take_file(given: Given, name: str, path: Path, place: str) -> None:
    """The text of a file that holds one value, without the line break editors put at its end."""
    source = place if place == str(path) else f"{place}: {path}"
    try:
        text = path.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        given.unread[name] = f"{source}: is not UTF-8 text; save it as UTF-8"
    except OSError as why:
        given.unread[name] = f"{source}: can't be read ({why.strerror}); put the value there"
    else:
        given.variables[name] = Variable(text, source)
        if not text:
            given.unread[name] = f"{source}: is empty; put the value there"


def _tables(given: Given) -> dict[str, Any]:
    """The start file as nested tables; no file at all is fine."""
    path = given.start_file
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        problem = "is not UTF-8 text; save it as UTF-8"
    except OSError as why:
        problem = f"can't be read ({why.strerror}); let the worker's user read it"
    except tomllib.TOMLDecodeError as why:
        problem = f'is not TOML: {why}; a text stands in quotes, as in key = "text"'
    else:
        if "home" not in tables:
            return tables
        problem = f"home is set by {HOME} alone; remove it here"
    given.unread[str(path)] = f"{path}: {problem}"
    return {}


class Variables(EnvSettingsSource):
    """The variables as pydantic-settings takes them apart, but from a table that is handed in."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self._variables = variables
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name: variable.text for name, variable in self._variables.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: D102 - of the parent
        try:
            return super().decode_complex_value(field_name, field, value)
        except json.JSONDecodeError:
            return value  # The model refuses a text here, and names the setting.

    def __call__(self) -> dict[str, Any]:
        """What the model knows, and the names it does not, which it will refuse one by one."""
        keys = [name.removeprefix(PREFIX) for name in self._variables]
        unknown = [key for key in keys if key.partition(BETWEEN)[0] not in Settings.model_fields]
        return super().__call__() | dict.fromkeys(unknown, "")
