"""Reports of delivery as the servers of the wild write them, read; and what is no report."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.returns import Fate, Returned, read_quotes, read_returned

CORPUS = Path(__file__).parent / "data"
TOKEN = "3f9c1a7be2d04568a1cd"
OTHER = "00112233445566778899"
ANA = "ana.perez@candidates.example"


def sample(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def read(raw: bytes) -> Returned:
    found = read_returned(raw)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("postfix_unknown_user", "5.1.1"),
        ("sendmail_no_such_user", "5.1.1"),
        ("exim_report", "5.7.1"),  # its Status says 5.0.0, the answer it got says more
        ("exim_old", "5.1.1"),
        ("qmail", "5.1.1"),
        ("exchange_2019", "5.2.2"),
        ("microsoft365", "5.1.10"),
        ("microsoft365_spam", "5.7.509"),
        ("gmail", "5.1.1"),
        ("yahoo", ""),
        ("amazon_ses", "5.2.2"),
        ("lotus_domino", "5.1.1"),
        ("opensmtpd", "5.1.2"),
        ("imail", ""),
        ("expired", "4.4.1"),
        ("forwarded_account", "5.2.1"),
        ("global_report", "5.1.1"),
    ],
)
def test_a_bounce_tells_which_letter_whose_and_why(name: str, status: str) -> None:
    found = read(sample(name))
    assert found.fate is Fate.FAILED
    assert found.tokens == (TOKEN,)
    assert ANA in {each.lower() for each in found.recipients}
    assert found.status == status


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("postfix_delayed", Fate.DELAYED),
        ("exim_old_delay", Fate.DELAYED),  # the library takes it for a failure
        ("postfix_delivered", Fate.RELAYED),
    ],
)
def test_what_is_only_late_or_went_well_is_no_failure(name: str, fate: Fate) -> None:
    found = read(sample(name))
    assert (found.fate, found.tokens) == (fate, (TOKEN,))


@pytest.mark.parametrize(
    "name",
    ["out_of_office", "read_receipt", "complaint", "reply_of_a_candidate",
     "bounce_forwarded_by_a_person"],
)  # fmt: skip
def test_what_is_no_report_of_delivery_is_no_return(name: str) -> None:
    assert read_returned(sample(name)) is None


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_line_ends_of_the_wire_change_nothing(path: Path) -> None:
    raw = path.read_bytes()
    assert read_returned(raw.replace(b"\n", b"\r\n")) == read_returned(raw)


def test_what_the_server_said_is_kept_without_addresses() -> None:
    said = read(sample("postfix_unknown_user")).diagnostic
    assert "User unknown in virtual mailbox table" in said
    assert "…@candidates.example" in said
    assert "ana.perez" not in said


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_no_answer_of_any_server_keeps_an_address(path: Path) -> None:
    found = read_returned(path.read_bytes())
    assert found is None or "perez@" not in found.diagnostic + found.reporter


def test_an_answer_over_several_lines_is_one() -> None:
    said = read(sample("gmail")).diagnostic
    assert said.startswith("550-5.1.1 The email account that you tried to reach does not exist.")
    assert "\n" not in said


def test_an_address_that_was_passed_on_is_told_with_the_one_we_wrote_to() -> None:
    assert set(read(sample("forwarded_account")).recipients) == {ANA, "perez.1990@private.example"}


def test_a_bounce_without_our_token_names_nothing() -> None:
    raw = sample("postfix_unknown_user").replace(TOKEN.encode(), b"not-a-token")
    assert read(raw).tokens == ()


def test_a_bounce_that_names_two_letters_says_both() -> None:
    raw = sample("gmail").replace(
        b"X-Followup-Id: " + TOKEN.encode(), b"X-Followup-Id: " + OTHER.encode()
    )
    assert set(read(raw).tokens) == {TOKEN, OTHER}


@pytest.mark.parametrize(
    "kept",
    [b"Original-Envelope-Id: %s", b"X-Followup-Id: %s", b"Message-ID: <%s@acme.example>"],
)
def test_each_of_the_three_names_is_enough(kept: bytes) -> None:
    raw = sample("postfix_unknown_user")
    kept = kept.replace(b"%s", TOKEN.encode())
    raw = raw.replace(kept, b"KEPT").replace(TOKEN.encode(), b"gone").replace(b"KEPT", kept)
    assert read(raw).tokens == (TOKEN,)


def test_a_token_in_prose_is_no_name() -> None:
    raw = sample("postfix_unknown_user").replace(TOKEN.encode(), b"gone")
    raw = raw.replace(b"The mail system\n", f"followup cancel {TOKEN}\n".encode())
    assert read(raw).tokens == ()


def test_a_report_with_several_recipients_tells_of_those_it_went_worst_for() -> None:
    good = (
        b"Final-Recipient: rfc822; somebody.else@candidates.example\n"
        b"Action: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; ana"
    )
    raw = sample("postfix_unknown_user").replace(b"Final-Recipient: rfc822; ana", good)
    found = read(raw)
    assert (found.fate, found.recipients) == (Fate.FAILED, (ANA,))


def test_a_recipient_in_the_encoding_of_parameters_is_read_both_ways() -> None:
    raw = sample("postfix_unknown_user").replace(
        b"Original-Recipient: rfc822;ana.perez@", b"Original-Recipient: rfc822;ana+2Bjobs@"
    )
    assert {"ana+2Bjobs@candidates.example", "ana+jobs@candidates.example"} <= set(
        read(raw).recipients
    )


def test_a_report_with_a_status_and_no_action_goes_by_the_class() -> None:
    raw = sample("postfix_unknown_user").replace(b"Action: failed\n", b"")
    assert read(raw).fate is Fate.FAILED
    assert read(raw.replace(b"Status: 5.1.1", b"Status: 4.4.7")).fate is Fate.DELAYED


def test_a_report_of_nothing_is_no_return() -> None:
    raw = sample("expired").replace(b"Action: failed\n", b"").replace(b"Status: 4.4.1\n", b"")
    assert read_returned(raw) is None


def test_words_of_a_bounce_count_only_from_a_mail_server() -> None:
    by_a_person = sample("qmail").replace(b"MAILER-DAEMON@", b"mallory@")
    assert read_returned(by_a_person) is None


def test_a_mail_that_came_back_says_nothing_about_its_own_fate() -> None:
    inside = sample("qmail").split(b"\n\n", 1)[1]
    outer = (
        b"From: MAILER-DAEMON@relay.example\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        b"Nothing to see.\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\n"
        + inside
        + b"\n--b--"
    )
    assert read_returned(outer) is None


@pytest.mark.parametrize("name", ["reply_of_a_candidate", "out_of_office"])
def test_an_answer_quotes_what_it_answers(name: str) -> None:
    assert read_quotes(sample(name)) == (TOKEN,)


def test_a_header_that_is_quoted_in_an_answer_names_its_letter() -> None:
    raw = sample("reply_of_a_candidate").replace(TOKEN.encode(), b"gone")
    raw += f"\n> X-Followup-Id: {TOKEN}\n".encode()
    assert read_quotes(raw) == (TOKEN,)


def nested(depth: int) -> bytes:
    """A report within a report within a report."""
    head = b"From: MAILER-DAEMON@a.example\nReturn-Path: <>\n"
    for each in range(depth):
        head += (
            b"Content-Type: multipart/report; report-type=delivery-status;"
            b' boundary="%d"\n\n--%d\n' % (each, each)
        )
    return head + b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        nested(2000),
        b"From: MAILER-DAEMON@a.example\nSubject: " + b"x" * 3_000_000,
        b"From: MAILER-DAEMON@a.example\n\n" + b"<ana@" * 600_000,
        b"From: MAILER-DAEMON@a.example\n\n" + b"a message that you sent could not be delivered\n"
        + (b"x" * 200 + b"\n") * 20_000,
        b"From: postmaster@a.example\nReferences: " + b"<%s@x> " % TOKEN.encode() * 50_000,
        b"Content-Type: multipart/report; report-type==?x?=\n\n--\xff",
    ],
    ids=["empty", "blank", "nested", "long_line", "brackets", "long_lines", "references", "bytes"],
)  # fmt: skip
def test_a_hostile_mail_is_read_in_bounds_and_is_no_return(raw: bytes) -> None:
    assert read_returned(raw) is None
    assert len(read_quotes(raw)) <= 1


def test_a_report_beyond_the_depth_is_no_return_and_one_within_is() -> None:
    assert read(nested(5)).status == "5.1.1"
    assert read_returned(nested(30)) is None


@given(st.binary(max_size=3000))
def test_no_octets_at_all_make_the_reader_stumble(raw: bytes) -> None:
    read_returned(raw)
    read_quotes(raw)


@given(
    st.sampled_from(sorted(CORPUS.glob("*.eml"))), st.integers(0, 6000), st.binary(max_size=40)
)  # fmt: skip
def test_a_damaged_report_never_makes_the_reader_stumble(
    path: Path, at: int, octets: bytes
) -> None:
    raw = path.read_bytes()
    damaged = raw[:at] + octets + raw[at + len(octets) :]
    for reads in (read_returned, read_quotes):
        reads(damaged)
    found = read_returned(damaged)
    assert found is None or len(found.tokens) <= 10
