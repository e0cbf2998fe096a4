"""In which encoding a text file is written: told by its mark or proved, never guessed.

For ``delimited`` only. A byte-order mark decides (RFC 3629 6, RFC 2781 3.2); without one the
whole file must be UTF-8; else the configured legacy encoding is used, with a warning, because
nearly any bytes are valid there and a wrong one changes people's names. What can go wrong:
``BadSubmission`` for a file that is no text, or valid in neither encoding.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from worker.errors import BadSubmission

#: Opens the same bytes again, from the start.
Source = Callable[[], BinaryIO]

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: What other files begin with that people rename to .csv: ZIP (XLSX), OLE (XLS), PDF.
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook under a wrong name; give it the ending .xlsx",
    b"\xd0\xcf\x11\xe0": "an old or a protected Excel workbook; save it as CSV UTF-8 or .xlsx",
    b"%PDF": "a PDF; save the table as CSV UTF-8 or .xlsx",
}

_CHUNK = 1 << 16
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec that decodes the whole file, and what a person should know about it."""

    codec: str
    warning: str | None = None


def find_encoding(source: Source, legacy: str) -> Encoding:
    """The encoding in which every byte of ``source`` is valid, or ``BadSubmission``."""
    head = _read_head(source)
    _refuse_no_text(head)
    for mark, codec in _MARKS.items():
        if head.startswith(mark):
            return _marked(source, codec)
    line = _first_invalid(source, "utf-8")
    if line is None:
        return Encoding("utf-8")
    return _legacy(source, legacy, line)


def open_text(source: Source, encoding: Encoding) -> io.TextIOWrapper:
    """The text of ``source`` with its line ends as they are."""
    return io.TextIOWrapper(source(), encoding=encoding.codec, newline="")


def _read_head(source: Source) -> bytes:
    with source() as stream:
        return stream.read(_HEAD)


def _refuse_no_text(head: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise BadSubmission(f"the file is {what}")
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # Every ASCII letter of UTF-16 holds a NUL; UTF-32 with its mark begins like UTF-16.
    if b"\0" in head.partition(b"\n")[0] and not marked:
        raise BadSubmission(
            "the header holds NUL bytes: this is UTF-16 without its byte-order mark, or no text "
            "file; save it as CSV UTF-8"
        )
    if head.startswith(codecs.BOM_UTF32_LE):
        raise BadSubmission("the file is UTF-32; save it as CSV UTF-8")


def _marked(source: Source, codec: str) -> Encoding:
    line = _first_invalid(source, codec)
    if line is not None:
        name = codec.removesuffix("-sig").upper()
        raise BadSubmission(
            f"the file is marked as {name}, but line {line} is not valid {name}: it is cut off or "
            "damaged; save it again as CSV UTF-8"
        )
    return Encoding(codec)


def _legacy(source: Source, legacy: str, not_utf8: int) -> Encoding:
    line = _first_invalid(source, legacy)
    if line is not None:
        raise BadSubmission(
            f"the file is neither UTF-8 (line {not_utf8}) nor {legacy} (line {line}), the encoding "
            "that csv.legacy_encoding names; save it as CSV UTF-8"
        )
    return Encoding(
        legacy,
        f"the file is not UTF-8 (line {not_utf8}) and was read as {legacy} "
        "(csv.legacy_encoding): check the names with accents; save it as CSV UTF-8 next time",
    )


def _first_invalid(source: Source, codec: str) -> int | None:
    """The first line with a byte that is not valid in ``codec``, counted from 1."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    with source() as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as why:
                return line + _breaks(why.object[: why.start].decode("latin-1"))
            if not chunk:
                return None
            line += _breaks(text)


def _breaks(text: str) -> int:
    return max(text.count("\n"), text.count("\r"))
