"""Mails that nobody should have to read: bombs, and damage done to mails that somebody wrote.

The bombs are those of which one is known to bring a parser down, or to keep it busy for minutes;
each is below ten million octets, which is what ``mailbox.max_bytes`` lets through.
"""

import base64
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from decisions import DECIDER, decision, mail
from servers import absent

Bomb = Callable[[], bytes]
Damage = Callable[[bytes, random.Random], bytes]

KEYS = decision().encode()


def corpus() -> list[Path]:
    """The messages of Python's own tests of its email package; a skip where it has none."""
    found = find_spec("test") and find_spec("test.test_email")
    folders = (found.submodule_search_locations if found else None) or []
    paths = sorted(each for folder in folders for each in (Path(folder) / "data").glob("*.txt"))
    if not paths:
        absent(
            "the email tests of Python are not installed with it, so their messages were not run"
        )
    return paths


def written(header: str = "", body: bytes = KEYS, *, sender: str = DECIDER) -> bytes:
    """A mail of the bare octets that are given."""
    top = f"From: {sender}\r\nTo: hr@acme.example\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    return (top + header).encode("utf-8", "surrogateescape") + b"\r\n" + body


def nested(kind: str, depth: int) -> bytes:
    """Parts in parts in parts."""
    body = b""
    for level in range(depth):
        header = f'Content-Type: {kind}; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        body = header.encode() + body + f"\r\n--b{level}--\r\n".encode()
    head, _, rest = body.partition(b"\r\n\r\n")
    return written(head.decode() + "\r\n", rest)


def mails_in_mails(depth: int) -> bytes:
    return written("Content-Type: message/rfc822\r\n",
                   b"Content-Type: message/rfc822\r\n\r\n" * depth + KEYS)  # fmt: skip


def many_parts(count: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return written("Content-Type: multipart/mixed; boundary=b\r\n", part * count + b"--b--\r\n")


def of_type(kind: str, body: bytes, *, encoding: str = "8bit") -> bytes:
    return written(f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n", body)


def attached(name: str, content: bytes) -> bytes:
    """From a proved decider, so that the spreadsheet is really opened."""
    return mail("Here it is.\n", attached=(name, content))


def workbook(sheet: bytes, *, shared: bytes = b"") -> bytes:
    """The least that is a workbook, around the XML of a sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in _AROUND.items():
            parts.writestr(name, content)
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
        parts.writestr("xl/sharedStrings.xml", shared or b"<sst/>")
    return made.getvalue()


def zip_that_lies() -> bytes:
    """Says that its sheet has no octets, and unpacks to a thousand million."""
    made = bytearray(workbook(b"<worksheet>" + b" " * 1_000_000_000 + b"</worksheet>"))
    size = (1_000_000_023).to_bytes(4, "little")
    return bytes(made.replace(size, (23).to_bytes(4, "little")))


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_AROUND = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"/>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
}


def _shared_text() -> bytes:
    """One long text, which every one of very many cells names."""
    cell = b'<c t="s"><v>0</v></c>'
    sheet = b"<worksheet><sheetData><row>" + cell * 300_000 + b"</row></sheetData></worksheet>"
    return workbook(sheet, shared=b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>")


def _laughs() -> bytes:
    names = "abcdefghij"
    told = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">{told}]>'
    return workbook(sheet.encode() + b"<worksheet><sheetData><row><c><v>&j;</v></c></row>")


BOMBS: Mapping[str, Bomb] = {
    "a thousand multiparts in each other": lambda: nested("multipart/mixed", 1_000),
    "fifty alternatives in each other": lambda: nested("multipart/alternative", 50),
    "nineteen related parts in each other": lambda: nested("multipart/related", 19),
    "a hundred thousand parts": lambda: many_parts(100_000),
    "a multipart that never begins": lambda: of_type(
        "multipart/mixed; boundary=b", b"x\r\n" * 10**6
    ),
    "a multipart without a boundary": lambda: of_type("multipart/mixed", KEYS),
    "a thousand mails in each other": lambda: mails_in_mails(1_000),
    "From of nested comments": lambda: written(sender="(" * 3_000 + ")" * 3_000 + DECIDER),
    "From of groups": lambda: written(sender="a:" * 900),
    "From of quotes": lambda: written(sender='"\\' * 900),
    "From with a line break in an encoded word": lambda: written(
        sender=f"=?utf-8?q?a=0D=0ABcc:_x@evil.example?= <{DECIDER}>"
    ),
    "a To of sixty thousand addresses": lambda: written(
        "To: " + ", ".join(f"a{n}@b.example" for n in range(60_000)) + "\r\n"
    ),
    "a Subject of 280 kB in encoded words": lambda: written(
        "Subject: " + "=?utf-8?q?a?= " * 20_000 + "\r\n"
    ),
    "a Subject of 60 kB in encoded words": lambda: written(
        "Subject: " + "=?utf-8?q?a?= " * 4_200 + "\r\n"
    ),
    "a Message-ID that breaks off": lambda: written("Message-ID: <[\r\n"),
    "References of 60 kB": lambda: written("References: " + "<" * 60_000 + "\r\n"),
    "a Date of 60 kB": lambda: written("Date: " + "1" * 60_000 + "\r\n"),
    "a charset that nobody knows": lambda: of_type('text/plain; charset="no-such"', KEYS),
    "a charset with a NUL": lambda: of_type('text/plain; charset="utf\0-8"', KEYS),
    "a charset that is a codec": lambda: of_type("text/plain; charset=punycode", b"-" * 200_000),
    "a file name in thousands of pieces": lambda: written(
        "Content-Disposition: attachment;\r\n"
        + "".join(f" filename*{n}*=%41;\r\n" for n in range(3_000))
    ),
    "a boundary of 60 kB": lambda: of_type("multipart/mixed; boundary=" + "b" * 60_000, KEYS),
    "a header of 9 MB": lambda: written("X: " + "x" * 9_000_000 + "\r\n"),
    "a header of two million lines": lambda: written("a:b\r\n" * 1_800_000),
    "a header of nothing but folds": lambda: written("X: x\r\n" + " \r\n" * 20_000),
    "an Authentication-Results of comments": lambda: b"Authentication-Results: mx.acme.example; "
    + b"(" * 9_000 + b"\r\n" + written(),
    "a thousand Authentication-Results": lambda: b"Authentication-Results: mx.acme.example;"
    b" dmarc=pass header.from=acme.example\r\n" * 800 + written(),
    "nothing": lambda: b"",
    "one NUL": lambda: b"\0",
    "a million octets of chance": lambda: random.Random(1).randbytes(1_000_000),
    "nine million line ends": lambda: b"\n" * 9_000_000,
    "nine million carriage returns": lambda: b"\r" * 9_000_000,
    "a body of one line": lambda: written(body=b"x" * 9_000_000),
    "a million keys": lambda: written(body=b"Reason: x\r\n" * 800_000),
    "a value that goes on for ever": lambda: written(body=b"Reason: x\r\n" + b" x\r\n" * 10**6),
    "colons": lambda: written(body=b":" * 3_000_000),
    "brackets": lambda: written(body=b"Candidate: " + b"<" * 3_000_000),
    "addresses": lambda: written(body=b"Candidate: " + b"a@" * 1_000_000),
    "quoted-printable of nothing": lambda: of_type(
        "text/plain", b"=\r\n" * 3_000_000, encoding="quoted-printable"
    ),
    "quoted-printable of equals signs": lambda: of_type(
        "text/plain", b"=" * 9_000_000, encoding="quoted-printable"
    ),
    "base64 of garbage": lambda: of_type("text/plain", b"!" * 9_000_000, encoding="base64"),
    "base64 of zeros": lambda: of_type(
        "text/plain", base64.encodebytes(bytes(6_000_000)), encoding="base64"
    ),
    "uuencode that never ends": lambda: of_type(
        "text/plain", b"begin 644 a\r\n" + b"M" * 3_000_000, encoding="x-uuencode"
    ),
    "elements in each other": lambda: of_type("text/html", b"<div>" * 1_500_000),
    "tables in each other": lambda: of_type("text/html", b"<table><tr><td>" * 500_000),
    "a comment that never ends": lambda: of_type("text/html", b"<!--" * 2_000_000),
    "tags that never end": lambda: of_type("text/html", b"<a " * 2_500_000),
    "declarations": lambda: of_type("text/html", b"<![" * 2_500_000),
    "character references": lambda: of_type("text/html", b"&#" * 4_000_000),
    "attributes": lambda: of_type("text/html", b"<p" + b" a" * 4_000_000 + b">"),
    "a report of a million recipients": lambda: of_type(
        "multipart/report; report-type=delivery-status; boundary=b",
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n" * 120_000
        + b"--b--\r\n",
    ),
    "a workbook that unpacks to a thousand million octets": lambda: attached(
        "bomb.xlsx", workbook(b"<worksheet>" + b" " * 1_000_000_000 + b"</worksheet>")
    ),
    "a workbook that lies about its size": lambda: attached("bomb.xlsx", zip_that_lies()),
    "a workbook of one text in many cells": lambda: attached("bomb.xlsx", _shared_text()),
    "a workbook with a cell at the end of the world": lambda: attached(
        "bomb.xlsx", workbook(b'<worksheet><sheetData><row r="1"><c r="XFD1048576"/></row>')
    ),
    "a workbook of a million laughs": lambda: attached("bomb.xlsx", _laughs()),
    "a workbook of zlib": lambda: attached("bomb.xlsx", zlib.compress(bytes(10**8))),
    "a table of quotes": lambda: attached("bomb.csv", b'"' * 4_000_001),
    "a table of one line": lambda: attached("bomb.csv", b"a," * 2_000_000),
    "a table of a million empty rows": lambda: attached(
        "bomb.csv", b"email,name,job title,outcome\n" + b",,,\n" * 1_000_000
    ),
}  # fmt: skip


def damaged(raw: bytes, rng: random.Random) -> Iterator[bytes]:
    """The mail, damaged in every way that is known here."""
    return (damage(raw, rng) for damage in _DAMAGES)


def _flip(raw: bytes, rng: random.Random) -> bytes:
    octets = bytearray(raw)
    for _ in range(max(len(octets) // 100, 1)):
        octets[rng.randrange(len(octets))] ^= 1 << rng.randrange(8)
    return bytes(octets)


def _cut(raw: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw))]


def _cut_out(raw: bytes, rng: random.Random) -> bytes:
    start, end = sorted(rng.randrange(len(raw)) for _ in range(2))
    return raw[:start] + raw[end:]


def _insert(raw: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + rng.choice(_NASTY) + raw[at:]


def _double_header(raw: bytes, rng: random.Random) -> bytes:
    head, gap, body = raw.partition(b"\n\n")
    lines = head.split(b"\n")
    return b"\n".join([*lines, rng.choice(lines)]) + gap + body


def _shuffle(raw: bytes, rng: random.Random) -> bytes:
    lines = raw.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _break_boundary(raw: bytes, rng: random.Random) -> bytes:
    return raw.replace(b"--", rng.choice([b"-", b"---", b"--\0", b"\r--", b"-- "]))


def _bare(raw: bytes, rng: random.Random) -> bytes:
    return raw.replace(b"\n", rng.choice([b"\r", b"\r\r\n", b"\n\r", b"\n\n", b"\0\n", b" "]))


def _lengthen(raw: bytes, rng: random.Random) -> bytes:
    lines = raw.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] += rng.choice(b'x=(<"\\ ,;:\xff').to_bytes(1, "big") * 50_000
    return b"\n".join(lines)


_NASTY = (b"\0", b"\r", b"\xff\xfe", b"=?utf-8?b?", b"<" * 99, b'"', b"(" * 99, b"\n.\n", b"\x1a")
_DAMAGES: tuple[Damage, ...] = (
    _flip, _cut, _cut_out, _insert, _double_header, _shuffle, _break_boundary, _bare, _lengthen,
)  # fmt: skip
