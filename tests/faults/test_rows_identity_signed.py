"""Row 39, the part about signatures: appended, altered, replayed, and of another domain."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from decisions import AUTHSERV_ID
from signing import dated, signed

from faults.doubting import assert_nothing_came_of_it, room, taken, unproved
from worker.store import views

NOW = datetime.now(UTC)
PASS = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=acme.example\r\n".encode()


def genuine() -> bytes:
    """Signed by the decider's domain, just now."""
    return signed(dated(unproved(), NOW))


OPEN_END = signed(dated(unproved(), NOW), l=str(len(unproved().partition(b"\r\n\r\n")[2])))
BY_DKIM = {
    "no signature, but a result that says so": (PASS + unproved(), "no DKIM signature"),
    "more text behind a signature with l=": (OPEN_END + b"Decision: offer\r\n", "(l=)"),
    "another body": (genuine().replace(b"reject", b"offer "), "the body was changed"),
    "another Subject on top": (b"Subject: x\r\n" + genuine(), "2 subject headers"),
    "From twice": (b"From: eve@evil.example\r\n" + genuine(), "2 From headers"),
    "signed by another domain": (
        signed(dated(unproved(), NOW), domain="evil.example"), "is of 'evil.example'"
    ),
    "an old mail, replayed": (
        signed(dated(unproved(), NOW), t=str(int((NOW - timedelta(hours=50)).timestamp()))),
        "older than 48 hours",
    ),
    "an old mail without a time, replayed": (
        signed(dated(unproved(), NOW - timedelta(days=8)), t=""), "older than 48 hours"
    ),
    "a mailing list's footer": (genuine() + b"_____\r\nTo unsubscribe: x\r\n", "was changed"),
    "a mailing list's subject": (
        genuine().replace(b"Subject: ", b"Subject: [hr] "), "header was changed"
    ),
    "Direct Send with our own domain": (dated(unproved(), NOW), "no DKIM signature"),
}  # fmt: skip


def test_row_39_every_bad_signature_is_put_aside_with_its_reason(tmp_path: Path) -> None:
    with room(tmp_path, "dkim") as mails:
        for uid, (name, (raw, told)) in enumerate(BY_DKIM.items()):
            state, problem = taken(mails, uid, raw)
            assert (name, state) == (name, "quarantined")
            assert told in problem, name
        assert_nothing_came_of_it(mails)


def test_row_39_a_signature_decides_once_and_its_altered_copy_never(tmp_path: Path) -> None:
    plain = dated(unproved(), NOW)
    first = signed(plain)
    copy = first.replace(b"Decision: reject\r\n", b"Decision:  reject \r\n")
    again = signed(plain.replace(b"reject", b"offer"))
    with room(tmp_path, "dkim") as mails:
        assert taken(mails, 1, first)[0] == "taken"
        assert taken(mails, 2, b"Received: by x; today\r\n" + first)[0] == "taken"
        for uid, raw in ((3, copy), (4, again)):
            state, problem = taken(mails, uid, raw)
            assert state == "quarantined"
            assert "came before with another content" in problem
        letters = list(views.entries(mails.store, views.Asked()))
    assert [each["outcome"] for each in letters] == ["rejected"]
