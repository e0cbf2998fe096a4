"""A finished message read back from its bytes: what would a server and a mail program see?

Pure, and on purpose another reader than the writer in ``letter``: lines are split by hand and the
header is read by the standard library as well, so that a message which two programs would read in
two ways is a problem here. Nothing is mended; ``problems`` tells what is not as intended.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

#: RFC 5322 2.1.1: a line must not be longer, without its CRLF.
LONGEST_LINE = 998

# RFC 5322 2.2: a field name, the colon, and something; 2.2.3: a folded line begins with white
# space and holds more than that, or an old reader takes it for the end of the header.
_FIELD = re.compile(rb"([!-9;-~]+): \S.*|([!-9;-~]+): ?")
_FOLDED = re.compile(rb"[ \t]+\S.*")
_ENVELOPE = re.compile(r"[!-;=?-~]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """What the message must turn out to be, in the words of the one who wrote it.

    ``names`` are all header names in their order; ``values`` those of which the value is known
    to the letter; ``parts`` the head of each MIME part, none for a message of one part.
    """

    sender: str
    recipient: str
    names: Sequence[str]
    values: Sequence[tuple[str, str]]
    boundary: str
    parts: Sequence[bytes]


def problems(content: bytes, intended: Intended) -> list[str]:
    """All that is not exactly as intended, as sentences; empty when the bytes may be sealed."""
    head, gap, body = content.partition(b"\r\n\r\n")
    found = [*_in_lines(content), *_in_fields(head.split(b"\r\n"), intended)]
    if not gap:
        found.append("no empty line ends the header")
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head)
    return [*found, *_in_header(parsed, intended), *_in_body(body, intended)]


def _in_lines(content: bytes) -> Iterator[str]:
    bare = content.replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare:
        yield "a bare CR or LF in the message"
    if not content.endswith(b"\r\n"):
        yield "the message does not end with a line end"
    if not content.isascii():
        yield "a byte beyond ASCII in the message"
    if b"\0" in content:
        yield "a NUL in the message"
    if any(len(line) > LONGEST_LINE for line in content.split(b"\r\n")):
        yield f"a line longer than {LONGEST_LINE} octets"


def _in_fields(lines: Sequence[bytes], intended: Intended) -> Iterator[str]:
    names = []
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is not None:
            names.append((field[1] or field[2]).decode("ascii"))
        elif not names or _FOLDED.fullmatch(line) is None:
            yield f"a line of the header is no field: {line[:40]!r}"
    if names != list(intended.names):
        yield f"the headers are {names}, wanted {list(intended.names)}"


def _in_header(parsed: Message, intended: Intended) -> Iterator[str]:
    if parsed.keys() != list(intended.names):
        yield f"read by a program, the headers are {parsed.keys()}, wanted {list(intended.names)}"
    for name, address in (("To", intended.recipient), ("From", intended.sender)):
        if _ENVELOPE.fullmatch(address) is None:
            yield f"the address of the envelope, {address!r}, is not one bare address"
        if [each for _, each in getaddresses(parsed.get_all(name, []))] != [address]:
            yield f"{name} does not hold exactly the one address of the envelope"
    for name, value in intended.values:
        if parsed.get_all(name, []) != [value]:
            yield f"{name} is not what the letter was sealed with"


def _in_body(body: bytes, intended: Intended) -> Iterator[str]:
    if not intended.parts:
        return
    mark = b"--" + intended.boundary.encode("ascii")
    before, *parts = (b"\r\n" + body).split(b"\r\n" + mark)
    if before or not parts or parts.pop() != b"--\r\n":
        yield "the body does not begin and end with its boundary"
    heads = [part.partition(b"\r\n\r\n")[0].removeprefix(b"\r\n") for part in parts]
    if heads != list(intended.parts):
        yield f"the body has the parts {heads}, wanted {list(intended.parts)}"
