"""A decision mail as somebody wrote it, and what is read from it."""

from __future__ import annotations

import pytest

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.mailform import DecisionMail, read_mail

WORDS = words()
KEYS = "Decision: reject\nCandidate: Ana Pérez <ana@example.org>\nJob: Data Analyst\n"
FIELDS = {
    "outcome": "reject",
    "name": "Ana Pérez",
    "email": "ana@example.org",
    "job_title": "Data Analyst",
}


def mail(body: str, *fields: str, subject: str = "decision", kind: str = "plain") -> bytes:
    head = [
        "From: Hanna Roth <hr@acme.example>",
        "To: decisions@acme.example",
        f"Subject: {subject}",
        "Message-ID: <1@acme.example>",
        "Date: Mon, 23 Nov 2026 09:00:00 +0100",
        *(fields or (f"Content-Type: text/{kind}; charset=utf-8",)),
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode()


def fields_of(body: str, *fields: str, kind: str = "plain", subject: str = "x") -> dict[str, str]:
    read = read_mail(mail(body, *fields, kind=kind, subject=subject), WORDS)
    assert isinstance(read, DecisionMail)
    assert read.rows is not None
    return dict(read.rows[0].fields)


def refusal(body: str, *fields: str, kind: str = "plain") -> str:
    with pytest.raises(BadSubmission) as refused:
        read_mail(mail(body, *fields, kind=kind), WORDS)
    return str(refused.value)
