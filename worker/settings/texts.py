"""How the text of a setting becomes a value. Pure; each reader raises ``ValueError``.

The message says what would be right. It repeats what was written only where that can't be
a secret: never for a host or a URL, which people paste with a password inside.
"""

from __future__ import annotations

import codecs
import ipaddress
import json
import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from worker.address import read_address
from worker.policy.calendar import BusinessDays, Wait

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 365 * 86_400}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([smhdwy])")
_RATE = re.compile(r"[1-9][0-9]*/(s|min|h|day)")
_BUSINESS_DAYS = re.compile(r"([1-9][0-9]{0,2}) business days?")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_SQLITE, _POSTGRESQL = "sqlite:///", "postgresql+psycopg://"


def read_duration(given: Any) -> timedelta:
    """``2s``, ``15m``, ``4h``, ``5d``, ``2w``, ``3y`` (a year is 365 days)."""
    if isinstance(given, timedelta):
        return given
    found = _DURATION.fullmatch(str(given).strip())
    try:
        if found:
            return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    except OverflowError:
        pass  # Longer than Python can count is no duration either.
    raise ValueError(
        f"{given!r} is not a duration; write a number and its unit: 30s, 15m, 4h, 5d, 3y"
    )


def read_positive(given: Any) -> timedelta:
    """A duration longer than nothing: without it, a loop would never rest."""
    duration = read_duration(given)
    if not duration:
        raise ValueError(f"{given!r} is no time at all; write more than 0s")
    return duration


def read_line(text: str) -> str:
    """One line of text that says something; it may end up in the header of a letter."""
    line = text.strip()
    if not line:
        raise ValueError("is empty; write a value, or leave the setting out")
    if any(ord(mark) < ord(" ") or mark == "\x7f" for mark in line):
        raise ValueError("has a line break or a control character; write one line")
    return line


def read_mailbox(text: str) -> tuple[str, str]:
    """Name (may be empty) and address of ``Acme Talent <talent@acme.example>``."""
    name, bracket, rest = read_line(text).rpartition("<")
    if not bracket:
        return "", read_address(rest)
    if not rest.endswith(">") or any(mark in name for mark in "<>@"):
        raise ValueError(f"{text!r} is not one mailbox; write Acme Talent <talent@acme.example>")
    return name.strip().strip('"').strip(), read_address(rest[:-1])


def read_sender(text: str) -> str:
    """The mailbox as it was written, once it is known to be exactly one."""
    read_mailbox(text)
    return text.strip()


def read_host(text: str) -> str:
    """A host name or an IP address, without scheme and port."""
    host = text.strip()
    if not _HOST.fullmatch(host) and not _address_of(host):
        raise ValueError("is not a host; write its name or address alone, the port has its own key")
    return host


def is_loopback(host: str) -> bool:
    """Whether what is said to that host never leaves this machine."""
    address = _address_of(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def read_web_address(text: str) -> str:
    """An ``https://`` (or ``http://``) address that a candidate can open."""
    address = read_line(text)
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or " " in address:
        raise ValueError("is not a web address; write it whole: https://acme.example/careers")
    return address


def read_endpoint(text: str) -> str:
    """Where secrets are sent to: ``https://``, or ``http://`` to this machine. Never repeated."""
    address = read_line(text)
    parts = urlsplit(address)
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not safe or not host or "@" in parts.netloc or " " in address:
        raise ValueError(
            "is not an address that secrets may be sent to; write it whole, with https://"
            " (http:// only to this machine)"
        )
    return address


def read_service_key(text: str) -> str:
    """The JSON key of a Google service account; it is a secret, so it is never repeated."""
    try:
        key = json.loads(text)
        read_endpoint(key["token_uri"])
        right = bool(key["client_email"] and key["private_key"])
    except (ValueError, LookupError, TypeError, AttributeError):
        right = False
    if not right:
        raise ValueError(
            "is not the key of a Google service account; put the JSON file that Google gave there,"
            " whole, with client_email, private_key and token_uri"
        )
    return text


def read_rate(text: str) -> str:
    """How many letters in which time, ``30/min``; ``none`` is no limit."""
    rate = text.strip().lower()
    if rate != "none" and not _RATE.fullmatch(rate):
        raise ValueError(f"{text!r} is not a rate; write none, or 1/s, 30/min, 500/h, 2000/day")
    return rate


def per_minute(rate: str) -> float | None:
    """The letters a minute of a rate that was read; None is no limit."""
    if rate == "none":
        return None
    number, _, unit = rate.partition("/")
    return int(number) / {"s": 1 / 60, "min": 1, "h": 60, "day": 1440}[unit]


def read_wait(given: Any) -> Wait:
    """``2 business days``, or a duration."""
    if isinstance(given, BusinessDays):
        return given
    found = _BUSINESS_DAYS.fullmatch(" ".join(str(given).lower().split()))
    if found:
        return BusinessDays(int(found[1]))
    try:
        return read_duration(given)
    except ValueError:
        raise ValueError(
            f"{given!r} is no time to wait; write 3 business days, or 30s, 15m, 4h, 5d"
        ) from None


def read_clock(given: Any) -> time:
    """A time of day: ``08:00``."""
    if isinstance(given, time):
        return given
    try:
        return time.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"{given!r} is no time of day; write it as 08:00") from None


def read_encoding(text: str) -> str:
    """An encoding that Python knows."""
    try:
        return codecs.lookup(text).name
    except LookupError:
        raise ValueError(
            f"{text!r} is not a known encoding; write cp1252, iso8859-15, ..."
        ) from None


def read_date_format(text: str) -> str:
    """A ``strptime`` pattern that gives back the whole date it was written from."""
    proof = datetime(2026, 11, 30)  # noqa: DTZ001 - a date to try the pattern with, no moment
    try:
        whole = datetime.strptime(proof.strftime(text), text) == proof  # noqa: DTZ007 - same
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"{text!r} is no date with day, month and year; write it as %d/%m/%Y")
    return text


def read_store_url(url: str) -> str:
    """SQLite or PostgreSQL by psycopg. The URL may hold a password, so it is never repeated."""
    if not (url.startswith(_POSTGRESQL) or (url.startswith(_SQLITE) and url != _SQLITE)):
        raise ValueError(
            "is not a database followup knows; write sqlite:///var/followup.db"
            " or postgresql+psycopg://user:password@host/name"
        )
    return url


def anchored_url(url: str, home: Path) -> str:
    """The same URL with a relative SQLite path under ``home``."""
    if not url.startswith(_SQLITE):
        return url
    return f"{_SQLITE}{home / url.removeprefix(_SQLITE)}"
