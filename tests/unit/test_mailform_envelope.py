"""Who a decision mail is from: a person and not a machine, and what its header says anyhow."""

from __future__ import annotations

import pytest
from mailed import FIELDS, KEYS, WORDS, fields_of, mail, refusal

from worker.intake.mailform import DecisionMail, NotADecision, read_envelope, read_mail

AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated (rejected)",
    "Return-Path: <>",
    "Precedence: bulk",
    "Precedence: LIST",
    "Precedence: junk",
    "List-Id: <jobs.acme.example>",
    "X-Autoreply: yes",
    "X-Autorespond: Re: decision",
    "X-Failed-Recipients: ana@example.org",
    "X-Followup-Id: 01J",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "Content-Type: text/calendar; method=REPLY",
]


@pytest.mark.parametrize("field", AUTOMATIC)
def test_mail_that_no_person_wrote_is_no_decision(field: str) -> None:
    read = read_mail(mail(KEYS, field), WORDS)
    assert isinstance(read, NotADecision)
    assert read.why


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No; by=hand",
        "Return-Path: <hr@acme.example>",
        "Precedence: first-class",
        "X-Autoreply: no",
        "List-Id:",
    ],
)
def test_honest_mail_with_the_same_headers_is_read(field: str) -> None:
    assert fields_of(KEYS, field, "Content-Type: text/plain; charset=utf-8") == FIELDS


def test_our_own_mail_is_no_decision() -> None:
    assert read_mail(mail(KEYS), WORDS, own=["HR@acme.example"]) == NotADecision("our own mail")


def test_the_decider_of_a_forward_is_who_forwards_it() -> None:
    body = f"{KEYS}\n---------- Forwarded message ---------\nFrom: Eve <eve@evil.example>\n"
    read = read_mail(mail(body, subject="Fwd: application"), WORDS)
    assert isinstance(read, DecisionMail)
    assert read.sender == "hr@acme.example"


def test_a_mail_from_two_addresses_is_refused() -> None:
    assert "From exactly one" in refusal(KEYS, "From: eve@evil.example")


def test_the_envelope_is_there_even_for_a_mail_that_is_refused() -> None:
    subject = "=?utf-8?q?Zo=C3=AB?="
    raw = mail("no keys", subject=subject)
    assert read_envelope(raw).subject == "Zoë"
    assert read_envelope(raw).sender == "hr@acme.example"
    assert read_envelope(b"no header at all").sender == ""
    forged = raw.replace(b"<1@acme.example>", b"<1@acme.example> <2@x>")
    assert read_envelope(forged).message_id == ""
    assert read_envelope(raw.replace(b"23 Nov 2026", b"99 Foo")).date is None
