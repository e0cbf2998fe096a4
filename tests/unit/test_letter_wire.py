"""The sealed bytes read back by readers that share nothing with the writer."""

import re
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import NOW

from worker.errors import FollowupError, RenderError
from worker.letter import Letter, Mailbox, Parts, check, compose

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
PART_HEADERS = ["Content-Type", "Content-Transfer-Encoding"]


def split(block: bytes) -> list[tuple[str, str]]:
    """Header fields by hand: a line that begins with a blank goes on from the one before."""
    fields: list[tuple[str, str]] = []
    for line in block.decode("ascii").split("\r\n"):
        if line[0] in " \t":
            name, value = fields[-1]
            fields[-1] = (name, f"{value}{line}")
        else:
            name, _, value = line.partition(": ")
            fields.append((name, value))
    return fields


def names(block: bytes) -> list[str]:
    return [name for name, _ in split(block)]


def assert_sound(letter: Letter, headers: list[str]) -> EmailMessage:
    """One message, its intended headers, two parts, one recipient; whoever reads it."""
    content = letter.content
    assert not re.search(rb"[^\x20-\x7e\t\r\n]", content)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    head, _, body = content.partition(b"\r\n\r\n")
    assert names(head) == headers
    message = BytesParser(policy=SMTP).parsebytes(content)
    assert isinstance(message, EmailMessage)
    assert message.keys() == headers
    assert not message.defects
    assert [each.addr_spec for each in message["To"].addresses] == [letter.recipient]
    assert [each.addr_spec for each in message["From"].addresses] == [letter.sender]
    assert message["Message-ID"] == letter.message_id
    assert message["X-Followup-Id"] == letter.token
    assert_two_parts(body, letter.token)
    return message


def assert_two_parts(body: bytes, token: str) -> None:
    mark = f"--followup-{token}".encode()
    lines = body.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"--followup-")] == [mark, mark, mark + b"--"]
    opening, first, second, end = (b"\r\n" + body).split(b"\r\n" + mark)
    assert (opening, end) == (b"", b"--\r\n")
    for part in (first, second):
        assert names(part.removeprefix(b"\r\n").partition(b"\r\n\r\n")[0]) == PART_HEADERS


def with_mailbox(who: str, mailbox: Mailbox) -> Parts:
    return replace(PARTS, **{who: mailbox})  # type: ignore[arg-type]


def test_a_letter_is_sound() -> None:
    assert_sound(compose(PARTS, "abc123", NOW), HEADERS)


INJECTED = [
    "x\r\nBcc: x@y.example",
    "x\nBcc: x@y.example",
    "x\r\n\r\n<p>another body</p>",
    "x\r\n.\r\nMAIL FROM:<evil@y.example>",
    "A =?UTF-8?Q?=0A?=Bcc: x@y.example",
    "=?utf-8?q?=0D=0ABcc=3A_x=40y=2Eexample?=",
    "--followup-abc123\r\nContent-Type: application/x-msdownload\r\n\r\nMZ",
    "--followup-abc123--",
    "=\r\nBcc: x@y.example",
    "x\x00y",
    "\u2028Bcc: x@y.example",
    "\ud800",
    "a" * 5000,
    "é" * 5000,
    "x <evil@y.example>",
    "x, evil@y.example",
    "<evil@y.example>,",
    '"; evil@y.example',
]


@pytest.mark.parametrize("field", ["subject", "text", "html", "in_reply_to", "language"])
@pytest.mark.parametrize("evil", INJECTED)
def test_what_is_injected_into_a_text_is_refused_or_stays_text(field: str, evil: str) -> None:
    headers = HEADERS
    if field == "in_reply_to":
        headers = [*HEADERS[:-1], "In-Reply-To", "References", HEADERS[-1]]
    try:
        made = compose(replace(PARTS, **{field: evil}), "abc123", NOW)  # type: ignore[arg-type]
    except FollowupError:
        return
    assert_sound(made, headers)


@pytest.mark.parametrize("who", ["sender", "recipient", "reply_to"])
@pytest.mark.parametrize("evil", INJECTED)
def test_what_is_injected_into_a_name_is_refused_or_stays_a_name(who: str, evil: str) -> None:
    address = getattr(PARTS, who).address
    try:
        made = compose(with_mailbox(who, Mailbox(address, evil)), "abc123", NOW)
    except FollowupError:
        return
    message = assert_sound(made, HEADERS)
    assert [each.addr_spec for each in message["Reply-To"].addresses] == ["dana@acme.example"]


@pytest.mark.parametrize(
    "evil",
    ["a@b.example, c@d.example", "a@b.example>\r\nRCPT TO:<c@d.example", "v@w.ex <x@y.example>",
     "a@b.example\r\nBcc: c@d.example", "a b@c.example", "<a@b.example>", "", "a@b.example\x00",
     "ä@b.example"],
)  # fmt: skip
@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_an_envelope_that_is_not_one_bare_address_is_never_sealed(who: str, evil: str) -> None:
    with pytest.raises(RenderError):
        compose(with_mailbox(who, Mailbox(evil, "Ana")), "abc123", NOW)


KINDS = ['text/plain; charset="utf-8"', 'text/html; charset="utf-8"']
MADE = compose(PARTS, "abc123", NOW)
TAMPERED = {
    "a header more": (b"Subject:", b"Bcc: x@y.example\r\nSubject:", "the headers are"),
    "a header less": (b"Auto-Submitted: auto-generated\r\n", b"", "the headers are"),
    "a header twice": (b"Subject:", b"To: ana@candidates.example\r\nSubject:", "the headers are"),
    "a line that is no field": (b"Subject:", b"no field\r\nSubject:", "no field"),
    "a folded line of blanks": (b"Subject:", b" \r\nSubject:", "no field"),
    "a blank before the colon": (b"Subject:", b"Subject :", "no field"),
    "one bare LF": (b"Dear", b"De\nar", "a bare CR or LF"),
    "only bare line feeds": (b"\r\n", b"\n", "a bare CR or LF"),
    "one bare CR": (b"Dear", b"De\rar", "a bare CR or LF"),
    "another recipient": (b"ana@candidates", b"eve@candidates", "To does not hold exactly"),
    "a second recipient": (
        b"<ana@candidates.example>", b"<ana@candidates.example>, eve@y.example",
        "To does not hold exactly",
    ),
    "another sender": (b"talent@acme", b"ceo@acme", "From does not hold"),
    "another Message-ID": (b"<abc123@", b"<abc124@", "Message-ID is not what"),
    "another token": (b"X-Followup-Id: abc123", b"X-Followup-Id: abc124", "X-Followup-Id is not"),
    "another type": (b"multipart/alternative", b"multipart/mixed", "Content-Type is not what"),
    "a part's header more": (
        b'Content-Type: text/html; charset="utf-8"',
        b'Content-Type: text/html; charset="utf-8"\r\nContent-Disposition: attachment',
        "the body has the parts",
    ),
    "a part more": (
        b"--followup-abc123--", b"--followup-abc123\r\n\r\nx\r\n--followup-abc123--",
        "the body has the parts",
    ),
    "text before the first part": (
        b"\r\n\r\n--followup-abc123\r\n", b"\r\n\r\nx\r\n--followup-abc123\r\n", "with its boundary"
    ),
    "text after the last part": (
        b"--followup-abc123--\r\n", b"--followup-abc123--\r\nx\r\n", "with its boundary"
    ),
    "a NUL": (b"Dear", b"De\0ar", "a NUL"),
    "an octet of eight bits": (b"Dear", b"D\xe9ar", "beyond ASCII"),
    "a line too long": (b"Dear", b"x" * 999, "longer than 998"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), TAMPERED.values(), ids=TAMPERED.keys())
def test_bytes_that_were_changed_are_refused(old: bytes, new: bytes, told: str) -> None:
    assert old in MADE.content
    with pytest.raises(RenderError, match=told):
        check(replace(MADE, content=MADE.content.replace(old, new)), headers_of(MADE), KINDS)


def test_a_message_without_end_or_body_is_refused() -> None:
    head, gap, _ = MADE.content.partition(b"\r\n\r\n")
    for content, told in [
        (MADE.content.rstrip(), "does not end with a line end"),
        (head + b"\r\n", "no empty line"),
        (head + gap, "with its boundary"),
    ]:
        with pytest.raises(RenderError, match=told):
            check(replace(MADE, content=content), headers_of(MADE), KINDS)


def headers_of(letter: Letter) -> list[tuple[str, str]]:
    return split(letter.content.partition(b"\r\n\r\n")[0])


TEXT = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from([*INJECTED, "=?", "?=", "\r", "\n", ".", "--", " "]), max_size=6).map(
        "".join
    ),
)


@given(subject=TEXT, name=TEXT, replying=TEXT, text=TEXT, html=TEXT)
def test_any_text_anywhere_makes_a_sound_letter_or_none(
    subject: str, name: str, replying: str, text: str, html: str
) -> None:
    parts = replace(
        PARTS, subject=subject, text=text, html=html,
        recipient=Mailbox("ana@candidates.example", name),
        reply_to=Mailbox("dana@acme.example", replying),
    )  # fmt: skip
    try:
        made = compose(parts, "abc123", NOW)
    except FollowupError:
        return
    message = assert_sound(made, HEADERS)
    assert [each.addr_spec for each in message["Reply-To"].addresses] == ["dana@acme.example"]


@given(address=TEXT)
def test_any_text_as_recipient_makes_a_sound_letter_or_none(address: str) -> None:
    try:
        made = compose(replace(PARTS, recipient=Mailbox(address, "Ana")), "abc123", NOW)
    except FollowupError:
        return
    assert_sound(made, HEADERS)
