"""The sealed bytes: exactly the intended headers, one recipient, nothing that can be turned."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import NOW

from worker.errors import RenderError
from worker.letter import Letter, Mailbox, Parts, compose

PARTS = Parts(
    sender=Mailbox("talent@acme.example", "Acme Talent"),
    recipient=Mailbox("ana@candidates.example", "Ana Pérez"),
    subject="Your application for Data Analyst at Acme GmbH",
    text="Dear Ana,\n\nthank you.\n",
    html='<html lang="en"><p>Dear Ana</p></html>',
    reply_to=Mailbox("dana@acme.example", "Dana Miller"),
)
HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Followup-Id", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip


def parsed(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(letter.content, policy=email.policy.default)


def test_the_headers_of_the_contract_are_there_and_no_others() -> None:
    message = parsed(compose(PARTS, "abc123", NOW))
    assert message.keys() == HEADERS
    assert message["Message-ID"] == "<abc123@acme.example>"
    assert message["X-Followup-Id"] == "abc123"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Reply-To"].addresses[0].addr_spec == "dana@acme.example"
    assert message["To"].addresses[0].display_name == "Ana Pérez"
    assert message["Date"].datetime == NOW


def test_it_is_text_and_html_of_the_same_letter() -> None:
    message = parsed(compose(PARTS, "abc123", NOW))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects


def test_a_notice_is_plain_text_and_names_what_it_answers() -> None:
    notice = replace(PARTS, html=None, reply_to=None, in_reply_to="<x@acme.example>")
    message = parsed(compose(notice, "abc123", NOW))
    assert message.get_content_type() == "text/plain"
    assert message["In-Reply-To"] == message["References"] == "<x@acme.example>"


@pytest.mark.parametrize("field", ["subject", "in_reply_to"])
@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x0bb", "a\x85b"]
)
def test_a_line_break_in_a_header_is_refused(field: str, evil: str) -> None:
    with pytest.raises(RenderError, match="line break or control character"):
        compose(replace(PARTS, **{field: evil}), "abc123", NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("evil", ["Ana\r\nBcc: x@y.example", "Ana\x00", "Ana\u2029"])
def test_a_line_break_in_a_name_is_refused(evil: str) -> None:
    with pytest.raises(RenderError, match="To: a line break"):
        compose(replace(PARTS, recipient=Mailbox("a@b.example", evil)), "abc123", NOW)


@pytest.mark.parametrize(
    "evil",
    [
        "A =?UTF-8?Q?=0A?=Bcc: x@y.example",  # CVE-2024-6923
        "=?utf-8?q?Bcc=3A_x=40y=2Eexample?=",
        "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
    ],
)
def test_an_encoded_word_in_data_is_text_and_never_a_header(evil: str) -> None:
    made = compose(
        replace(PARTS, subject=evil, recipient=Mailbox("a@b.example", evil)), "abc123", NOW
    )
    message = parsed(made)
    assert message.keys() == HEADERS
    assert message["Subject"] == evil
    assert message["To"].addresses[0].addr_spec == "a@b.example"


@pytest.mark.parametrize(
    "name",
    ["Ana <boss@acme.example>", 'Ana "the" P', "Ana, Pérez", "Ana\\", "a@b.example", "(Ana)",
     "李小龙", "Ó" * 200, "x" * 1500, "Ana " * 400, "أحمد"],
)  # fmt: skip
def test_whatever_the_name_the_recipient_is_the_one_address(name: str) -> None:
    message = parsed(compose(replace(PARTS, recipient=Mailbox("a@b.example", name)), "t", NOW))
    assert [each.addr_spec for each in message["To"].addresses] == ["a@b.example"]


@pytest.mark.parametrize(
    "smuggled",
    ["a\n.\nb", "a\n.\r\nb", "a\r.\rb", "a\r\n.\rb", "a\r\n.\nb", "a\r\n\x00.\r\nb", "a\r\n.\r\nb",
     "a\u2028.\u2028b", "a\x85.\x85b", "a\x0b.\x0bb", "a\x0c.\x0cb", "a\x1c.\x1db", "a\n\r.\n\rb"],
)  # fmt: skip
def test_no_sequence_that_could_end_the_message_early_is_left_in_it(smuggled: str) -> None:
    content = compose(replace(PARTS, text=smuggled), "abc123", NOW).content
    assert b"\r\n.\r\n" not in content
    bare = content.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare


TEXT = st.text(st.characters(codec="utf-8"), max_size=300)


@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT)
def test_any_text_makes_a_sound_letter_or_none(
    subject: str, name: str, text: str, html: str
) -> None:
    parts = replace(PARTS, subject=subject, text=text, html=html,
                    recipient=Mailbox("ana@candidates.example", name))  # fmt: skip
    try:
        message = parsed(compose(parts, "abc123", NOW))
    except RenderError:
        return
    assert message.keys() == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["ana@candidates.example"]
    assert message["Subject"].split() == subject.split()
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == text.split()
