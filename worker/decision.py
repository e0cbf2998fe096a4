"""What HR decided about one candidate for one job: the value that everything downhill works on.

Pure. ``reading`` makes one from the text of a row or of a decision mail; here stands what it is
and when two are the same.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The six outcomes (section 2). ``withdrawn`` is recorded and mails nobody."""

    REJECTED = "rejected"
    ADVANCED = "advanced"
    ON_HOLD = "on_hold"
    OFFER = "offer"
    THANK_YOU = "thank_you"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How the candidate is told."""

    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, checked. Dates are dates, moments are aware, texts are never empty."""

    email: str
    name: str
    job_title: str
    outcome: Outcome
    job_country: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    application_id: str | None = None
    stage: str | None = None
    interviewed_on: date | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = None
    reason_code: str | None = None
    recommendation: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    update_on: date | None = None
    start_on: date | None = None
    expires_on: date | None = None
    conditions: str | None = None
    channel: Channel = Channel.EMAIL
    phone: str | None = None
    language: str | None = None
    timezone: str | None = None
    send_not_before: datetime | None = None
    recruiter_name: str | None = None
    recruiter_email: str | None = None

    @property
    def application(self) -> str:
        """Identity of the application: its id, else the address and the job (section 3)."""
        if self.application_id:
            return f"id:{fold(self.application_id)}"
        return f"job:{self.person_and_job}"

    @property
    def person_and_job(self) -> str:
        """The same application when one of two decisions gives no id for it."""
        return f"{self.email.casefold()}|{fold(self.job_title)}"

    @property
    def key(self) -> str:
        """The unique key: one application hears one outcome of one stage once, for ever."""
        return _digest(self.application, self.outcome, fold(self.stage or ""))

    @property
    def substance(self) -> str:
        """A digest of what the letter says and where it goes."""
        return _digest(
            self.email.casefold(), self.reason, self.reason_code, self.recommendation,
            self.next_step, self.next_step_on, self.update_on, self.start_on, self.expires_on,
            self.conditions,
        )  # fmt: skip

    @property
    def manner(self) -> str:
        """A digest of how it is told: it still matters while the letter has not gone out."""
        return _digest(
            self.name, self.first_name, self.last_name, fold(self.job_title), self.interviewed_on,
            self.channel, self.phone, self.language, self.timezone, self.send_not_before,
            self.job_country,
            self.recruiter_name, self.recruiter_email,
        )  # fmt: skip

    @property
    def wording(self) -> str:
        """A digest of every word of it, whoever decided it."""
        return _digest(*sorted(said(self.stored()).items()))

    def stored(self) -> dict[str, str]:
        """The fields that are set, as text, for the database; dates in ISO 8601."""
        return {
            each.name: value.isoformat() if isinstance(value, date) else str(value)
            for each in fields(self)
            if (value := getattr(self, each.name)) is not None
        }


def said(stored: Mapping[str, str]) -> dict[str, str]:
    """Of a decision as it is stored all but who decided it."""
    return {name: value for name, value in stored.items() if name != "decided_by"}


def _digest(*parts: object) -> str:
    told = "\x1f".join(str(part or "") for part in parts)
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def fold(text: str) -> str:
    """As texts are compared: case, Unicode form and runs of space do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
