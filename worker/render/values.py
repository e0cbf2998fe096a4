"""The variables a letter may use, and where each comes from.

``VARIABLES`` is the one table: letters are given exactly these names, the linter knows no
others, and the docs print it. What the candidate or a spreadsheet wrote is data: it is cleaned
and checked here, printed by the template, and never compiled.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from babel import Locale
from jinja2 import Undefined

from worker.decision import Decision
from worker.policy.proofread import is_empty_cell
from worker.policy.reasons import Told
from worker.render.company import Company
from worker.render.languages import is_formal, long_date

#: Name -> what it is. Those marked (if given) are false in an ``if`` when left empty, and an
#: error when printed. Every date comes written out in the language of the letter.
VARIABLES: Mapping[str, str] = {
    "greeting_name": "how to address the candidate: the first name if given as such, else the "
    "name; in German, French and Spanish, which are formal, always the name",
    "name": "the candidate's whole name",
    "first_name": "the first name (if given)",
    "last_name": "the last name (if given)",
    "email": "the candidate's address",
    "job_title": "the job",
    "application_id": "the identity of the application (if given)",
    "stage": "the stage that was decided on, such as: first interview (if given)",
    "interviewed_on": "the day of the interview (if given)",
    "decided_on": "the day of the decision (if given)",
    "reason": "why, as the reason policy lets the letter say it (if given)",
    "recommendation": "what would help next time (if given)",
    "next_step": "what happens next (if given)",
    "next_step_on": "the day of the next step (if given)",
    "update_on": "the day by which the candidate hears again (if given)",
    "start_on": "the first working day of an offer (if given)",
    "expires_on": "the last day of an offer (if given)",
    "conditions": "what an offer is subject to (if given)",
    "told_before": "phone or in_person, when the candidate was told so and the letter only "
    "confirms it in writing (if so)",
    "recruiter_name": "who signs (if given)",
    "recruiter_email": "the address of who signs (if given)",
    "reply_address": "where a reply reaches a person: recruiter_email, else company.hr_address "
    "(if given)",
    "company": "company.name; (if configured) company.careers_url, company.hr_address and "
    "company.links, a list of (name, address)",
    "language": "the tag of the language that the letter is written in",
}

_COLUMNS = frozenset(each.name for each in fields(Decision))

#: Sentences that people wrote; a line break in them is a blank, in names it is an error.
SENTENCES = ("reason", "recommendation", "next_step", "conditions")

#: Control characters, line separators, what turns text around, and halves of surrogate pairs.
#: Joiners (U+200C, U+200D) are not among them: Persian and Hindi names are written with them.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotGiven(Undefined):
    """A variable that was left empty: false when asked, an error when printed."""

    __slots__ = ()
    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error  # noqa: SLF001 - as StrictUndefined in jinja2 itself is written


def _not_given(name: str) -> NotGiven:
    return NotGiven(
        hint=f"{name} is not given here; print it only inside {{% if {name} %}} ... {{% endif %}}"
    )


def letter_values(
    decision: Decision,
    told: Told,
    company: Company,
    *,
    language: str,
    locale: Locale,
    told_before: str | None = None,
) -> dict[str, object]:
    """Every name of ``VARIABLES`` with its value. ``ValueError`` says which column is unfit."""
    given: dict[str, object] = {
        name: getattr(decision, name) for name in VARIABLES if name in _COLUMNS
    }
    given["reason"], given["recommendation"] = told.reason, told.recommendation
    given["told_before"] = told_before
    given["greeting_name"] = greeting_name(decision, language)
    given["reply_address"] = decision.recruiter_email or company.hr_address
    values = {name: _value(name, value, locale) for name, value in given.items()}
    return {**values, "company": _company(company), "language": language}


def greeting_name(decision: Decision, language: str) -> str:
    """The first name only if it was given as such, and where a stranger may use it."""
    if is_formal(language):
        return decision.name
    return decision.first_name or decision.name


def _value(name: str, value: object, locale: Locale) -> object:
    if value is None:
        return _not_given(name)
    if isinstance(value, date):
        return long_date(value, locale)
    return _clean(name, str(value))


def _clean(name: str, text: str) -> str:
    """One line without anything invisible that could lie to a reader, or ``ValueError``."""
    line = " ".join(text.split()) if name in SENTENCES else text.strip()
    if hidden := _HIDDEN.search(line):
        mark = f"U+{ord(hidden[0]):04X}"
        raise ValueError(f"{name}: holds the control character {mark}; take it out")
    if is_empty_cell(line):
        raise ValueError(f"{name}: {line!r} stands for an empty cell; fill it in or empty it")
    return line


def _company(company: Company) -> Mapping[str, object]:
    return {
        "name": company.name.strip(),
        "careers_url": company.careers_url or _not_given("company.careers_url"),
        "hr_address": company.hr_address or _not_given("company.hr_address"),
        "links": list(company.links.items()),
    }
