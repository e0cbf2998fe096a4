"""What pydantic found wrong, as sentences for a person: name, what would be right, place.

The value is never repeated here; a reader in ``texts`` repeats it where it can't be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from worker.settings.model import BETWEEN, KEYS, NAMES, PREFIX, variable
from worker.settings.section import Mismatch
from worker.settings.sources import Given

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Loc = tuple[str | int, ...]

_NUMBER = "must be a whole number"
_LIST = 'must be a list; as a variable it is JSON: ["one", "two"]'
_RIGHT = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "string_type": "must be one text in quotes",
    "path_type": "must be a path in quotes",
    "tuple_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": 'must be names with values; as a variable it is JSON: {"name": "value"}',
    "model_type": "is a section, not a value; set the keys in it",
    "too_short": "is empty; write a value, or leave the setting out",
    "missing": "missing",
}


def sentences(error: ValidationError, given: Given) -> Iterator[str]:
    """Each problem as one sentence; a setting that could not be read is not told twice."""
    for found in error.errors(include_url=False, include_input=False):
        loc = found["loc"]
        if found["type"] == "extra_forbidden":
            yield _unknown(loc, given)
            continue
        for key, what in _causes(found).items():
            whole = (*loc, key) if key else loc
            if _variable(whole) not in given.unread:
                yield _sentence(whole, what, given)


def _causes(found: ErrorDetails) -> dict[str, str]:
    """Key to what is wrong; the empty key is the setting itself."""
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, Mismatch):
        return cause.problems
    if isinstance(cause, ValueError):
        return {"": str(cause)}
    generic = found["msg"].replace("Input should", "must")
    return {"": _RIGHT.get(found["type"], generic)}


def _sentence(loc: Loc, what: str, given: Given) -> str:
    name = _dotted(loc)
    if place := _place(loc, given):
        return f"{name}: {what} (in {place})"
    if what.startswith("missing"):
        return f"{name}: {what}; set {variable(name)} or {name} in {given.start_file}"
    return f"{name}: {what}"


def _unknown(loc: Loc, given: Given) -> str:
    """A name that nobody knows is a typing error until proved otherwise."""
    written = next((name for name in given.variables if _is_within(name, _variable(loc))), None)
    if written is None:
        plain = _dotted(loc)
        place = f"{_place(loc, given) or given.start_file}: {plain}"
        near = get_close_matches(plain, NAMES, n=1)
    else:
        plain = written.removeprefix(PREFIX).replace(BETWEEN, ".")
        place = given.variables[written].place
        near = [_spelt(name, plain) for name in _nearest_key(plain)]
    hint = f"did you mean {near[0]}?" if near else "remove it"
    return f"{place}: no such setting; {hint}"


def _nearest_key(plain: str) -> list[str]:
    return get_close_matches(plain.removesuffix("_file"), KEYS, n=1)


def _spelt(key: str, like: str) -> str:
    return variable(key) + ("_FILE" if like.endswith("_file") else "")


def _dotted(loc: Loc) -> str:
    """``deciders[1].address``; people count from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc)[1:]


def _variable(loc: Loc) -> str:
    return PREFIX + BETWEEN.join(part for part in loc if isinstance(part, str))


def _is_within(name: str, outer: str) -> bool:
    return name == outer or name.startswith(outer + BETWEEN)


def _place(loc: Loc, given: Given) -> str | None:
    """Where it was set; None when it has its default."""
    own = _variable(loc)
    for name, found in given.variables.items():
        if _is_within(own, name) or _is_within(name, own):
            return found.place
    return str(given.start_file) if _is_in(given.tables, loc) else None


def _is_in(tables: Any, loc: Loc) -> bool:
    """What stands in a list counts as there: it has no place of its own that could be named."""
    for part in loc:
        if isinstance(tables, list):
            return True
        if not isinstance(tables, dict) or part not in tables:
            return False
        tables = tables[part]
    return True
