"""Jinja made strict: what a template prints is never missing, empty, or run.

Templates are the operator's and trusted as far as the sandbox goes; what candidates and
spreadsheets wrote is never compiled. Two environments share one loader: text is not escaped,
HTML always is. Whatever goes wrong comes out as ``RenderError`` with file and line.
"""

import math
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worker.errors import RenderError
from worker.render.languages import (
    LAST_RESORT,
    locale_of,
    long_date,
    long_moment,
    reading_order,
)
from worker.render.said import speaking

#: No letter needs a larger number as a width, a length or a count.
_LARGEST = 1_000


class Strict(ImmutableSandboxedEnvironment):
    """The sandbox, without what turns three characters into gigabytes.

    ``format`` is out as well: twice it was the way out of the sandbox (CVE-2016-10745,
    CVE-2024-56326), and a width in it is as large as one likes.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Numbers may be multiplied; text, lists and powers may not."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not numbers:
            raise SecurityError(f"{operator} is for small numbers only; write the text out")
        return super().call_binop(context, operator, left, right)

    def call(
        self, context: Context, called: Callable[..., object], /, *given: object, **named: object
    ) -> object:
        """What is called may not be told to make something huge."""
        return super().call(context, _bounded(called), *given, **named)

    def wrap_str_format(self, value: object) -> None:
        """Where the sandbox would hand out a tamed ``str.format``, there is none at all."""
        if super().wrap_str_format(value) is not None:
            raise SecurityError("format is not for templates; write the text out")


def _bounded(called: Callable[..., object]) -> Callable[..., object]:
    """The same, but it refuses large numbers."""

    @wraps(called)  # with the marks by which Jinja knows what to pass to it
    def bounded(*given: object, **named: object) -> object:
        for each in (*given, *named.values()):
            if isinstance(each, int) and each > _LARGEST:
                raise SecurityError(f"{each} is too large a number here; write at most {_LARGEST}")
        return called(*given, **named)

    return bounded


def environments(folders: Sequence[Path]) -> tuple[Strict, Strict]:
    """For text and for HTML. The first folder that has a file wins.

    ``shipped/`` names the last folder, so that an operator's file can extend the one it hides:
    ``{% extends "shipped/letters/rejected/en/body.txt" %}``.
    """
    roots = [jinja2.FileSystemLoader(folder) for folder in folders]
    near = jinja2.FunctionLoader(lambda name: _words_nearby(name, folders))
    loader = jinja2.ChoiceLoader([*roots, jinja2.PrefixLoader({"shipped": roots[-1]}), near])
    text, html = _environment(loader, escape=False), _environment(loader, escape=True)
    for each in (text, html):
        each.filters["said"] = speaking(each, folders)
    return text, html


def _words_nearby(name: str, folders: Sequence[Path]) -> tuple[str, str, None] | None:
    """The words of ``de`` for a notice in ``de-AT``, and English ones for a language without.

    So a folder with one notice in a further language is enough to have it.
    """
    asked = re.fullmatch("notices/([^/]+)/words[.]txt", name)
    for tag in reading_order(asked[1]) if asked else ():
        for folder in folders:
            place = folder / "notices" / tag / "words.txt"
            if place.is_file():
                return place.read_text(encoding="utf-8"), str(place), None
    return None


@contextmanager
def told_where(name: str) -> Iterator[None]:
    """Turn whatever a template does wrong into one ``RenderError`` that says where."""
    try:
        yield
    except jinja2.TemplateNotFound as why:
        raise RenderError(f"{name}: {why.name} does not exist; add it to the templates") from why
    except jinja2.TemplateSyntaxError as why:
        place = f"{why.filename or name}, line {why.lineno}"
        raise RenderError(f"{place}: {why.message}; mend the template") from why
    except Exception as why:
        # A template can raise anything; its letter is refused and the worker lives on.
        raise RenderError(f"{_place(why, name)}: {why}") from why


def _environment(loader: jinja2.BaseLoader, *, escape: bool) -> Strict:
    environment = Strict(
        loader=loader,
        autoescape=escape,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.filters["format"]
    environment.filters = {name: _bounded(each) for name, each in environment.filters.items()}
    environment.filters |= {"moment": _moment, "day": _day}
    return environment


def _printable(value: object) -> object:
    """Refuse what would print as nothing, or as the word for nothing."""
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises, and names the variable
    nothing = value is None or (isinstance(value, float) and math.isnan(value))
    if nothing or not str(value).strip():
        raise jinja2.TemplateRuntimeError(
            f"{value!r} would be printed here; print it only inside an {{% if %}}"
        )
    return value


@jinja2.pass_context
def _moment(context: Context, value: datetime, zone: str) -> str:
    """In the zone of that name, as ``locale`` writes it."""
    tag = str(context.get("locale", LAST_RESORT)).replace("_", "-")
    return long_moment(value, ZoneInfo(zone), locale_of(tag, None))


@jinja2.pass_context
def _day(context: Context, value: date) -> str:
    """With the weekday, as ``locale`` writes it."""
    tag = str(context.get("locale", LAST_RESORT)).replace("_", "-")
    return long_date(value, locale_of(tag, None))


def _place(why: BaseException, name: str) -> str:
    """The deepest template in the traceback; Jinja gives its frames the template's own lines."""
    for frame in reversed(traceback.extract_tb(why.__traceback__)):
        if frame.filename.endswith((".txt", ".html")):
            return f"{frame.filename}, line {frame.lineno}"
    return name
