"""The parts of a mail (MIME, RFC 2045 and 2046): its text body and its spreadsheets.

For ``mailform``. The structure is counted before anything in it is believed. A mail inside the
mail (``message/rfc822``) is never opened: whoever forwards a mail does not say what is in it.
The legacy policy of the standard library is used on purpose: it leaves header values alone,
where the modern one parses them with quadratic cost. What can go wrong: ``BadSubmission`` for a
mail beyond the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import PurePath

from worker.errors import BadSubmission
from worker.intake.mailhead import MAX_HEAD

#: Octets of one mail. Mail servers stop at about half of it.
MAX_MAIL = 75_000_000
MAX_DEPTH = 20
MAX_PARTS = 100
_MAX_NAME = 500
#: Encodings of Python that are no charset of mail, and slow or worse on forged octets; the
#: standard library would use them even to undo a transfer encoding.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})

_SHEET_NAMES = frozenset({".csv", ".tsv", ".xlsx"})
_SHEET_TYPES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
#: Spreadsheets that people have and that are not read here.
_OTHER_SHEETS = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".numbers"})
#: Exchange turns text below an attachment into a file of its own.
_EXCHANGE_REST = re.compile(r"ATT\d+\.txt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; ``name`` has no folder in it."""

    name: str
    content: bytes


def open_mail(raw: bytes) -> Message:
    """The parsed mail, within the limits. Raises ``BadSubmission`` when it is beyond them."""
    if len(raw) > MAX_MAIL:
        raise BadSubmission(f"the mail has {len(raw)} bytes; at most {MAX_MAIL} are read")
    mail = message_from_bytes(raw)
    for count, (part, depth) in enumerate(_walk(mail, 0), start=1):
        if count > MAX_PARTS or depth > MAX_DEPTH:
            raise BadSubmission(
                f"the mail has more than {MAX_PARTS} parts, or parts nested deeper than {MAX_DEPTH}"
            )
        if (part.get_content_charset() or "").replace("-", "_") in _NO_CHARSETS:
            raise BadSubmission("a part of the mail names a charset that is none; send it as UTF-8")
        if sum(len(name) + len(str(value)) for name, value in part.raw_items()) > MAX_HEAD:
            raise BadSubmission(f"a part of the mail has a header larger than {MAX_HEAD} bytes")
    return mail


def _walk(part: Message, depth: int) -> Iterator[tuple[Message, int]]:
    yield part, depth
    if depth <= MAX_DEPTH:
        for child in _children(part):
            yield from _walk(child, depth + 1)


def _children(part: Message) -> list[Message]:
    inside = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(inside, list):
        return []
    return [each for each in inside if isinstance(each, Message)]


def leaves(mail: Message) -> list[Message]:
    """Every part that holds content, from the top down."""
    return [part for part, _ in _walk(mail, 0) if part.get_content_maintype() != "multipart"]


def find_body(part: Message) -> Message | None:
    """The text that a person wrote: plain if there is any, else HTML, else None."""
    if part.get_content_type() == "multipart/alternative":
        choices = [body for child in _children(part) if (body := find_body(child))]
        # Some phones send an empty plain text beside the HTML.
        plain = [each for each in choices if each.get_content_type() == "text/plain"]
        return next((each for each in plain if content(each).strip()), None) or next(
            (each for each in choices if each not in plain), None
        )
    if part.get_content_maintype() == "multipart":
        return next((body for child in _children(part) if (body := find_body(child))), None)
    written = part.get_content_type() in {"text/plain", "text/html"}
    return part if written and not _is_file(part) else None


def find_sheets(mail: Message) -> list[Attachment]:
    """The attached spreadsheets that can be read."""
    return [Attachment(name, content(part)) for part in leaves(mail) if (name := _sheet_name(part))]


def find_other_sheets(mail: Message) -> list[str]:
    """The names of attached spreadsheets in a format that is not read."""
    names = [_name(part) for part in leaves(mail)]
    return [name for name in names if PurePath(name).suffix.lower() in _OTHER_SHEETS]


def content(part: Message) -> bytes:
    """The octets of a part, after its transfer encoding."""
    octets = part.get_payload(decode=True)
    return octets if isinstance(octets, bytes) else b""


def _sheet_name(part: Message) -> str | None:
    name, kind = _name(part), part.get_content_type()
    suffix = PurePath(name).suffix.lower()
    attached = part.get_content_disposition() == "attachment"
    if suffix in _SHEET_NAMES:
        return name
    if suffix == ".txt" and not _EXCHANGE_REST.fullmatch(name):
        return name if attached or kind == "text/csv" else None
    # Some systems attach a table without a name, or with one that has no ending.
    return (
        (name or "attachment") + _SHEET_TYPES[kind] if kind in _SHEET_TYPES and not suffix else None
    )


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _name(part: Message) -> str:
    """The file name without a folder (RFC 2183 2.3), whichever way it was encoded."""
    given = (part.get_filename() or "")[:_MAX_NAME]
    return PurePath(decoded(given).replace("\\", "/")).name


def decoded(value: str) -> str:
    """Header text with its encoded words (RFC 2047) turned into characters."""
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value.encode("utf-8", "replace").decode()
