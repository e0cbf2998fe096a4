"""DKIM of our own (RFC 6376): did the domain of From sign what we are about to read?

For ``proof``; with ``dkimtags`` the only user of dkimpy, which does the arithmetic. Here stands
whose signature counts: d= is the domain of From or stands above it, for who rules ``acme.example``
rules what is below, never the other way round; the key has 1,024 bits or more (RFC 8301 3.2) and is
not for testing. One good signature is enough.

Its age is for ``stale`` to judge, and whether it was seen before for the ledger; so nothing here
asks what time it is, and dkimpy is kept from asking.

What can go wrong: ``OSError`` when a key could not be looked up, which says nothing about the mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import dkim
from dkim.util import parse_tag_value

from worker.intake.dkimtags import Tags, doubt_header, doubts, is_weak, read_moment, read_tags
from worker.intake.mailhead import Head

#: The TXT record of a name, or None when there is none. Raises ``OSError`` when nobody can say.
Txt = Callable[[str], str | None]

#: More than these is no honest mail, and each costs a question to the DNS.
MOST_SIGNATURES = 5
#: A decision arrives minutes after it was signed; an older one may be a copy of somebody's.
LONGEST_AGE = timedelta(hours=48)
#: A Date further off than this is no slip of a clock.
LONGEST_SKEW = timedelta(days=7)
#: Clocks differ, and mail that comes out of the future by less is honest.
SLOP = timedelta(hours=1)

_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_SELECTOR = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
#: dkimpy holds these against the worker's clock; here they are held against the mail's arrival.
_TIMES = frozenset({b"t", b"x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A good signature. ``marks`` are digests that no mail with other content may bear again.

    ``weak``: it leaves open for whom the mail was, or how its body is read.
    """

    marks: tuple[str, ...]
    signed_at: datetime
    dated: datetime
    expires_at: datetime | None = None
    weak: bool = False


def verify(raw: bytes, head: Head, domain: str, txt: Txt) -> Seal | str:
    """The first good signature of that domain, or why there is none, in plain words.

    Raises ``OSError``: one question without an answer is enough, the next would wait as long.
    """
    return doubt_header(head) or _first_good(raw, head, domain, txt)


def stale(seal: Seal, moment: datetime) -> str:
    """Why a good signature proved nothing at that moment; empty when it did."""
    if seal.expires_at is not None and moment > seal.expires_at:
        return f"the DKIM signature ran out on {seal.expires_at:%Y-%m-%d %H:%M} UTC"
    if seal.signed_at > moment + SLOP:
        return "the DKIM signature is dated in the future"
    if moment - seal.signed_at > LONGEST_AGE:
        hours = LONGEST_AGE // timedelta(hours=1)
        return f"the DKIM signature is older than {hours} hours; ask for the mail to be sent anew"
    if abs(moment - seal.dated) > LONGEST_SKEW:
        return f"the Date of the mail is more than {LONGEST_SKEW.days} days off"
    return ""


def _first_good(raw: bytes, head: Head, domain: str, txt: Txt) -> Seal | str:
    reasons = list[str]()
    for at, value in enumerate(head.every("dkim-signature")[:MOST_SIGNATURES]):
        found = _unaligned(value, domain) or _verified(raw, head, at, txt=txt)
        if isinstance(found, Seal):
            return found
        reasons.append(found)
    return "; ".join(dict.fromkeys(reasons)) or "the mail has no DKIM signature"


def _unaligned(value: str, domain: str) -> str:
    try:
        signer = read_tags(value).get("d", "").lower()
    except ValueError as why:
        return str(why)
    if domain == signer or domain.endswith(f".{signer}"):
        return ""
    return f"a DKIM signature is of {signer!a:.80}, but the From header says {domain}"


def _verified(raw: bytes, head: Head, at: int, *, txt: Txt) -> Seal | str:
    tags = read_tags(head.every("dkim-signature")[at])
    try:
        doubt = "; ".join(doubts(tags))
        if not doubt:
            key = _key(tags, txt)
            doubt = _doubt_signature(raw, at, key)
        return doubt or _seal(tags, head)
    except ValueError as why:
        return str(why)


def _key(tags: Tags, txt: Txt) -> str:
    """The record of the public key (RFC 6376 3.6.1). Raises ``ValueError``."""
    selector, signer = tags.get("s", "").lower(), tags["d"].lower()
    if not _SELECTOR.fullmatch(selector) or not _DOMAIN.fullmatch(signer):
        raise ValueError(f"the DKIM signature names no key: {selector!a:.80} of {signer!a:.80}")
    place = f"{selector}._domainkey.{signer}"
    record = txt(place)
    if not record:
        raise ValueError(f"there is no DKIM key at {place}")
    flags = read_tags(record)
    if not flags.get("p"):
        raise ValueError(f"the DKIM key at {place} is empty, as when it was withdrawn")
    if "y" in flags.get("t", "").split(":"):
        raise ValueError(f"the DKIM key at {place} is only for testing (t=y)")
    return record


def _doubt_signature(raw: bytes, at: int, key: str) -> str:
    try:
        good = _holds(raw, at, key)
    except dkim.KeyFormatError as why:
        return f"the DKIM key is not fit: {why}"
    except dkim.ValidationError as why:
        changed = "the body was changed on the way" if "body hash" in str(why) else str(why)
        return f"the DKIM signature does not hold: {changed:.200}"
    except Exception as why:  # noqa: BLE001 - dkimpy lets IndexError, AssertionError and more out on forged mails
        return f"the DKIM signature can't be checked ({type(why).__name__})"
    return "" if good else "the DKIM signature does not hold: the header was changed, or the key"


def _holds(raw: bytes, at: int, key: str) -> bool:
    """``dkim.DKIM.verify``, but for t= and x=, which it would hold against the clock of now."""
    message = dkim.DKIM(raw)  # type: ignore[no-untyped-call] # dkimpy has no annotations
    field = [each for each in message.headers if each[0].lower() == b"dkim-signature"][at]
    tags = parse_tag_value(field[1])  # type: ignore[no-untyped-call] # same
    timeless = {name: each for name, each in tags.items() if name not in _TIMES}
    dkim.validate_signature_fields(timeless)  # type: ignore[no-untyped-call] # same
    covered = [name.strip().lower() for name in tags[b"h"].split(b":")]
    return bool(message.verify_sig(tags, covered, field, lambda *_, **__: key.encode("utf-8")))  # type: ignore[no-untyped-call] # same


def _seal(tags: Tags, head: Head) -> Seal:
    dated = _date(head.first("date"))
    expires_at = read_moment(tags["x"]) if "x" in tags else None
    signed_at = read_moment(tags["t"]) if "t" in tags else dated
    if expires_at is not None and "t" in tags and expires_at < signed_at:
        raise ValueError("the DKIM signature ends before it begins (x= and t=)")
    return Seal(
        marks=(
            _digest("b", "".join(tags["b"].split())),
            _digest("id", tags["d"].lower(), head.first("message-id")),
        ),
        signed_at=signed_at,
        dated=dated,
        expires_at=expires_at,
        weak=is_weak(tags, head),
    )


def _date(value: str) -> datetime:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"the Date of the mail can't be read: {value!a:.80}") from None


def _digest(*parts: str) -> str:
    told = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(told).hexdigest()
