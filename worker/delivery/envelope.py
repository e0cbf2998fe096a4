"""The envelope of a letter, as the server at hand offers to take it.

Pure, for ``smtp``. Where DSN is offered (RFC 3461), failures and delays are asked for, with the
token as envelope id and the headers alone returned: so a bounce names the letter however badly it
quotes it. Where SIZE is offered (RFC 1870), the size is told beforehand, and a letter that is too
large is refused here instead of after all of it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from worker.delivery.taxonomy import Stage
from worker.letter import Letter
from worker.result import Refused


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server said after EHLO; ``most`` octets are taken, 0 is no limit that it tells."""

    dsn: bool = False
    size: bool = False
    most: int = 0


def offered(extensions: Mapping[str, str]) -> Offer:
    """From the extensions by their names in lower case; what is malformed is not offered."""
    told = extensions.get("size", "").split()
    most = told[0] if told and told[0].isascii() and told[0].isdigit() else "0"
    return Offer("dsn" in extensions, "size" in extensions, int(most[:15]))


def envelope(letter: Letter, offer: Offer, return_path: str | None) -> Iterator[tuple[Stage, str]]:
    """The commands up to DATA. Bounces go to ``return_path``, else to who the letter is from."""
    mail = f"MAIL FROM:<{return_path or letter.sender}>"
    rcpt = f"RCPT TO:<{letter.recipient}>"
    if offer.size:
        mail += f" SIZE={len(letter.content)}"
    if offer.dsn:
        mail += f" RET=HDRS ENVID={xtext(letter.token)}"
        rcpt += f" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{xtext(letter.recipient)}"
    yield Stage.MAIL, mail
    yield Stage.RCPT, rcpt
    yield Stage.DATA, "DATA"


def too_large(letter: Letter, offer: Offer) -> Refused | None:
    """The refusal that the server would give; it is about this letter, and no server is asked."""
    size = len(letter.content)
    if not 0 < offer.most < size:
        return None
    return Refused(
        f"{Stage.MAIL}: not tried, for the letter has {size:,} octets and the server takes"
        f" {offer.most:,} (RFC 1870); make its template shorter"
    )


def xtext(value: str) -> str:
    """As RFC 3461 4 writes parameters: printable ASCII, with + and = and all else as +XX."""
    octets = value.encode("utf-8")
    return "".join(
        chr(each) if 0x21 <= each <= 0x7E and each not in b"+=" else f"+{each:02X}"  # noqa: PLR2004 - "!" to "~"
        for each in octets
    )
