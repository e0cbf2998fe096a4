"""The worker's log: one line an event, to standard error, without personal data.

The only owner of structlog and of the set-up of logging; steps, loop and doors log through
``logger``. A person reads the console form, a machine reads JSON. ``guard`` is the last word
before a line is written: keys are an allow-list, because a key that nobody thought of is how a
name, a subject or a body gets into a log; in every text, a mail address keeps its domain only, and
an access token goes.
Of an exception stay its type and the places it came through: its message may quote a row.

A key that is not on the list is no error: the event is written without it, and says so in
``dropped``. Put ids and counts on the list, never what a candidate or a decider wrote.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

Logger = FilteringBoundLogger

#: What an event may say beside its name. Ids, words of ours, counts, hosts: nobody's data.
ALLOWED = frozenset({
    "event", "level", "at", "what", "dropped", "error", "trace", "why", "worker", "thread", "step",
    "version", "signal", "seconds", "setting", "library",
    "entry", "submission", "status", "result", "outcome", "source", "row", "rows",
    "queued", "held", "done", "duplicate", "refused", "sent", "deferred", "failed", "unsure",
    "cancelled", "attempts", "not_before",
    "domain", "host", "port", "stage", "code", "tls", "folder", "uid",
    "scope", "per_minute",
})  # fmt: skip

#: An address, also as a URL writes it; a quoted local part may hold spaces (RFC 5322 3.4.1).
_ADDRESS = re.compile(r"""(?:"[^"\n]*"|[^\s<>()"',;@＠]+)(?:@|＠|%40)(\[[^\]\s]*\]|[\w.-]*)""")

#: An access token where a server repeated it: a JWT, one of Google's, or all of XOAUTH2 in base64
#: (which begins with "user="). Nothing logs one; this is the net below.
_TOKEN = re.compile(r"\b(?:eyJ[\w-]{8,}\.[\w.-]*|ya29\.[\w.-]+|dXNlcj[\w+/]{20,}=*)")


def logger() -> Logger:
    """What events are written to; it follows the latest ``configure``."""
    return cast("Logger", structlog.get_logger())


def configure(level: str, form: str, stream: TextIO) -> None:
    """Write events of ``level`` (debug, info, warning, error) and above to ``stream``.

    ``form`` is console or json.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            guard,
            _renderer(form, stream),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    _adopt_libraries()


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), timestamp_key="at", pad_event_to=28
    )


def guard(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep what is on the list, mask addresses in it, and tell what was left out."""
    told = dict(event)
    told |= _failure(told.pop("exc_info", None))
    kept = {key: _masked(value) for key, value in told.items() if key in ALLOWED}
    if dropped := sorted(told.keys() - ALLOWED):
        kept["dropped"] = dropped
    return kept


def mask(text: str) -> str:
    """``ana@example.org`` is ``…@example.org``; the user and password of a URL go as well."""
    return _ADDRESS.sub(r"…@\1", _TOKEN.sub("…", text))


def _masked(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))


def _failure(given: object) -> dict[str, str]:
    """Of an exception: its type, what caused it, and the places, the innermost last."""
    error = _exception(given)
    if error is None:
        return {}
    trace = " > ".join(_places(error.__traceback__))
    return {"error": " from ".join(_types(error)), "trace": trace}


def _exception(given: object) -> BaseException | None:
    """What ``exc_info`` may be: an exception, what ``sys.exc_info`` gives, or just True."""
    if isinstance(given, tuple):
        return cast("BaseException | None", given[1])
    if isinstance(given, BaseException):
        return given
    return sys.exception() if given else None


def _types(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield type(error).__qualname__
        error = error.__cause__


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        yield f"{path.parent.name}/{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next


class _Library(logging.Handler):
    """Warnings of libraries, as they stand in the library's source.

    What a library fills into its text may be anybody's data, so that is left out.
    """

    def emit(self, record: logging.LogRecord) -> None:
        logger().log(
            logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING,
            "library warns",
            library=record.name,
            why=str(record.msg),
            exc_info=record.exc_info,
        )


def _adopt_libraries() -> None:
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, _Library)]:
        root.removeHandler(each)
    root.addHandler(_Library(logging.WARNING))
