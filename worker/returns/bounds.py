"""A raw mail cut to a size that can be searched, parsed, and its parts told one by one.

For its siblings. A report says what it has to say in its first parts, so what lies beyond the
bounds is left out instead of refusing the whole. The legacy policy of the standard library is
used on purpose: it leaves header values alone, where the modern one parses them at a cost that
grows with their square.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

#: Octets of a mail that are looked at; reports with their headers have some 10 kB.
MOST = 256 * 1024
#: RFC 5322 2.1.1: no line is longer.
LONGEST_LINE = 998
DEPTH, PARTS = 10, 50
_MOST_TEXT = 64 * 1024


def parsed(raw: bytes, *, most: int = MOST, longest: int = LONGEST_LINE) -> Message:
    """The mail as far as the bounds go: the first octets, and the first of each line."""
    lines = raw[:most].split(b"\n")
    return message_from_bytes(b"\n".join(line[:longest] for line in lines))


def leaves(mail: Message) -> list[Message]:
    """The parts that hold something, from the top down; a mail inside is one of them, closed."""
    return list(_leaves(mail, 0))[:PARTS]


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    inside = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(inside, list):
        yield part
    elif depth < DEPTH:
        for each in inside[:PARTS]:
            if isinstance(each, Message):
                yield from _leaves(each, depth + 1)


def field(part: Message, name: str) -> str:
    """A header field as one short line, "" when there is none."""
    value = " ".join(str(part.get(name, ""))[:LONGEST_LINE].split())
    return value.encode("utf-8", "replace").decode("utf-8")


def text(part: Message) -> str:
    """The text of a part, its transfer encoding undone; what is not ASCII may come out as U+FFFD.

    All that is looked for in it (codes, tokens, addresses) is ASCII.
    """
    octets = part.get_payload(decode=True)
    return octets[:_MOST_TEXT].decode("ascii", "replace") if isinstance(octets, bytes) else ""
