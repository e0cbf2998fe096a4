"""Which of our letters a mail names: by ``X-Followup-Id``, Message-ID or envelope id.

For ``reader``. Each of the three holds the token of an entry, 80 random bits that only who has the
letter can know. So they are found where a letter's header is repeated: as a mail inside, as
``text/rfc822-headers``, or in plain text; and in what the outer mail answers (RFC 5322 3.6.4). A
token in prose does not count: receipts and notices tell people tokens there, and what they
forward is quoted back to us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from worker.returns.bounds import field, leaves, text

#: As the composition root makes them.
_TOKEN = re.compile(r"[0-9a-f]{20}", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([0-9a-f]{20})@[^<>\s@]{1,255}>", re.IGNORECASE)
#: A line of a header, perhaps quoted; a long value may stand on the next line.
_IN_TEXT = re.compile(
    r"^[>| \t]{0,20}(?:X-Followup-Id:\s{0,5}([0-9a-f]{20})\b"
    r"|Message-ID:\s{0,5}<([0-9a-f]{20})@)",
    re.IGNORECASE | re.MULTILINE,
)

#: More than one is a puzzle already.
_MOST = 10


def tokens(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order they were found."""
    return tuple(dict.fromkeys(each.lower() for each in found))[:_MOST]


def answered(mail: Message, *, whole_thread: bool) -> Iterator[str]:
    """The tokens of the mail that this one answers; with ``whole_thread`` of those before it."""
    for name in ("in-reply-to", "references") if whole_thread else ("in-reply-to",):
        yield from _MESSAGE_ID.findall(field(mail, name))


def repeated(mail: Message) -> Iterator[str]:
    """The tokens in the headers that a mail repeats."""
    for part in leaves(mail):
        if part.get_content_maintype() == "message":
            yield from _of_a_mail_inside(part)
        elif part.get_content_maintype() == "text":
            yield from (one or other for one, other in _IN_TEXT.findall(text(part)))


def _of_a_mail_inside(part: Message) -> Iterator[str]:
    inside = part.get_payload()
    if part.get_content_type().endswith("delivery-status") or not isinstance(inside, list):
        return
    for each in inside[:1]:
        if isinstance(each, Message):
            yield from as_token(field(each, "x-followup-id"))
            yield from _MESSAGE_ID.findall(field(each, "message-id"))


def as_token(value: str) -> list[str]:
    """The value alone, when it is a token: as of an envelope id (RFC 3464 2.2.1)."""
    return [value] if _TOKEN.fullmatch(value) else []
