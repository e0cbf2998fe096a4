"""Row 39: decision mail that says it is from a decider and is not, by every known trick.

Each goes through the worker's own wiring, into a real database; each must be put aside with its
reason, decide nothing, and be answered by nobody. Those with a signature are in
``test_rows_identity_signed.py``.
"""

from pathlib import Path

import pytest
from decisions import AUTHSERV_ID, DECIDER, decision, mail

from faults.doubting import assert_nothing_came_of_it, room, taken, unproved

PASS = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=acme.example\r\n".encode()
FAIL = PASS.replace(b"=pass", b"=fail")
OURS = f"Received: from evil.example by {AUTHSERV_ID} with ESMTPS; today\r\n".encode()
THEIRS = b"Received: from x by relay.evil.example with ESMTP; today\r\n"


def by(sender: str, results: str, more: bytes = b"") -> bytes:
    return mail(decision(), sender=sender, results=results).replace(b"To: ", more + b"To: ", 1)


REPLY_TO, SENDER = (f"{name}: {DECIDER}\r\n".encode() for name in ("Reply-To", "Sender"))
BY_DMARC = {
    "nothing says who it is": (unproved(), "no Authentication-Results"),
    "a forged result alone, no server above it": (
        unproved().replace(f"by {AUTHSERV_ID}".encode(), b"by relay.evil.example").replace(
            b"From: ", PASS + b"From: ", 1
        ),
        "no Authentication-Results",
    ),
    "a forged result below the genuine one": (
        FAIL + OURS + PASS + unproved(), "dmarc is 'fail'"
    ),
    "a forged result right below the genuine one": (FAIL + PASS + unproved(), "2 dmarc results"),
    "our authserv-id below that of another server": (
        b"Authentication-Results: mx.other.example; none\r\n" + PASS + unproved(), "is not of"
    ),
    "another authserv-id": (
        PASS.replace(AUTHSERV_ID.encode(), b"mx.evil.example") + unproved(), "is not of"
    ),
    "our own authserv-id, below a hop of theirs": (THEIRS + PASS + unproved(), "no Authentication"),
    "a pass in a comment": (
        by(DECIDER, "spf=fail (dmarc=pass header.from=acme.example)"), "no dmarc results"
    ),
    "a pass in a quoted MAIL FROM": (
        by(DECIDER, 'spf=pass smtp.mailfrom="x; dmarc=pass header.from=acme.example"@evil.example'),
        "no dmarc results",
    ),
    "a comment that hides the true result": (
        by(DECIDER, "dmarc=pass header.from=acme.example; x=y (@evil.example; dmarc=fail)"), ""
    ),
    "a pass of the sender's own domain": (
        by(DECIDER, "dmarc=pass header.from=evil.example"), "but the From header says acme.example"
    ),
    "From twice": (
        mail(decision()).replace(b"From: ", b"From: eve@evil.example\r\nFrom: ", 1),
        "2 From headers",
    ),
    "From of two mailboxes": (
        mail(decision()).replace(b"From: ", b"From: eve@evil.example, ", 1), "2 mailboxes"
    ),
    "a decider's address as the name": (
        by(f'"{DECIDER}" <eve@evil.example>', "dmarc=pass header.from=evil.example"), "no decider"
    ),
    "a domain that looks like ours": (
        mail(decision()).replace(b"@acme.example>", "@асme.example>".encode(), 1), "beyond"
    ),
    "the same as an A-label": (
        by("Dana <dana@xn--me-6kcd.example>", "dmarc=pass header.from=xn--me-6kcd.example"),
        "no decider",
    ),
    "a decider in Reply-To": (
        by("eve@evil.example", "dmarc=pass header.from=evil.example", REPLY_TO),
        "no decider",
    ),
    "a decider in Sender": (
        by("eve@evil.example", "dmarc=pass header.from=evil.example", SENDER), "no decider"
    ),
    "the word of an ARC sealer": (
        b"ARC-Authentication-Results: i=1; " + PASS.partition(b": ")[2] + unproved(),
        "no Authentication-Results",
    ),
    "Direct Send with our own domain": (
        by(DECIDER, "spf=fail smtp.mailfrom=acme.example; dmarc=fail header.from=acme.example"),
        "dmarc is 'fail'",
    ),
    "a mailing list that keeps From": (
        by(DECIDER, "spf=pass smtp.mailfrom=list.example; dmarc=fail header.from=acme.example"),
        "dmarc is 'fail'",
    ),
}  # fmt: skip


def test_row_39_every_forged_result_is_put_aside_with_its_reason(tmp_path: Path) -> None:
    with room(tmp_path, "dmarc") as mails:
        for uid, (name, (raw, told)) in enumerate(BY_DMARC.items()):
            state, problem = taken(mails, uid, raw)
            assert (name, state) == (name, "quarantined")
            assert told in problem, name
            assert problem
        assert_nothing_came_of_it(mails)


def test_row_39_the_same_mail_with_a_genuine_result_decides(tmp_path: Path) -> None:
    with room(tmp_path, "dmarc") as mails:
        assert taken(mails, 1, mail(decision()))[0] == "taken"


AS = b"X-MS-Exchange-Organization-AuthAs: Internal\r\n"
SOURCE = b"X-MS-Exchange-Organization-AuthSource: AM0.prod.outlook.com\r\n"
BY_EXCHANGE = {
    "Direct Send with our own domain": (
        AS.replace(b"Internal", b"Anonymous") + SOURCE + unproved(), "'Anonymous'"
    ),
    "a forged word that was stripped": (SOURCE + unproved(), "no X-MS-Exchange"),
    "a forged word that was left beside the genuine": (
        AS + AS.replace(b"Internal", b"Anonymous") + SOURCE + unproved(), "2 X-MS-Exchange"
    ),
    "a forged word without a server": (AS + unproved(), "AuthSource"),
    "a stranger from inside": (
        AS + SOURCE + unproved().replace(b"dana@acme", b"eve@acme"), "no decider"
    ),
    "a tenant of somebody else": (
        AS + SOURCE + unproved().replace(b"dana@acme", b"dana@evil"), "not a domain of ours"
    ),
}  # fmt: skip


def test_row_39_what_exchange_took_from_outside_is_put_aside_with_its_reason(
    tmp_path: Path,
) -> None:
    with room(tmp_path, "internal") as mails:
        for uid, (name, (raw, told)) in enumerate(BY_EXCHANGE.items()):
            state, problem = taken(mails, uid, raw)
            assert (name, state) == (name, "quarantined")
            assert told in problem, name
        assert_nothing_came_of_it(mails)
        assert taken(mails, 99, AS + SOURCE + mail(decision(), results=""))[0] == "taken"


@pytest.mark.parametrize("proof", ["dmarc", "dkim", "internal"])
def test_row_39_what_a_list_sends_is_nobodys_decision(tmp_path: Path, proof: str) -> None:
    raw = (
        AS
        + SOURCE
        + by(DECIDER, "dmarc=pass header.from=acme.example", b"List-Id: <hr.acme.example>\r\n")
    )
    with room(tmp_path, proof) as mails:
        state, problem = taken(mails, 1, raw)
        assert state in {"ignored", "quarantined"}
        assert problem
        assert_nothing_came_of_it(mails)
