"""Decision mails of several parts: attachments, limits, and mail made to break its reader."""

from __future__ import annotations

from contextlib import suppress
from email import policy
from email.message import EmailMessage, MIMEPart

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.mailform import (
    Attachment,
    DecisionMail,
    NotADecision,
    content_key,
    read_envelope,
    read_mail,
)

WORDS = words()
KEYS = "Decision: reject\nJob: Analyst\n"
CSV = b"email,name\nana@example.org,Ana\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def letter(text: str = KEYS) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Hanna Roth <hr@acme.example>"
    mail["To"] = "decisions@acme.example"
    mail["Subject"] = "x"
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content(text)
    return mail


def attach(
    mail: EmailMessage, name: str | None, kind: str = "text/csv", disposition: str = "attachment"
) -> EmailMessage:
    main, _, sub = kind.partition("/")
    mail.add_attachment(CSV, main, sub, filename=name, disposition=disposition)
    return mail


def read(mail: EmailMessage) -> DecisionMail:
    found = read_mail(bytes(mail), WORDS)
    assert isinstance(found, DecisionMail)
    return found


def fields_of(mail: EmailMessage) -> dict[str, str]:
    rows = read(mail).rows
    assert rows is not None
    return dict(rows[0].fields)


def refusal(mail: EmailMessage) -> str:
    with pytest.raises(BadSubmission) as refused:
        read_mail(bytes(mail), WORDS)
    return str(refused.value)


def test_of_two_forms_of_the_text_the_plain_one_is_read() -> None:
    mail = letter()
    mail.add_alternative("<p>Decision: offer</p>", subtype="html")
    assert fields_of(mail)["outcome"] == "reject"


def test_an_empty_plain_form_gives_way_to_the_html() -> None:
    mail = letter(" \n")
    mail.add_alternative("<p>Decision: offer</p>", subtype="html")
    assert fields_of(mail) == {"outcome": "offer"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("list.csv", "text/csv"),
        ("LIST.CSV", "application/octet-stream"),
        ("list.tsv", "text/plain"),
        ("list.xlsx", XLSX),
        ("list.txt", "text/plain"),
        ("Übersicht März.xlsx", "application/octet-stream"),
    ],
)
def test_one_spreadsheet_without_keys_is_a_batch(name: str, kind: str) -> None:
    found = read(attach(letter("Hi,\nhere is the list.\nNote: see below.\n"), name, kind))
    assert found.sheet == Attachment(name, CSV)
    assert found.rows is None


@pytest.mark.parametrize(
    ("kind", "name"), [("text/csv", "attachment.csv"), (XLSX, "attachment.xlsx")]
)
def test_a_spreadsheet_without_a_name_is_known_by_its_type(kind: str, name: str) -> None:
    assert read(attach(letter("hi"), None, kind)).sheet == Attachment(name, CSV)


def test_a_spreadsheet_that_is_shown_inline_is_one_too() -> None:
    mail = attach(letter("hi"), "list.csv", disposition="inline")
    assert read(mail).sheet == Attachment("list.csv", CSV)


def test_the_name_of_an_attachment_has_no_folder_in_it() -> None:
    for name in ("../../etc/list.csv", "C:\\temp\\list.csv", "/list.csv"):
        assert read(attach(letter("hi"), name)).sheet == Attachment("list.csv", CSV)


def test_an_encoded_word_as_the_name_is_understood() -> None:
    mail = bytes(attach(letter("hi"), "list.csv")).replace(
        b'"list.csv"', b'"=?utf-8?q?M=C3=A4rz=2Ecsv?="'
    )
    found = read_mail(mail, WORDS)
    assert isinstance(found, DecisionMail)
    assert found.sheet == Attachment("März.csv", CSV)


def test_two_spreadsheets_are_a_problem() -> None:
    told = refusal(attach(attach(letter("hi"), "a.csv"), "b.xlsx", XLSX))
    assert "2 spreadsheets are attached (a.csv, b.xlsx)" in told


def test_keys_and_a_spreadsheet_together_are_a_problem() -> None:
    assert "keys in its text and a.csv attached" in refusal(attach(letter(), "a.csv"))


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.numbers"])
def test_a_spreadsheet_of_another_kind_is_told_how_to_save_it(name: str) -> None:
    assert f"{name} can't be read; save it as .xlsx or .csv" in refusal(attach(letter("hi"), name,
        "application/octet-stream"))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("logo.png", "image/png"),
        ("invite.ics", "text/calendar"),
        ("hanna.vcf", "text/vcard"),
        ("smime.p7s", "application/pkcs7-signature"),
        ("ATT00001.txt", "text/plain"),
        ("cv.pdf", "application/pdf"),
    ],
)
def test_what_mail_programs_add_does_not_count(name: str, kind: str) -> None:
    for disposition in ("inline", "attachment"):
        mail = attach(letter(), name, kind, disposition)
        assert fields_of(mail)["outcome"] == "reject"


def test_a_mail_inside_the_mail_is_never_opened() -> None:
    inner = attach(letter("Decision: offer"), "inner.csv")
    mail = letter("see below")
    mail.add_attachment(inner)
    assert "at the very top" in refusal(mail)
    mail = letter()
    mail.add_attachment(inner)
    assert fields_of(mail)["outcome"] == "reject"


def test_an_answer_to_an_invitation_is_no_decision() -> None:
    mail = letter()
    mail.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REPLY"})
    assert isinstance(read_mail(bytes(mail), WORDS), NotADecision)


def nested(depth: int) -> bytes:
    inner = MIMEPart(policy=policy.SMTP)
    inner.set_content(KEYS)
    raw = bytes(inner)
    for level in range(depth):
        mark = f"b{level}".encode()
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--'
        raw = head + mark + b"\r\n" + raw + b"\r\n--" + mark + b"--\r\n"
    return b"From: hr@acme.example\r\n" + raw


def test_twenty_levels_are_read_and_more_are_refused() -> None:
    found = read_mail(nested(20), WORDS)
    assert isinstance(found, DecisionMail)
    for depth in (21, 200, 2_000):
        with pytest.raises(BadSubmission):
            read_mail(nested(depth), WORDS)


def test_more_than_a_hundred_parts_are_refused() -> None:
    mail = letter()
    for number in range(110):
        attach(mail, f"{number}.pdf", "application/pdf")
    assert "more than 100 parts" in refusal(mail)


LINES = {
    "dashes": "-" * 150_000 + "x",
    "addresses": "x\n<" + "a@" * 70_000,
    "unknown keys": "Jbo: x\n" * 20_000,
    "emphasis": "Job: " + "*_" * 70_000,
    "links": "Job: " + "[a](mailto:" * 15_000,
    "quotes": "Job: " + "“" * 50_000,
}


@pytest.mark.parametrize("text", LINES.values(), ids=LINES.keys())
@pytest.mark.timeout(10)
def test_a_text_made_to_break_its_reader_ends_in_an_answer(text: str) -> None:
    raw = b"From: hr@acme.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    with suppress(BadSubmission):
        assert isinstance(read_mail(raw + text.encode(), WORDS), DecisionMail)


BOMBS = {
    "comments in From": b"From: " + b"(" * 3_000 + b")" * 3_000 + b" hr@acme.example",
    "an open literal in Message-ID": b"From: a@b.example\r\nMessage-ID: <[",
    "addresses in To": b"From: a@b.example\r\nTo: " + b"a@b.example, " * 60_000,
    "words in Subject": b"From: a@b.example\r\nSubject: " + b"=?utf-8?q?x?= " * 20_000,
    "a header that never ends": b"From: a@b.example\r\nX: " + b"x" * 2_000_000,
    "an encoded line break in From": b"From: =?utf-8?q?a=0D=0AX:_y?= <a@b.example>",
    "a charset with a NUL": b'From: a@b.example\r\nContent-Type: text/plain; charset="u\0"',
    "a boundary that is missing": b"From: a@b.example\r\nContent-Type: multipart/mixed",
    "base64 that is none": b"From: a@b.example\r\nContent-Transfer-Encoding: base64",
    "uuencode that is none": b"From: a@b.example\r\nContent-Transfer-Encoding: x-uuencode",
    "parameters": b"From: a@b.example\r\nContent-Type: text/plain" + b'; a*0="x' * 5_000,
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("head", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.timeout(10)
def test_a_mail_made_to_break_its_reader_is_refused_or_read(head: bytes) -> None:
    raw = head + b"\r\n\r\nhello\r\n"
    with pytest.raises(BadSubmission):
        read_mail(raw, WORDS)
    assert read_envelope(raw).sender in {"", "a@b.example"}


@given(st.binary(max_size=400), st.integers(0, 600))
def test_any_octets_end_in_an_answer(noise: bytes, at: int) -> None:
    raw = bytes(attach(letter(), "list.csv"))
    broken = raw[:at] + noise + raw[at:]
    content_key(broken)
    read_envelope(broken)
    with suppress(BadSubmission):
        assert isinstance(read_mail(broken, WORDS), DecisionMail | NotADecision)


def test_the_content_key_is_of_what_the_sender_wrote() -> None:
    raw = bytes(letter())
    key = content_key(raw)
    hop = b"Return-Path: <hr@acme.example>\r\nReceived: from a by b; today\r\n"
    assert content_key(hop + raw) == key
    assert content_key(raw.replace(b"\r\n", b"\n")) == key
    assert content_key(raw.replace(b"Subject: x", b"SUBJECT:\r\n x")) == key
    for old, new in ((b"reject", b"offer"), (b"<1@", b"<2@"), (b"hr@", b"eve@"), (b": x", b": y")):
        assert content_key(raw.replace(old, new, 1)) != key
    assert content_key(b"From: eve@evil.example\r\n" + raw) != key
