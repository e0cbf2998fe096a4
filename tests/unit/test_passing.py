"""What passes between the jail and the worker, and what does not."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from decisions import AUTHSERV_ID, decision, mail
from hypothesis import given
from hypothesis import strategies as st

from worker import columns
from worker.intake import Row
from worker.intake.mailform import Attachment, DecisionMail, Envelope
from worker.intake.opened import Opened, Reading, open_mail
from worker.intake.passing import packed, unpacked
from worker.intake.proof import Means, Proved, Unproved

READING = Reading(
    words=columns.words(),
    own=frozenset(),
    means=Means(method="dmarc", authserv_id=AUTHSERV_ID),
)

OPENED = [
    Opened(envelope=Envelope(), proof=Unproved("no"), automatic="a bounce"),
    Opened(
        envelope=Envelope(sender="a@b.example", date=datetime(2026, 1, 2, 3, tzinfo=UTC)),
        proof=Proved("a@b.example", "dmarc"),
        problem="lone surrogate \udcff, NUL \0, line\r\nbreak",
    ),
    Opened(
        envelope=Envelope(answers=("<1@a.example>",)),
        proof=Unproved("nobody could say", for_now=True),
        decision=DecisionMail(sheet=Attachment("ü.csv", bytes(range(256)))),
    ),
    Opened(
        envelope=Envelope(),
        proof=Unproved(""),
        decision=DecisionMail(rows=(Row(1, MappingProxyType({"email": "x"}), ("x",), "bad"),)),
    ),
]


@pytest.mark.parametrize("opened", OPENED)
def test_a_mail_passes_as_it_was_opened(opened: Opened) -> None:
    assert unpacked(Opened, packed(opened)) == opened


@pytest.mark.parametrize("attached", [None, ("d.csv", b"a,b\n1,2\n")])
def test_a_mail_that_was_really_read_passes(attached: tuple[str, bytes] | None) -> None:
    opened = open_mail(mail("Hi.\n" if attached else decision(), attached=attached), READING)
    assert opened.decision is not None
    assert unpacked(Opened, packed(opened)) == opened


@given(st.dictionaries(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_every_row_passes(fields: dict[str, str], cells: tuple[str, ...]) -> None:
    row = Row(7, fields, cells)
    assert unpacked(Row, packed(row)) == row


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\x80\x04.",
        b"[" * 100_000,
        b'{"": "Envelope"}',
        packed(Attachment("a", b"")),
        packed(OPENED[0]).replace(b'"Unproved"', b'"Opened"'),
        packed(OPENED[0]).replace(b'"a bounce"', b"[1]"),
        packed(OPENED[0]).replace(b'"a bounce"', b"7"),
    ],
)
def test_what_is_not_of_the_expected_type_is_refused(forged: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of json, base64 and our own
        unpacked(Opened, forged)


def test_fields_that_nobody_asked_for_are_passed_over() -> None:
    more = json.loads(packed(OPENED[0])) | {"__class__": "os.system"}
    assert unpacked(Opened, json.dumps(more).encode()) == OPENED[0]


@dataclass(frozen=True)
class _Holder:
    inside: object


def test_what_is_no_plain_value_does_not_pass() -> None:
    with pytest.raises(TypeError, match="a object can't pass"):
        packed(_Holder(object()))
