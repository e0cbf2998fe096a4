"""The lines of a mail's text body, as far as they are read: above history and signature.

For ``mailform``. A decision stands at the top; everything below the first quoted line, forward
mark or signature was written earlier or by somebody else, and must never act. Nothing can go
wrong: octets that are no text become U+FFFD, which no key and no value may hold.
"""

from __future__ import annotations

import re
from email.message import Message

from worker.intake.mailhtml import PARAGRAPH, read_html
from worker.intake.mailparts import content

__all__ = ["PARAGRAPH", "above_history", "read_lines"]

#: Octets of text that are looked at. Keys stand at the top, and html.parser is quadratic on
#: malformed input (CVE-2025-6069).
_MAX_TEXT = 200_000
#: What mail programs call these two, everybody reads as their superset (WHATWG Encoding 4.2).
_SUPERSETS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "gb2312": "gb18030"}

#: Soft hyphen, zero-width characters, byte-order mark, and marks of writing direction: they come
#: along when an address is copied, and nobody sees them.
_UNSEEN = [0xAD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F)]
_SPACES = [0xA0, 0x2007, 0x202F, 0x3000]
_CLEAN = dict.fromkeys([*_UNSEEN, *range(0x2066, 0x206A)]) | dict.fromkeys(_SPACES, " ")

#: Longer lines are text; the patterns below are made for short ones.
_MAX_MARK = 600
_RULE = re.compile(r"\s*(?:-{2,}|_{5,}|={5,}|-{4,}\s*\S.*-{2,})\s*")
_FORWARD = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten|d[ée]but du message"
    r"|inicio del mensaje|sent from my |get outlook for|von meinem .* gesendet|gesendet von "
    r"|envoy[ée] de(?:puis)? mon |enviado desde mi )",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:\s*(?:on|am|le|el|il|op|em|den)\b.{3,300}|[^:<]{0,200}<\S+@\S+>.{0,100})"
    r"\b(?:wrote|schrieb|a [ée]crit|escribi[óo]|ha scritto|schreef|escreveu)\b.{0,200}:\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\W*(?:from|von|de|da|van)\W*?:", re.IGNORECASE)
_TO = re.compile(
    r"\W*(?:sent|gesendet|date|datum|envoy[ée]|enviado(?: el)?|fecha|to|an|[àa]|para|subject"
    r"|betreff|objet|asunto)\W*?:",
    re.IGNORECASE,
)


def read_lines(part: Message) -> list[str]:
    """The lines of a text part as a person sees them, HTML and format=flowed resolved."""
    text = _decoded(part).replace(PARAGRAPH, "\n")
    if part.get_content_type() == "text/html":
        lines = read_html(text)
    else:
        lines = re.split(r"\r\n|\r|\n", text)
        if str(part.get_param("format")).lower() == "flowed":
            lines = _unflowed(lines, delsp=str(part.get_param("delsp")).lower() == "yes")
    return [line if line == PARAGRAPH else line.translate(_CLEAN).rstrip() for line in lines]


def above_history(lines: list[str]) -> list[str]:
    """The lines above the first quoted line, signature, forward mark or header of older mail."""
    for at, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            return lines[:at]
        if len(line) <= _MAX_MARK and _is_mark(line, lines[at : at + 8]):
            return lines[:at]
    return lines


def _is_mark(line: str, window: list[str]) -> bool:
    return bool(_RULE.fullmatch(line) or _FORWARD.match(line)) or (
        _starts_quotation(window[:3]) or _starts_header(window)
    )


def _starts_quotation(window: list[str]) -> bool:
    """``On ... wrote:``, which mail programs wrap over up to three lines."""
    joined = (" ".join(window[:size]) for size in (1, 2, 3))
    return any(len(each) <= _MAX_MARK and _WROTE.fullmatch(each) for each in joined)


def _starts_header(window: list[str]) -> bool:
    """The header of older mail as Outlook writes it: From, then two of Sent, To and Subject."""
    below = [line for line in window[1:] if line.strip()][:4]
    return bool(_FROM.match(window[0])) and sum(bool(_TO.match(line)) for line in below) > 1


def _decoded(part: Message) -> str:
    octets = content(part)[:_MAX_TEXT]
    charset = (part.get_content_charset() or "utf-8").lower()
    charset = _SUPERSETS.get(charset, "utf-8" if charset == "us-ascii" else charset)
    try:
        return octets.decode(charset, "replace")
    except (LookupError, ValueError):  # an unknown name, or one with a NUL in it
        return octets.decode("ascii", "replace")


def _unflowed(lines: list[str], *, delsp: bool) -> list[str]:
    """Lines of format=flowed joined again (RFC 3676 4): a space at the end continues a line."""
    whole: list[str] = []
    flows, depth = False, 0
    for line in lines:
        text = line.lstrip(">")
        quoted, text = len(line) - len(text), text.removeprefix(" ")
        flows = flows and quoted == depth and text != "-- "
        whole.append((whole.pop() if flows else ">" * quoted) + text)
        flows, depth = text.endswith(" ") and text != "-- ", quoted
        if flows and delsp:
            whole[-1] = whole[-1][:-1]
    return whole
