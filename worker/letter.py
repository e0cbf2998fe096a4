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
from email.utils import format_datetime, formataddr

from worker.address import domain_of
from worker.errors import RenderError
from worker.wire import Intended, problems

CRLF = "\r\n"

#: A longer name is written in encoded words, which fold anywhere; RFC 2047 2 allows 75 octets.
LONGEST_WORD = 60

#: Of a surrogate pair: no octets stand for it alone.
_HALF = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_METHOD = re.compile(r"(?m)^METHOD:([A-Z]+)\r?$")
#: Headers that stand in the bytes as they were given, neither folded nor encoded.
_EXACT = frozenset({
    "Message-ID", "X-Followup-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name to show before it; the name may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a letter or a notice is made of. With the text alone it is a plain text message.

    ``calendar`` is an iCalendar object with its METHOD (RFC 6047 2.4), for notices only.
    """

    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    html: str | None = None
    calendar: str | None = None
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
    check(letter, headers, [kind for kind, _ in _alternatives(parts)])
    return letter


def _alternatives(parts: Parts) -> list[tuple[str, str]]:
    """Content type and text of each part, the plainest first (RFC 2046 5.1.4)."""
    found = [('text/plain; charset="utf-8"', parts.text)]
    if parts.html is not None:
        found.append(('text/html; charset="utf-8"', parts.html))
    if parts.calendar is not None:
        method = _METHOD.search(parts.calendar)
        if method is None:
            raise RenderError("the invitation names no METHOD; add it")
        kind = f'text/calendar; charset="utf-8"; method={method[1]}'
        found.append((kind, parts.calendar))
    return found


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
        ("Content-Language", _text("Content-Language", parts.language)),
        ("MIME-Version", "1.0"),
    ]
    if parts.reply_to is not None:
        lines.insert(2, ("Reply-To", _mailbox("Reply-To", parts.reply_to)))
    if parts.in_reply_to is not None:
        lines += [(name, _text(name, parts.in_reply_to)) for name in ("In-Reply-To", "References")]
    return lines


def _mailbox(name: str, mailbox: Mailbox) -> str:
    if not mailbox.address.isascii():
        raise RenderError(f"{name}: {mailbox.address!r} has letters beyond ASCII; write another")
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
    (kind, _), *others = _alternatives(parts)
    if not others:
        return _part_headers(kind)
    return [("Content-Type", f'multipart/alternative; boundary="{_boundary(token)}"')]


def _part_headers(kind: str) -> list[tuple[str, str]]:
    return [("Content-Type", kind), ("Content-Transfer-Encoding", "quoted-printable")]


def _part_head(kind: str) -> str:
    return CRLF.join(f"{name}: {value}" for name, value in _part_headers(kind))


def _body(parts: Parts, token: str) -> str:
    found = _alternatives(parts)
    if len(found) == 1:
        return _quoted(parts.text)
    boundary = _boundary(token)
    written = [
        f"--{boundary}{CRLF}{_part_head(kind)}{CRLF}{CRLF}{_quoted(text)}" for kind, text in found
    ]
    return f"{''.join(written)}--{boundary}--{CRLF}"


def _quoted(text: str) -> str:
    """Quoted-printable (RFC 2045 6.7) with CRLF line ends, ending in one.

    Whatever any program takes for the end of a line (a bare CR or LF, VT, FF, NEL, U+2028) becomes
    a line end of the wire, so that no two programs see different lines (CVE-2023-51764).
    """
    if half := _HALF.search(text):
        raise RenderError(f"the text holds half a character, U+{ord(half[0]):04X}; take it out")
    lines = CRLF.join(text.strip().splitlines()) + CRLF
    return binascii.b2a_qp(lines.encode("utf-8"), istext=True).decode("ascii")


def check(letter: Letter, headers: Sequence[tuple[str, str]], kinds: Sequence[str]) -> None:
    """Read the bytes as a server will, and refuse what is not exactly as intended.

    ``kinds`` are the content types of its alternatives.
    """
    names = [name for name, _ in headers]
    alone = "Content-Transfer-Encoding" in names
    intended = Intended(
        sender=letter.sender,
        recipient=letter.recipient,
        names=names,
        values=[(name, value) for name, value in headers if name in _EXACT],
        boundary=_boundary(letter.token),
        parts=[] if alone else [_part_head(kind).encode("ascii") for kind in kinds],
    )
    if found := problems(letter.content, intended):
        raise RenderError(f"the letter is not fit to be sent: {'; '.join(found)}")
