"""Values as JSON and back, by their types alone: how the jail hands out what it read.

For ``jail`` and ``jailed``. Frozen dataclasses of texts, numbers, moments, octets and each other
pass, also in tuples, mappings and unions. Nothing that comes back can run: the reader builds what
it expects and nothing else. What can go wrong: ``ValueError`` for JSON that is not of the expected
type, ``TypeError`` for a type that can't pass.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

#: Holds the name of the type, beside the fields, which are never called so.
_KIND = ""
_PLAIN = (str, bool, int, float, NoneType)


def packed(value: object) -> bytes:
    """The value as JSON in ASCII; lone surrogates, which forged headers hold, pass as they are."""
    return json.dumps(_packed(value)).encode("ascii")


def unpacked(kind: type[T], octets: bytes) -> T:
    """The value of that type. Raises ``ValueError`` for anything else."""
    try:
        built: T = _built(kind, json.loads(octets))
    except (LookupError, TypeError, AttributeError, RecursionError, StopIteration) as why:
        raise ValueError(f"no {kind.__name__} in {len(octets)} octets ({why!r:.200})") from None
    return built


def _packed(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case bytes():
            return b64encode(value).decode("ascii")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _packed(each) for key, each in value.items()}
        case Collection():
            return [_packed(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            told = {each.name: _packed(getattr(value, each.name)) for each in fields(value)}
            return {_KIND: type(value).__name__, **told}
    raise TypeError(f"a {type(value).__name__} can't pass")


def _built(kind: Any, given: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _built(_chosen(get_args(kind), given), given)
    if origin is Literal:
        return _checked(given, given in get_args(kind))
    if origin is not None:
        return _gathered(origin, get_args(kind), given)
    if is_dataclass(kind):
        return _assembled(kind, given)
    return _single(kind, given)


def _single(kind: Any, given: Any) -> Any:
    if kind in _PLAIN:
        return _checked(given, type(given) is kind)
    if kind is bytes:
        return b64decode(given, validate=True)
    if kind in {date, datetime}:
        return kind.fromisoformat(given)
    if issubclass(kind, Enum):
        return kind(given)
    raise TypeError(f"a {kind} can't pass")


def _gathered(origin: Any, inner: tuple[Any, ...], given: Any) -> Any:
    if issubclass(origin, Mapping):
        return {_built(inner[0], key): _built(inner[1], each) for key, each in given.items()}
    _checked(given, isinstance(given, list))
    if issubclass(origin, tuple) and inner[-1] is not Ellipsis:
        return tuple(_built(kind, each) for kind, each in zip(inner, given, strict=True))
    built = [_built(inner[0], each) for each in given]
    return tuple(built) if origin in {tuple, Sequence, Collection} else origin(built)


def _assembled(kind: Any, given: Any) -> Any:
    _checked(given, given[_KIND] == kind.__name__)
    hints = _hints(kind)
    return kind(**{each.name: _built(hints[each.name], given[each.name]) for each in fields(kind)})


def _chosen(kinds: tuple[Any, ...], given: Any) -> Any:
    """Which member of a union is meant: by name where it is a dataclass, else by what it is."""
    if given is None or not isinstance(given, dict):
        nothing = given is None
        return next(each for each in kinds if (each is NoneType) == nothing)
    name = given.get(_KIND)
    named = [each for each in kinds if is_dataclass(each) and getattr(each, "__name__", "") == name]
    return named[0] if named else next(each for each in kinds if get_origin(each))


def _checked(given: Any, holds: bool) -> Any:  # noqa: FBT001 - the condition is the argument
    if not holds:
        raise ValueError(f"unexpected: {given!a:.80}")
    return given


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)
