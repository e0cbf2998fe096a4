"""Frames on the line between the jail and its child: one octet that says what, a length, octets.

For ``jail`` and ``jailed``. What can go wrong: ``EOFError`` when the other side is gone in the
middle, ``TimeoutError`` when it is not heard of by the deadline, ``ValueError`` for a frame that
nobody would send.
"""

from __future__ import annotations

import socket
import struct
import time

#: Requests: a raw mail, a spreadsheet, more rows of it. Answers: the value, or why there is none.
MAIL, SHEET, MORE = b"m", b"s", b"r"
SETUP, READY = b"u", b"y"
VALUE, BAD, NO_MEMORY = b"v", b"b", b"o"

#: A mail of 75 MB, its attachment in base64, and room to spare.
LONGEST = 256_000_000
_HEAD = struct.Struct(">cI")
_CHUNK = 1 << 18


def send(line: socket.socket, kind: bytes, octets: bytes = b"") -> None:
    """Send a frame, within the timeout of the socket."""
    line.sendall(_HEAD.pack(kind, len(octets)))
    line.sendall(octets)


def receive(line: socket.socket, deadline: float | None = None) -> tuple[bytes, bytes]:
    """The next frame; ``deadline`` is a moment of ``time.monotonic``."""
    kind, length = _HEAD.unpack(_exactly(line, _HEAD.size, deadline))
    if length > LONGEST:
        raise ValueError(f"a frame of {length} octets")
    return kind, _exactly(line, length, deadline)


def _exactly(line: socket.socket, length: int, deadline: float | None) -> bytes:
    got = bytearray()
    while len(got) < length:
        if deadline is not None:
            line.settimeout(max(deadline - time.monotonic(), 0.001))
        chunk = line.recv(min(length - len(got), _CHUNK))
        if not chunk:
            raise EOFError
        got += chunk
    return bytes(got)
