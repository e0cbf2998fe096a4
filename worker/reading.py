"""From text to a ``Decision``: every value checked, every problem of a row told at once.

Pure. ``read_decision`` takes the text of a row or of a decision mail (canonical column name to
text, CONTRACT section 3) or raises ``BadDecision``, so that a person mends a row in one go. Nothing
is ever guessed: an outcome, a date or an address that can be read in two ways is a problem.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from worker.address import read_address
from worker.decision import Channel, Decision, Outcome, fold
from worker.errors import BadDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How text becomes values where the contract leaves it to the configuration.

    ``outcome`` reads a spelling of an outcome or raises ``ValueError`` with what is accepted;
    ``zone`` is for a ``send_not_before`` that names none; ``date_format`` is a ``strptime``
    pattern accepted beside ISO 8601.
    """

    outcome: Callable[[str], Outcome]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    date_format: str | None = None


#: Characters; what is not named here may have 500.
_LONGEST = dict.fromkeys(("reason", "recommendation", "next_step", "conditions"), 4000) | {
    "application_id": 200,
    "language": 35,
}

_ADDRESSES = ("email", "recruiter_email")

#: A letter is not planned for later than this; a later year is a slip of the hand.
_LAST_YEAR = 2100


def read_decision(given: Mapping[str, str], reading: Reading) -> Decision:
    """Read one row. Raises ``BadDecision`` with all of its problems."""
    text = {name: value.strip() for name, value in given.items() if value and value.strip()}
    problems: list[str] = []
    values = _read_fields(text, reading, problems)
    _check_names(text, values, problems)
    _check_promises(values, problems)
    if problems:
        raise BadDecision(problems)
    return Decision(**values)


def decision_of(stored: Mapping[str, str]) -> Decision:
    """The decision that ``Decision.stored`` wrote."""
    reading = Reading(outcome=Outcome)
    problems: list[str] = []
    values = _read_fields(dict(stored), reading, problems)
    # An address was checked when it came in; a stricter check of today must not lose it.
    values |= {name: stored[name] for name in _ADDRESSES if name in stored}
    return Decision(**values)


def _read_fields(text: dict[str, str], reading: Reading, problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in fields(Decision):
        if each.name not in text:
            continue
        try:
            _check_length(each.name, text[each.name])
            values[each.name] = _read_one(each.name, text[each.name], reading)
        except ValueError as why:
            problems.append(f"{each.name}: {why}")
    return values


def _check_length(name: str, text: str) -> None:
    """A cell that is longer than anybody means swallowed its neighbours, or is an attack."""
    longest = _LONGEST.get(name, 500)
    if len(text) > longest:
        raise ValueError(f"has {len(text):,} characters; at most {longest:,} are taken")


def _read_one(name: str, text: str, reading: Reading) -> Any:
    match name:
        case _ if name in _ADDRESSES:
            return read_address(text)
        case "outcome":
            return reading.outcome(text)
        case "channel":
            return _read_channel(text)
        case "timezone":
            return read_zone(text).key
        case "language":
            return read_language(text)
        case "job_country":
            return read_country(text)
        case "send_not_before":
            return _read_moment(text, reading)
        case _ if name.endswith("_on"):
            return _read_date(text, reading.date_format)
        case _:
            return text


def _read_channel(text: str) -> Channel:
    folded = fold(text).replace(" ", "_").replace("-", "_")
    known = {"mail": Channel.EMAIL, "e_mail": Channel.EMAIL, "call": Channel.PHONE,
             "telephone": Channel.PHONE, "inperson": Channel.IN_PERSON}  # fmt: skip
    if folded in known:
        return known[folded]
    try:
        return Channel(folded)
    except ValueError:
        raise ValueError(f"{text!r} is not a channel; write email, phone or in_person") from None


def _read_date(text: str, pattern: str | None) -> date:
    try:
        # A spreadsheet may give a date with midnight behind it; any other time is no date.
        return date.fromisoformat(text.removesuffix("T00:00:00").removesuffix(" 00:00:00"))
    except ValueError:
        pass
    if pattern:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            pass
    form = f" or the form {pattern} of csv.date_format" if pattern else ""
    raise ValueError(f"{text!r} is not a date; write it as 2026-11-30 (year-month-day){form}")


def _read_moment(text: str, reading: Reading) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a moment; write it as 2026-11-30T09:00") from None
    if moment.year > _LAST_YEAR:
        raise ValueError(f"{text!r} is too far away; write it as 2026-11-30T09:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=reading.zone)


def read_zone(text: str) -> ZoneInfo:
    """The IANA zone of that name, or ``ValueError``."""
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise ValueError(
            f"{text!r} is not a time zone; write an IANA name: Europe/Berlin"
        ) from None


#: What people and the EU write for two countries, and ISO 3166-1 has another code for.
_ALSO_WRITTEN = {"UK": "GB", "EL": "GR"}


def read_country(text: str) -> str:
    """A country, or a part of one, by ISO 3166: ``DE``, ``DE-BY``, ``CA-ON``; or ``ValueError``.

    ``UK`` is ``GB``, so that rules that are written for one of them hold for the other.
    """
    country = text.strip().upper()
    country = _ALSO_WRITTEN.get(country[:2], country[:2]) + country[2:]
    if not re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,3})?", country):
        raise ValueError(f"{text!r} is not a country; write it by ISO 3166: DE, or CA-ON")
    return country


#: RFC 5646 2.1, as far as letters need it: language, then script (4), region (2), others.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def read_language(text: str) -> str:
    """A BCP 47 tag, normalised so that templates find it: ``pt_br`` is ``pt-BR``.

    Raises ``ValueError``.
    """
    tag = text.replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"{text!r} is not a language; write a tag such as en, de or pt-BR")
    first, *rest = tag.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in rest)])


def _check_names(text: dict[str, str], values: dict[str, Any], problems: list[str]) -> None:
    first, last, whole = (text.get(each) for each in ("first_name", "last_name", "name"))
    if first and not last and whole and first.casefold() not in whole.casefold():
        last = values["last_name"] = (
            whole  # "Vorname, Name": the name beside a first name is a last
        )
        whole = None
    if first and last and not whole:
        values["name"] = f"{first} {last}"
    needed = {"email": "email", "name": "name (or first_name and last_name)",
              "job_title": "job_title", "outcome": "outcome"}  # fmt: skip
    problems.extend(
        f"{name}: missing; fill in {what}"
        for name, what in needed.items()
        if name not in values and not any(p.startswith(f"{name}:") for p in problems)
    )


#: Section 3: what an outcome promises, so that a letter without it can't be sealed.
_PROMISES: Mapping[Outcome, tuple[tuple[str, ...], ...]] = {
    Outcome.ADVANCED: (("next_step",), ("next_step_on", "update_on")),
    Outcome.ON_HOLD: (("update_on",),),
    Outcome.OFFER: (("expires_on",),),
}


def _check_promises(values: dict[str, Any], problems: list[str]) -> None:
    outcome = values.get("outcome")
    if outcome is None:
        return
    told = {problem.partition(":")[0] for problem in problems}
    for choices in _PROMISES.get(outcome, ()):
        if not any(name in values or name in told for name in choices):
            names = " or ".join(choices)
            problems.append(f"{choices[0]}: missing; {outcome} needs {names}")
    if values.get("channel") is Channel.PHONE and "phone" not in values:
        problems.append("phone: missing; channel phone needs the number to call")
