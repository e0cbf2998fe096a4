"""The sealed letter: the bytes on the wire, made once and checked before anybody may send them.

Pure. ``compose`` writes the message (RFC 5322, 2045, 3834) and ``check`` reads it back: header
names exactly as intended, canonical CRLF, lines within 998 octets, one recipient equal to To.
Retries send these bytes and nothing else. Candidate data is text all the way down: a header value
with a control character is refused, and anything that looks like an encoded word is encoded, so
that it can't be decoded into a header of its own (CVE-2024-6923).
"""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, formataddr, getaddresses, parseaddr

from worker.address import domain_of
from worker.errors import RenderError

CRLF = "\r\n"
#: RFC 5322 2.1.1: a line must not be longer, without its CRLF.
LONGEST_LINE = 998

#: A longer name is written in encoded words, which fold anywhere; RFC 2047 2 allows 75 octets.
LONGEST_WORD = 60

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name to show before it; the name may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a letter or a notice is made of. Without ``html`` it is a plain text message."""

    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    html: str | None = None
    reply_to: Mailbox | None = None
    language: str = "en"
    in_reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished message. ``sender`` and ``recipient`` are the envelope, bare addresses."""

    token: str
    message_id: str
    sender: str
    recipient: str
    content: bytes


def compose(parts: Parts, token: str, now: datetime) -> Letter:
    """Write the message, check its bytes, seal it. Raises ``RenderError`` when it is not fit."""
    message_id = f"<{token}@{domain_of(parts.sender.address)}>"
    headers = [*_headers(parts, token, message_id, now), *_body_headers(parts, token)]
    head = CRLF.join(f"{name}: {value}" for name, value in headers)
    content = f"{head}{CRLF}{CRLF}{_body(parts, token)}".encode("ascii")
    letter = Letter(token, message_id, parts.sender.address, parts.recipient.address, content)
    check(letter, [name for name, _ in headers])
    return letter


def _headers(parts: Parts, token: str, message_id: str, now: datetime) -> list[tuple[str, str]]:
    lines = [
        ("From", _mailbox("From", parts.sender)),
        ("To", _mailbox("To", parts.recipient)),
        ("Subject", _text("Subject", parts.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
        ("X-Followup-Id", token),
        # RFC 3834 5: made by a program, so that no program answers it. Never "All" below: that
        # would ask Exchange to withhold the bounce too (MS-OXCMAIL 2.1.3.2.20).
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", parts.language),
        ("MIME-Version", "1.0"),
    ]
    if parts.reply_to is not None:
        lines.insert(2, ("Reply-To", _mailbox("Reply-To", parts.reply_to)))
    if parts.in_reply_to is not None:
        lines += [(name, _text(name, parts.in_reply_to)) for name in ("In-Reply-To", "References")]
    return lines


def _mailbox(name: str, mailbox: Mailbox) -> str:
    shown = _no_control(name, mailbox.name)
    if "=?" in shown or not shown.isascii() or len(shown) > LONGEST_WORD:
        shown = Header(shown, "utf-8", maxlinelen=76, header_name=name).encode(linesep=CRLF)
        return f"{shown}{CRLF} <{mailbox.address}>"
    return formataddr((shown, mailbox.address))


def _text(name: str, value: str) -> str:
    plain = _no_control(name, value)
    charset = "us-ascii" if plain.isascii() and "=?" not in plain else "utf-8"
    return Header(plain, charset, maxlinelen=76, header_name=name).encode(linesep=CRLF)


def _no_control(name: str, value: str) -> str:
    if _CONTROL.search(value):
        raise RenderError(f"{name}: a line break or control character in {value!r}; remove it")
    return value.strip()


def _boundary(token: str) -> str:
    return f"followup-{token}"


def _body_headers(parts: Parts, token: str) -> list[tuple[str, str]]:
    if parts.html is None:
        return _part_headers("plain")
    return [("Content-Type", f'multipart/alternative; boundary="{_boundary(token)}"')]


def _part_headers(subtype: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", f'text/{subtype}; charset="utf-8"'),
        ("Content-Transfer-Encoding", "quoted-printable"),
    ]


def _body(parts: Parts, token: str) -> str:
    if parts.html is None:
        return _quoted(parts.text)
    boundary = _boundary(token)
    written = [
        f"--{boundary}{CRLF}"
        + CRLF.join(f"{name}: {value}" for name, value in _part_headers(subtype))
        + f"{CRLF}{CRLF}{_quoted(text)}"
        for subtype, text in (("plain", parts.text), ("html", parts.html))
    ]
    return f"{''.join(written)}--{boundary}--{CRLF}"


def _quoted(text: str) -> str:
    """Quoted-printable (RFC 2045 6.7) with CRLF line ends, ending in one."""
    lines = CRLF.join(text.strip().splitlines()) + CRLF
    return binascii.b2a_qp(lines.encode("utf-8"), istext=True).decode("ascii")


def check(letter: Letter, names: Sequence[str]) -> None:
    """Read the bytes as a server will, and refuse what is not exactly as intended."""
    problems = [*_line_problems(letter.content), *_header_problems(letter, names)]
    if problems:
        raise RenderError(f"the letter is not fit to be sent: {'; '.join(problems)}")


def _line_problems(content: bytes) -> list[str]:
    problems = []
    bare = content.replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare:
        problems.append("a bare CR or LF in the message")
    if not content.endswith(b"\r\n"):
        problems.append("the message does not end with a line end")
    if not content.isascii():
        problems.append("a byte beyond ASCII in the message")
    if any(len(line) > LONGEST_LINE for line in content.split(b"\r\n")):
        problems.append(f"a line longer than {LONGEST_LINE} octets")
    return problems


def _header_problems(letter: Letter, names: Sequence[str]) -> list[str]:
    problems = []
    head, _, _ = letter.content.partition(b"\r\n\r\n")
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head)
    if parsed.keys() != list(names):
        problems.append(f"the headers are {parsed.keys()}, wanted {list(names)}")
    recipients = [address for _, address in getaddresses(parsed.get_all("To", []))]
    if recipients != [letter.recipient]:
        problems.append("To does not hold exactly the one recipient")
    if parseaddr(parsed.get("From", ""))[1] != letter.sender:
        problems.append("From does not hold the sender")
    return problems
