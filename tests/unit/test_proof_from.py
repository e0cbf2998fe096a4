"""Who a mail says it is from: exactly one plain mailbox, or nobody."""

import pytest

from worker.intake.proof import Means, Proved, Unproved, prove

OURS = "mx.acme.example"
DMARC = Means(method="dmarc", authserv_id=OURS)
NONE = Means(method="none")
GOOD = f"Authentication-Results: {OURS}; dmarc=pass header.from=acme.example"
FROM = "From: Hanna Roth <hr@acme.example>"


def mail(*fields: str) -> bytes:
    return "\r\n".join([*fields, "Subject: decision", "", "Decision: offer"]).encode()


def judged(*fields: str) -> Proved | Unproved:
    return prove(mail(*fields), DMARC)


@pytest.mark.parametrize(
    "sender",
    [
        "Subject: no From at all",
        f"{FROM}\r\nFrom: Eve <eve@evil.example>",
        f"From: Eve <eve@evil.example>\r\n{FROM}",
        "From: hr@acme.example, eve@evil.example",
        "From: HR: hr@acme.example;",
        "From: undisclosed-recipients:;",
        "From:",
        "From: hr",
        "From: hr@acm\u0435.example",
        "From: h\u0433@acme.example",
        "From: =?utf-8?q?hr=40acme.example?=",
        "From: <hr@acme.example> eve@evil.example",
        "From: <eve@evil.example> <hr@acme.example>",
        "From: hr@acme.example <eve@evil.example>, x",
        'From: "a b"@acme.example',
        "From: hr@[192.0.2.1]",
        f"From: {'(' * 900}{')' * 90} hr@acme.example",
        f"From: {'x' * 2_000} <hr@acme.example>",
        "From: x <hr@acme.example>\rFrom: eve@evil.example",
        "From: =?utf-8?b?aHJAYWNtZS5leGFtcGxlDQpTdWJqZWN0OiB4?= <hr@acme.example>\r\nFrom : x",
        "From: hr@acme.example\r\nthis line is no field",
        "From: hr@acme.example\0",
    ],
)
@pytest.mark.parametrize("means", [DMARC, NONE])
def test_a_from_that_is_not_exactly_one_plain_mailbox_proves_nobody(
    sender: str, means: Means
) -> None:
    verdict = prove(mail(GOOD, sender), means)
    assert isinstance(verdict, Unproved)


def test_a_display_name_that_is_an_address_proves_only_the_address_behind_it() -> None:
    sender = 'From: "hr@acme.example" <eve@evil.example>'
    claimed = judged(GOOD, sender)
    assert isinstance(claimed, Unproved)
    assert "acme.example" in claimed.reason
    theirs = f"Authentication-Results: {OURS}; dmarc=pass header.from=evil.example"
    assert judged(theirs, sender) == Proved("eve@evil.example", "dmarc")


def test_reply_to_and_sender_headers_prove_nothing() -> None:
    tricks = ("Reply-To: hr@acme.example", "Sender: hr@acme.example")
    theirs = f"Authentication-Results: {OURS}; dmarc=pass header.from=evil.example"
    assert judged(theirs, "From: eve@evil.example", *tricks) == Proved("eve@evil.example", "dmarc")
