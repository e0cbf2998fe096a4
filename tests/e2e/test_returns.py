"""Letters that come back, whole: a real Postfix bounces, a real Dovecot gets it, HR hears of it."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from mailplace import DONE, PROBLEMS, Place, text
from servers.dovecot import Dovecot
from servers.postfix import postfix
from servers.scripted import ScriptedServer
from workplace import drop, environment, finish, row, statuses, with_mailbox

pytestmark = pytest.mark.servers

ANA = "c1@candidates.example"
CORPUS = Path(__file__).parents[1] / "returns" / "data"
IN_CORPUS = b"3f9c1a7be2d04568a1cd"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        yield Place(tmp_path, smtp, imap)


def sent(place: Place, *rows: dict[str, str]) -> str:
    """A letter that went out; its token."""
    drop(place.home, "decisions.csv", rows or (row(1),))
    finish(place.home, place.environ, "run", "--once")
    (letter,) = place.letters()
    return str(letter["X-Followup-Id"])


def sample(name: str, token: str) -> bytes:
    raw = (CORPUS / f"{name}.eml").read_bytes().replace(IN_CORPUS, token.encode())
    return raw.replace(b"ana.perez@candidates", b"c1@candidates").replace(b"\n", b"\r\n")


def test_what_a_real_postfix_returns_becomes_bounced_and_hr_is_told(tmp_path: Path) -> None:
    """The candidate's server refuses the recipient, after ours has taken the letter."""
    away = {"rcpt": ["550 5.1.1 <c1@candidates.example>: no such user here"]}
    with ScriptedServer({each: list(what) for each, what in away.items()}) as theirs:
        route = f"inline:{{candidates.example=smtp:[127.0.0.1]:{theirs.port}}}"
        with postfix({"transport_maps": route}) as ours, Dovecot() as imap:
            environ = with_mailbox(
                environment(ours.port, FOLLOWUP_SMTP__RETURN_PATH=imap.user), imap
            )
            drop(tmp_path, "decisions.csv", [row(1, phone="+49 30 1234567")])
            finish(tmp_path, environ, "run", "--once")
            (returned,) = ours.wait_for(1)
            imap.append(returned.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            finish(tmp_path, environ, "run", "--once")
            _, notice = sorted(ours.wait_for(2), key=lambda raw: b"Not delivered" in raw)
    told = email.message_from_bytes(notice, policy=email.policy.default)
    (token,) = [line.split()[1].decode() for line in returned.splitlines()
                if line.startswith(b"Original-Envelope-Id:")]  # fmt: skip
    assert f"Delivered-To: {imap.user}".encode() in returned
    assert b"text/rfc822-headers" in returned  # RET=HDRS: of the letter, its header alone
    assert statuses(tmp_path) == {ANA: "bounced"}
    assert told["To"] == "hr@acme.example"
    assert f"followup show {token}" in str(told.get_content())
    assert "+49 30 1234567" in str(told.get_content())


@pytest.mark.parametrize("name", ["gmail", "qmail", "exchange_2019"])
def test_a_bounce_of_the_wild_moves_its_letter_and_lies_with_what_is_done(
    place: Place, name: str
) -> None:
    token = sent(place)
    place.take_in(sample(name, token))
    assert statuses(place.home) == {ANA: "bounced"}
    assert place.lies_in() == {DONE: 1}


def test_the_decider_is_told_and_no_other(place: Place) -> None:
    place.take_in(mail(decision(1)))
    (letter,) = place.letters()
    place.take_in(sample("gmail", str(letter["X-Followup-Id"])))
    notices = [each for each in place.receipts() if "Not delivered" in each["Subject"]]
    assert [each["To"] for each in notices] == [DECIDER]
    assert "Nobody is reached at this address" in text(notices[0])


@pytest.mark.parametrize(
    "forged",
    [
        sample("gmail", "0" * 20),
        sample("qmail", "not-a-token"),
        mail("Your letter bounced: 550 5.1.1", sender="MAILER-DAEMON@evil.example", results=""),
        mail(decision(1), sender="MAILER-DAEMON@acme.example"),
    ],
)
def test_a_forged_bounce_moves_nothing_and_tells_nobody(place: Place, forged: bytes) -> None:
    sent(place)
    place.take_in(forged)
    assert statuses(place.home) == {ANA: "sent"}
    assert place.lies_in() == {PROBLEMS: 1}
    assert len(place.smtp.taken) == 1


def test_a_bounce_of_the_notice_makes_no_other_notice(place: Place) -> None:
    place.take_in(sample("gmail", sent(place)))
    (notice,) = [raw for to, raw in place.smtp.taken if to == "hr@acme.example"]
    token = email.message_from_bytes(notice)["X-Followup-Id"]
    place.take_in(sample("gmail", token).replace(ANA.encode(), b"hr@acme.example"))
    assert len(place.smtp.taken) == 2
    assert place.events().count("bounced") == 2


def test_out_of_office_and_read_receipts_are_neither_bounce_nor_answer(place: Place) -> None:
    token = sent(place)
    place.take_in(sample("out_of_office", token), sample("read_receipt", token))
    assert statuses(place.home) == {ANA: "sent"}
    assert place.events().count("mail_ignored") == 2
    assert place.lies_in() == {PROBLEMS: 2}


def test_an_answer_of_a_candidate_stays_in_the_inbox_untouched(place: Place) -> None:
    token = sent(place)
    place.take_in(sample("reply_of_a_candidate", token))
    finish(place.home, place.environ, "run", "--once")  # not looked at again
    ((flags, _),) = place.imap.messages()
    assert "Seen" not in flags
    assert place.events().count("replied") == place.events().count("reply_noted") == 1
    assert len(place.smtp.taken) == 1


def test_a_decision_inside_a_bounce_or_an_answer_is_never_taken(place: Place) -> None:
    token = sent(place)
    inside = f"\n\n{decision(2)}".encode().replace(b"\n", b"\r\n")
    place.take_in(
        sample("gmail", token) + inside,
        sample("reply_of_a_candidate", token).replace(b"\r\n\r\n", inside, 1),
    )
    assert set(statuses(place.home)) == {ANA}


@pytest.mark.parametrize(
    ("more", "noted"),
    [
        ({}, True),
        ({"FOLLOWUP_SMTP__SENDER": "hr@acme.example"}, False),
        ({"FOLLOWUP_SMTP__RETURN_PATH": "hr@acme.example"}, False),
    ],
)
def test_check_notes_when_bounces_would_not_come_to_where_they_are_read(
    place: Place, more: dict[str, str], *, noted: bool
) -> None:
    finish(place.home, place.environ | more, "check")
    told = " ".join((place.home / "worker.log").read_text().split())
    assert ("come back to talent@acme.example, and hr@acme.example is read" in told) is noted
