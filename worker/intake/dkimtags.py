"""What a DKIM signature says of itself (RFC 6376 3.5), and whether that covers what we read.

For ``dkimproof``. The rules are stricter than the RFC's, because here a signature is an order to
write to somebody:

1. From, Subject, Date and Message-ID are signed and there once, so that nobody can put another one
   on top;
2. the whole body is signed: with l= anybody may append, and dkimpy would let it pass;
3. rsa-sha256, the one algorithm that everybody signs with (RFC 8301).

What big providers leave unsigned makes a signature weak, not worthless: To (then it may be a copy
of what was written to somebody else), and what says how the body is read (then a part of it that
the signer only quoted may stand on top).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from dkim.util import InvalidTagValueList, parse_tag_value

from worker.intake.mailhead import Head

Tags = Mapping[str, str]

_ALWAYS = ("from", "subject", "date", "message-id")
_ONCE = (*_ALWAYS, "to")
#: What changes how the body is read, or to what the mail is an answer.
_IF_THERE = ("content-type", "content-transfer-encoding", "in-reply-to", "references")
#: As text stands without any such header (RFC 2045 5.2, 6.1): saying so unsigned changes nothing.
_AS_IT_STANDS = {
    "content-type": re.compile(
        r"""text/plain(\s*;\s*charset="?(us-ascii|utf-8)"?)?\s*""", re.IGNORECASE
    ),
    "content-transfer-encoding": re.compile(r"7bit|8bit", re.IGNORECASE),
}
_LONGEST = 4_000
_SECONDS = re.compile(r"[0-9]{1,10}")


def read_tags(value: str) -> Tags:
    """The tags of a signature or of a key (RFC 6376 3.2). Raises ``ValueError``."""
    if len(value) > _LONGEST:
        raise ValueError("a DKIM signature or key is longer than any honest one")
    try:
        parsed = parse_tag_value(value.encode("utf-8", "surrogateescape"))  # type: ignore[no-untyped-call] # dkimpy has no annotations
        return {name.decode("ascii"): each.decode("ascii") for name, each in parsed.items()}
    except (InvalidTagValueList, ValueError):
        raise ValueError("a DKIM signature or key can't be read by its grammar") from None


def doubt_header(head: Head) -> str:
    """Why no signature could prove this header; empty when one could."""
    for name in _ONCE:
        count = len(head.every(name))
        if count != 1:
            return f"the mail has {count or 'no'} {name} headers; a signed one must have one"
    for name in _IF_THERE:
        if len(head.every(name)) > 1:
            return f"the mail has more than one {name} header"
    return ""


def doubts(tags: Tags) -> Iterator[str]:
    """Why a signature proves nothing."""
    if tags.get("a") != "rsa-sha256":
        yield f"the DKIM signature is {tags.get('a', '')!a:.40}; only rsa-sha256 counts"
    if "l" in tags:
        yield "the DKIM signature leaves the end of the body open (l=)"
    for name in _ALWAYS:
        if name not in _signed(tags):
            yield f"the DKIM signature does not cover {name}"


def is_weak(tags: Tags, head: Head) -> bool:
    """Whether a good signature leaves open for whom the mail was, or how its body is read."""
    signed = _signed(tags)
    return "to" not in signed or any(
        head.first(name) and name not in signed and not _stands(name, head.first(name))
        for name in _IF_THERE
    )


def _signed(tags: Tags) -> set[str]:
    return {name.strip().lower() for name in tags.get("h", "").split(":")}


def _stands(name: str, value: str) -> bool:
    plain = _AS_IT_STANDS.get(name)
    return plain is not None and plain.fullmatch(value) is not None


def read_moment(seconds: str) -> datetime:
    """The moment of t= or x=. Raises ``ValueError``."""
    if not _SECONDS.fullmatch(seconds):
        raise ValueError(f"the DKIM signature has a time that can't be read: {seconds!a:.40}")
    return datetime.fromtimestamp(int(seconds), UTC)
