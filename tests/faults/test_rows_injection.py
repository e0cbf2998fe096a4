"""Row 47: what is injected into names, texts and addresses, up to the mail server's own inbox."""

from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest
from decisions import decision, mail
from sample import NOW
from servers.postfix import postfix
from workplace import row

from faults.handing_in import house, take, take_mail, taken
from worker.cli import build
from worker.delivery.catcher import Catcher
from worker.delivery.connect import Account
from worker.delivery.smtp import open_session
from worker.letter import Letter, Mailbox, Parts, compose
from worker.result import Accepted, Result
from worker.steps.send import LEASE
from worker.store import outbox
from worker.store.engine import Store

HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Followup-Id", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip
#: What a receiving server writes above a message (RFC 5321 4.4).
TRACE = {"Return-Path", "X-Original-To", "Delivered-To", "Received"}


def send_all(port: int, store: Store) -> None:
    """Claim what is due and hand it over."""
    now = build.now()
    while claimed := outbox.claim(store, "the test", now, now + LEASE):
        hand_over(port, [each.letter for each in claimed])


def read(content: bytes) -> EmailMessage:
    message = BytesParser(policy=SMTP).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


def own_headers(message: EmailMessage) -> list[str]:
    return [name for name in message.keys() if name not in TRACE]  # noqa: SIM118 - a name that occurs twice counts twice


INJECTED = [
    "x\r\nBcc: x@y.example",
    "x\nBcc: x@y.example",
    "x\rBcc: x@y.example",
    "A =?UTF-8?Q?=0A?=Bcc: x@y.example",
    "=?utf-8?q?=0D=0ABcc=3A_x=40y=2Eexample?=",
    "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
    "x\u2028Bcc: x@y.example",
    "x\x85Bcc: x@y.example",
    "x\x0bBcc: x@y.example",
    "x\x00y",
    "x <x@y.example>, y",
    'x" <x@y.example>, "y',
    "x\r\n.\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nx\r\n.",
]


@pytest.mark.parametrize("column", ["first_name", "last_name", "job_title", "reason", "stage",
                                    "recruiter_name"])  # fmt: skip
def test_row_47_whatever_is_injected_one_letter_leaves_with_exactly_its_headers(
    tmp_path: Path, column: str
) -> None:
    rows = [
        row(number, **{"recruiter_email": "dana@acme.example", column: evil})
        for number, evil in enumerate(INJECTED)
    ]
    with (
        Catcher(tmp_path / "caught") as catcher,
        house(tmp_path, FOLLOWUP_GUARDS__WORDS="false") as (given, store),
    ):
        answers = take(given, store, rows)
        send_all(catcher.port, store)
    expected = {each.row.fields["email"] for each in answers if each.judged is not None}
    letters = [read(each.read_bytes()) for each in (tmp_path / "caught").rglob("*.eml")]
    assert expected  # the encoded words are only text, so their letters go
    assert {each["To"].addresses[0].addr_spec for each in letters} == expected
    assert len(letters) == len(expected)
    for letter in letters:
        assert own_headers(letter) == HEADERS
        assert len(letter["To"].addresses) == len(letter["Reply-To"].addresses) == 1


@pytest.mark.parametrize("value", ["Ana Pérez", "Data Analyst", "hands-on experience"])
@pytest.mark.parametrize("evil", INJECTED)
def test_row_47_the_same_by_a_decision_mail(tmp_path: Path, evil: str, value: str) -> None:
    body = decision().replace(value, evil)
    with (
        Catcher(tmp_path / "caught") as catcher,
        house(tmp_path, FOLLOWUP_GUARDS__WORDS="false") as (given, store),
    ):
        answers = take_mail(given, store, mail(body))
        send_all(catcher.port, store)
    letters = [read(each.read_bytes()) for each in (tmp_path / "caught").rglob("*.eml")]
    assert len(letters) == sum(each.judged is not None for each in answers)
    if evil.startswith("=?"):  # only text, so it goes
        assert len(letters) == 1
    for letter in letters:
        assert own_headers(letter) == HEADERS
        assert [each.addr_spec for each in letter["To"].addresses] == ["c1@candidates.example"]


ADDRESSES = [
    "a@b.example, x@y.example", "a@b.example;x@y.example", "a@b.example x@y.example",
    "a@b.example>\r\nRCPT TO:<x@y.example", "a@b.example\r\nBcc: x@y.example",
    "v@w.example <x@y.example>", "Ana <x@y.example>", "<x@y.example>", "g: x@y.example;",
    "@relay.example:x@y.example", "x%y.example@relay.example", "y.example!x@relay.example",
    "a@b.example%0d%0aBcc:x@y.example", '"x@y.example"@b.example', "x@[127.0.0.1]",
    "a@b.example\x00",
    "a@аррӏе.com", "a@xn--80ak6aa92e.com", "a@pаypal.com", "ａ@b.example", "a@\u202eb.example",
]  # fmt: skip


@pytest.mark.parametrize("column", ["email", "recruiter_email"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_row_47_an_address_that_is_not_one_honest_one_is_refused_with_its_row(
    tmp_path: Path, column: str, address: str
) -> None:
    (answer,) = taken(tmp_path, row(1, **{column: address}))
    assert answer.verdict.status == "refused"
    assert f"{column}: " in (answer.verdict.problem or "")


SMUGGLED = [
    "\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r\n.\n", "\r\n\0.\r\n", "\r\n.\0\r\n", "\r.\r\n",
    "\n.\r",
    "\r\n.\r\n", "\u2028.\u2028", "\u2029.\u2029", "\x85.\x85", "\x0b.\x0b", "\x0c.\x0c",
    "\x1c.\x1d\x1e",
    "\n\r.\n\r", "\r\r\n.\r\r\n", "\r\n..\r\n", "=0D=0A.=0D=0A",
]  # fmt: skip
SECOND = (
    "MAIL FROM:<evil@y.example>\r\nRCPT TO:<eve@y.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
)


def smuggling() -> list[Letter]:
    """One letter for each sequence, with a second transaction behind it."""
    parts = Parts(
        sender=Mailbox("talent@acme.example", "Acme Talent"),
        recipient=Mailbox("ana@candidates.example", "Ana Pérez"),
        reply_to=Mailbox("hr@acme.example"),
        subject="Your application",
        text="",
    )
    evil = [f"Dear Ana,{each}{SECOND}{each}more" for each in SMUGGLED]
    return [
        compose(replace(parts, text=text, html=f"<p>{text}</p>"), f"smuggled{at}", NOW)
        for at, text in enumerate(evil)
    ]


def hand_over(port: int, letters: Iterable[Letter]) -> list[Result]:
    session = open_session(Account(host="127.0.0.1", port=port, security="none"))
    results = [session.send(letter, lambda: True) for letter in letters]
    session.close()
    return results


def assert_exactly(arrived: Iterable[bytes], letters: list[Letter]) -> None:
    """Each letter once, with its own headers and all of its text; nothing beside them."""
    messages = [read(each) for each in arrived]
    tokens = sorted(str(each["X-Followup-Id"]) for each in messages)
    assert tokens == sorted(letter.token for letter in letters)
    for message in messages:
        assert own_headers(message) == HEADERS
        assert [each.addr_spec for each in message["To"].addresses] == ["ana@candidates.example"]
        for part in message.iter_parts():
            assert "RCPT TO:<eve@y.example>" in part.get_content()


def test_row_47_no_sequence_smuggles_a_message_past_our_own_catcher(tmp_path: Path) -> None:
    letters = smuggling()
    with Catcher(tmp_path) as catcher:
        results = hand_over(catcher.port, letters)
    assert all(isinstance(each, Accepted) for each in results)
    assert_exactly([each.read_bytes() for each in tmp_path.rglob("*.eml")], letters)


@pytest.mark.servers
@pytest.mark.parametrize("forbid", ["no", "yes"])
def test_row_47_no_sequence_smuggles_a_message_past_postfix(forbid: str) -> None:
    """Also past one that takes a bare LF for a line end, as all did before CVE-2023-51764."""
    letters = smuggling()
    with postfix({"smtpd_forbid_bare_newline": forbid}) as server:
        results = hand_over(server.port, letters)
        assert all(isinstance(each, Accepted) for each in results)
        arrived = server.wait_for(len(letters))
    assert_exactly(arrived, letters)
