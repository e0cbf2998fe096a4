"""Status codes (RFC 3463) as they stand in the fields and sentences of reports. Pure."""

from __future__ import annotations

import re

#: Not the beginning of an IP address, and not within a number.
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
#: A server's answer in running text: its basic code, most often with an enhanced one.
ANSWER = re.compile(r"(?<![\d.-])([45]\d\d)[ -]#?(?:[45]\.\d{1,3}\.\d{1,3}\b|(?=\S))|\(#[45]\.\d")


def code_in(text: str) -> str:
    """The first status code in a text, or ""."""
    found = _CODE.search(text)
    return found[1] if found else ""


def precise(status: str, diagnostic: str) -> str:
    """The code that says more: many servers put x.y.0 where the answer they got names a cause."""
    told = code_in(diagnostic)
    vague = not status or status.endswith(".0")
    return told if vague and told and told[0] == (status or told)[0] else status
