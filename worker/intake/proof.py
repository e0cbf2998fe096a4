"""Is the sender of a decision mail who it says it is? The only user of authres.

Pure: it reads the header of a raw mail, nothing else. The receiving mail server has judged SPF,
DKIM and DMARC and wrote what it found into Authentication-Results (RFC 8601); the rule here is
which of those fields to believe:

1. exactly one From with exactly one mailbox in plain ASCII;
2. only the topmost unbroken run of Authentication-Results, and only if no server of somebody
   else wrote a Received above it: everything further down came with the mail (RFC 8601 5);
3. in it, only fields with our own authserv-id, which the configuration pins (RFC 8601 7.1);
4. the topmost of that run is ours, and among ours is exactly one dmarc result, ``pass``, whose
   ``header.from`` is the domain of From.

Where no such server stands before the mailbox, ``dkimproof`` and ``internalproof`` are the other
ways. What can go wrong is a value, ``Unproved``, in plain words. Known limit: a server that writes
Authentication-Results but lets pass incoming fields with its own authserv-id can be fooled when
it writes no dmarc result of its own; RFC 8601 5 forbids that to it.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

import authres

from worker.address import domain_of
from worker.errors import BadSubmission
from worker.intake import internalproof
from worker.intake.dkimproof import Seal, Txt, verify
from worker.intake.mailhead import Head, read_head, read_sender

#: What the mailbox's own surroundings tell, or nobody.
_WEAK = frozenset({"internal", "none"})
#: authres is slow on long fields; honest ones have less than 3 kB.
_MAX_RESULTS = 10_000
#: Comments in comments; each level costs a pass over the field.
_MAX_NESTING = 4
_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;]+)", re.IGNORECASE)
_MENTION = re.compile(r"dmarc\s*(?:/\s*\d+\s*)?=\s*(\w*)", re.IGNORECASE)
#: Under a country these are shared by strangers: mx.co.uk is no neighbour of mail.co.uk.
_SHARED = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "nom", "or", "org"})
#: RFC 1918, RFC 4193, loopback and link-local. Not ``is_private``: that takes in more each year.
_PRIVATE = [
    ipaddress.ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
] + [ipaddress.ip_network(each) for each in ("::1/128", "fc00::/7", "fe80::/10")]


@dataclass(frozen=True, slots=True)
class Proved:
    """The address is the sender's; ``how`` is the method that proved it.

    A ``seal`` has still to be judged by its age (``dkimproof.stale``) and by the ledger.
    """

    address: str
    how: str
    seal: Seal | None = None

    @property
    def weak(self) -> bool:
        """Whether another than that sender may have got so far: then ask the sender."""
        return self.how in _WEAK or (self.seal is not None and self.seal.weak)


@dataclass(frozen=True, slots=True)
class Unproved:
    """The mail may be forged; ``reason`` says why in plain words.

    ``for_now``: nobody could say, and another look may tell.
    """

    reason: str
    for_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How a sender is proved: ``none`` where the mailbox itself is guarded, else by one of these.

    ``dmarc`` pins the ``authserv_id`` of our own server, ``internal`` knows our ``domains``, and
    ``dkim`` looks up keys by ``txt``. ``ValueError`` for a method without what it needs.
    """

    method: str
    authserv_id: str | None = None
    domains: frozenset[str] = frozenset()
    txt: Txt | None = None

    def __post_init__(self) -> None:
        needs = {
            "none": True,
            "dmarc": self.authserv_id,
            "internal": self.domains,
            "dkim": self.txt,
        }
        if not needs.get(self.method):
            raise ValueError(f"no proof by {self.method!r} with authserv_id {self.authserv_id!r}")


def prove(raw: bytes, means: Means) -> Proved | Unproved:
    """Judge the sender of a mail."""
    try:
        head = read_head(raw)
        sender = read_sender(head)
    except (BadSubmission, ValueError) as why:
        return Unproved(str(why))
    try:
        found = _judged(raw, head, domain_of(sender.address), means)
    except OSError as why:
        told = f"the DKIM key could not be looked up ({why}); see the DNS of this machine"
        return Unproved(told, for_now=True)
    if isinstance(found, Seal):
        return Proved(sender.address, means.method, found)
    return Unproved(found) if found else Proved(sender.address, means.method)


def _judged(raw: bytes, head: Head, domain: str, means: Means) -> Seal | str:
    """A seal, or the reason to doubt; empty when there is none. Raises ``OSError``."""
    match means:
        case Means(method="dmarc", authserv_id=str(ours)):
            return _doubt(head, domain, ours)
        case Means(method="internal", domains=domains):
            return internalproof.doubt(head, domain, domains)
        case Means(method="dkim", txt=txt, domains=domains) if txt is not None:
            # Strangers must not make us ask their DNS, which may take its time.
            known = not domains or domain in domains
            return verify(raw, head, domain, txt) if known else f"{domain} is no decider's domain"
        case Means(method="none"):
            return ""
        case _:  # ``Means`` refuses it, and what is not understood proves nothing
            return f"nothing is proved by {means.method!r}"


def _doubt(head: Head, domain: str, ours: str) -> str:
    block = _topmost_block(head, ours.lower())
    if not block:
        return f"no Authentication-Results of {ours} stands above what came with the mail"
    try:
        fields = [(value, _parsed(value)) for value in block]
    except ValueError as why:
        return str(why)
    if (topmost := fields[0][1].authserv_id) != ours.lower():
        return f"the topmost Authentication-Results is not of {ours}, but of {topmost!a:.80}"
    mine = [(text, each) for text, each in fields if each.authserv_id == ours.lower()]
    return _doubt_results([result for _, each in mine for result in each.results], domain) or (
        _doubt_mentions(" ".join(text for text, _ in mine))
    )


def _topmost_block(head: Head, ours: str) -> list[str]:
    block: list[str] = []
    for name, value in head.fields:
        if name == "authentication-results":
            block.append(value)
        elif block or (name == "received" and not _written_by_us(value, ours)):
            break
    return block


def _written_by_us(received: str, ours: str) -> bool:
    for _ in range(_MAX_NESTING):
        received = _COMMENT.sub(" ", received)
    by = _BY.search(received)
    if by is None or "(" in received:
        return False
    return _is_ours(by[1].strip("[]").rstrip(".").lower(), ours)


def _is_ours(host: str, ours: str) -> bool:
    parent = ours.partition(".")[2]
    second, _, top = parent.partition(".")
    shared = not top or (second in _SHARED and len(top) == 2)  # noqa: PLR2004 - a country's top-level domain has two letters
    homes = {ours} if shared else {ours, parent}
    return (
        host == "localhost"
        or _is_private(host.removeprefix("ipv6:"))
        or any(host == home or host.endswith(f".{home}") for home in homes)
    )


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # Google's own hops read "by 2002:a05:...", which is 6to4 (RFC 3056) for 10.5.0.0/16.
    inner = address.sixtofour if isinstance(address, ipaddress.IPv6Address) else None
    return any((inner or address) in network for network in _PRIVATE)


def _parsed(value: str) -> Any:
    if len(value) > _MAX_RESULTS:
        raise ValueError(f"an Authentication-Results is longer than {_MAX_RESULTS} characters")
    try:
        return authres.all_features().parse_value(value)  # type: ignore[no-untyped-call] # authres has no annotations
    except Exception:  # noqa: BLE001 - authres raises its own errors, and RecursionError or AttributeError on forged fields
        raise ValueError("an Authentication-Results on top can't be read by its grammar") from None


def _doubt_results(results: list[Any], domain: str) -> str:
    judged = [each for each in results if each.method == "dmarc"]
    if len(judged) != 1:
        return f"the mail server gave {len(judged) or 'no'} dmarc results; it must give one"
    if judged[0].result != "pass":
        return f"dmarc is {judged[0].result!a:.40} for {domain}"
    aligned = [p.value for p in judged[0].properties if (p.type, p.name) == ("header", "from")]
    if len(aligned) != 1 or str(aligned[0]).lower() != domain:
        told = ", ".join(map(str, aligned)) or "no domain"
        return f"dmarc passed for {told!a:.80}, but the From header says {domain}"
    return ""


def _doubt_mentions(text: str) -> str:
    """The reason to doubt, if any mention of dmarc says something else than pass.

    Text of the sender (HELO, MAIL FROM) can open a comment or a quote that hides the real result
    behind an invented one; so every mention, wherever it stands, must agree.
    """
    if all(result.lower() == "pass" for result in _MENTION.findall(text)):
        return ""
    return "the Authentication-Results speak of dmarc twice and do not agree"
