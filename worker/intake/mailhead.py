"""The header section of a raw mail (RFC 5322), read with no trust at all.

For ``mailform`` and ``proof``, which must see the same fields: two readers that split a header
differently are how a forged From gets past a check. So everything that can be read in two ways
(a bare CR, a line that is no field, two From) is refused, and nothing here goes through the
header parser of the standard library, except one From of bounded length. What can go wrong:
``BadSubmission`` for the header as a whole, ``ValueError`` for its From.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import AddressHeader
from email.policy import default as modern

from worker.errors import BadSubmission

#: Larger header sections only make readers slow; the largest honest ones have some 30 kB.
MAX_HEAD = 65_536
#: A From of nested comments makes the standard library recurse; honest ones are short.
_MAX_FROM = 1_000
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
# RFC 5322 2.2: printable ASCII except the colon; 3.6.8 and 4.5 allow white space before it.
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)\Z", re.DOTALL)
# RFC 5322 3.4.1, without quoted local parts, literals and anything beyond ASCII.
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The fields from the top down: names in lower case, values unfolded and stripped."""

    fields: tuple[tuple[str, str], ...]

    def every(self, name: str) -> list[str]:
        """The values of all fields of that name."""
        return [value for each, value in self.fields if each == name]

    def first(self, name: str) -> str:
        """The value of the topmost field of that name, or an empty text."""
        return next(iter(self.every(name)), "")


@dataclass(frozen=True, slots=True)
class Sender:
    """The one mailbox of the one From; the domain of ``address`` is in lower case."""

    name: str
    address: str


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The header section and the body, parted at the first empty line."""
    gap = _BLANK_LINE.search(raw)
    return (raw[: gap.start()], raw[gap.end() :]) if gap else (raw, b"")


def read_fields(head: bytes) -> list[tuple[str, str]]:
    """All fields of a header section; a line that is no field has an empty name."""
    unfolded = re.sub(rb"\r?\n(?=[ \t])", b"", head)
    lines = (line.removesuffix(b"\r") for line in unfolded.split(b"\n"))
    return [_field(line) for line in lines if line]


def _field(line: bytes) -> tuple[str, str]:
    found = _FIELD.match(line)
    if found is None or b"\r" in line or b"\0" in line:
        return "", _text(line)
    return found[1].decode("ascii").lower(), _text(found[2]).strip()


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "surrogateescape")


def read_head(raw: bytes) -> Head:
    """The checked header. Raises ``BadSubmission`` when it is too large or malformed."""
    head, _ = split(raw[: MAX_HEAD + 2])
    if len(head) > MAX_HEAD:
        raise BadSubmission(f"the header of the mail is larger than {MAX_HEAD} bytes")
    fields = read_fields(head)
    broken = [value for name, value in fields if not name]
    if broken:
        raise BadSubmission(f"a line in the header of the mail is no field: {broken[0]!a:.60}")
    return Head(tuple(fields))


def read_sender(head: Head) -> Sender:
    """Who the mail says it is from. Raises ``ValueError`` unless that is exactly one mailbox."""
    values = head.every("from")
    if len(values) != 1:
        raise ValueError(f"the mail has {len(values) or 'no'} From headers; it must have one")
    if len(values[0]) > _MAX_FROM:
        raise ValueError(f"the From header is longer than {_MAX_FROM} characters")
    sender = _only_mailbox(_parsed(values[0]))
    _check_address(sender.address, values[0])
    local, _, domain = sender.address.rpartition("@")
    return Sender(sender.name, f"{local}@{domain.lower()}")


def _parsed(value: str) -> AddressHeader:
    try:
        parsed = modern.header_factory("From", value)
    except Exception as why:  # noqa: BLE001 - the parser of the standard library raises anything on forged headers, RecursionError and IndexError among it
        raise ValueError(f"the From header can't be read ({type(why).__name__})") from None
    if not isinstance(parsed, AddressHeader):
        raise TypeError(f"From was read as {type(parsed).__name__}")
    return parsed


def _only_mailbox(parsed: AddressHeader) -> Sender:
    if any(group.display_name is not None for group in parsed.groups):
        raise ValueError("the From header names a group; it must name one mailbox")
    if len(parsed.addresses) != 1:
        count = len(parsed.addresses) or "no"
        raise ValueError(f"the From header holds {count} mailboxes; it must hold one")
    only = parsed.addresses[0]
    return Sender(only.display_name, only.addr_spec)


def _check_address(address: str, value: str) -> None:
    if not address.isascii():
        raise ValueError("the From address has letters beyond plain ASCII")
    bare = value.strip()
    # The second reading: what any simpler parser would take from the end of the header.
    if not _ADDRESS.fullmatch(address) or not (bare == address or bare.endswith(f"<{address}>")):
        raise ValueError("the From header can be read in more than one way")
