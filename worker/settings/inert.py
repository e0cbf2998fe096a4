"""Which settings are read and checked, but change nothing in this release.

``followup check`` lists them when they are set, so that nobody relies on what is not there.
"""

from __future__ import annotations

from functools import reduce

from pydantic import BaseModel

from worker.settings.model import Settings

_WITHOUT_EFFECT = (
    "web",
    "retention",
)


def inert(settings: Settings) -> list[str]:
    """The names of settings that are away from their default and have no effect yet."""
    default = Settings()
    return [
        key
        for name in _WITHOUT_EFFECT
        for key in _keys(name, settings)
        if _at(settings, key) != _at(default, key)
    ]


def _keys(name: str, settings: Settings) -> list[str]:
    """The keys of a whole section, or the one key."""
    found = _at(settings, name)
    if isinstance(found, BaseModel):
        return [f"{name}.{key}" for key in type(found).model_fields]
    return [name]


def _at(settings: Settings, name: str) -> object:
    return reduce(getattr, name.split("."), settings)
