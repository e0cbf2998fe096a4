"""What the receiving side of a scenario keeps: one ``Copy`` for each message, from any server.

Where a server took a letter and said so to nobody, it counts as kept: the worker has to live with
the worst that can be true.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

#: How smtp-sink(1) and a Maildir of Postfix note the envelope above a message.
_RECIPIENT = re.compile(rb"^(?:X-Rcpt-Args: <|Delivered-To: <?)([^>\r\n]+)", re.MULTILINE)


class Copy(NamedTuple):
    """One message that the receiving side keeps; ``digest`` is of its bytes as sealed."""

    recipient: str
    token: str
    message_id: str
    digest: str


def copy_of(recipient: str, content: bytes) -> Copy:
    """What a server got over the wire."""
    head = content.partition(b"\r\n\r\n")[0]
    return Copy(recipient, _field(head, b"X-Followup-Id"), _field(head, b"Message-ID"),
                digest_of(content))  # fmt: skip


def _field(head: bytes, name: bytes) -> str:
    found = re.search(rb"^%s: *(\S+)" % name, head, re.MULTILINE)
    return found[1].decode() if found else ""


def digest_of(content: bytes) -> str:
    """Of the message alone: without line ends' form, and without what servers write above it."""
    plain = content.replace(b"\r\n", b"\n").strip()
    return hashlib.sha256(plain[plain.find(b"From: ") :]).hexdigest()


def dumped(letters: Iterable[bytes]) -> list[Copy]:
    """What smtp-sink or a Maildir keeps, each with its envelope above it."""
    found = []
    for each in letters:
        recipient = _RECIPIENT.search(each)
        assert recipient is not None, each[:300]
        found.append(copy_of(recipient[1].decode(), each.replace(b"\r\n", b"\n")
                             .replace(b"\n", b"\r\n")))  # fmt: skip
    return found


def received(taken: Iterable[tuple[str, bytes]]) -> list[Copy]:
    """What a scripted server or the catcher keeps."""
    return [copy_of(recipient, content) for recipient, content in taken]
