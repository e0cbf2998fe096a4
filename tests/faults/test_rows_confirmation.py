"""Row 41: a confirmation token used again, by another, guessed, for another decision, or too late.

Too late is ``test_after_its_time_it_confirms_nothing`` in ``tests/store/test_confirmations.py``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confirming import OFFER, answer, asked
from decisions import decision, mail
from mailplace import DONE, PROBLEMS, Place, text
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import finish, statuses

from worker.store import views
from worker.store.engine import Store

pytestmark = pytest.mark.servers


@contextmanager
def opened(place: Place) -> Iterator[Store]:
    store = Store(f"sqlite:///{place.home}/var/followup.db")
    yield store
    store.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        yield Place(tmp_path, smtp, imap)


def statuses_of(place: Place) -> dict[str, str]:
    with opened(place) as store:
        return {str(each["entry"]): str(each["status"])
                for each in views.entries(store, views.Asked())}  # fmt: skip


def test_row_41_a_token_is_good_once_and_the_second_answer_says_so(place: Place) -> None:
    place.take_in(mail(OFFER))
    subject = asked(place)
    place.take_in(answer(subject))
    place.take_in(answer(subject))
    assert len(place.letters()) == 1
    assert "confirmed before" in text(place.receipts()[-1])


@pytest.mark.parametrize(
    "forged",
    [
        lambda subject: answer(subject, results=""),
        lambda subject: answer(
            subject,
            sender="Mallory <mallory@evil.example>",
            results="dmarc=pass header.from=evil.example",
        ),
        lambda subject: answer(re.sub(r"[0-9a-f]{20}", "0" * 20, subject)),
    ],
    ids=["unproved", "another sender", "guessed"],
)
def test_row_41_what_confirms_without_right_is_put_aside_unanswered(
    place: Place, forged: Callable[[str], bytes]
) -> None:
    place.take_in(mail(OFFER))
    before = len(place.receipts())
    place.take_in(forged(asked(place)))
    assert place.letters() == []
    assert len(place.receipts()) == before
    assert place.lies_in() == {DONE: 1, PROBLEMS: 1}
    assert list(statuses(place.home).values()) == ["held"]


@pytest.mark.parametrize(
    "machine",
    [{"Auto_Submitted": "auto-replied"}, {"word": "I am on holiday and will answer next week."}],
)
def test_row_41_an_automatic_answer_with_our_subject_confirms_nothing(
    place: Place, machine: dict[str, str]
) -> None:
    place.take_in(mail(OFFER))
    place.take_in(answer(asked(place), **machine))
    assert place.letters() == []
    assert list(statuses(place.home).values()) == ["held"]


def test_row_41_the_token_of_one_mail_confirms_nothing_of_another(place: Place) -> None:
    place.take_in(mail(OFFER))
    subject = asked(place)
    place.take_in(mail(OFFER.replace("A-1", "A-2").replace("c1@", "c2@")))
    place.take_in(answer(subject))
    (letter,) = place.letters()
    assert letter["To"].addresses[0].addr_spec == "c1@candidates.example"
    assert sorted(statuses(place.home).values()) == ["held", "sent"]


def test_row_41_the_answer_to_a_later_receipt_in_the_thread_confirms_the_later_mail(
    place: Place,
) -> None:
    place.take_in(mail(OFFER))
    first = asked(place)
    right = OFFER.replace("A-1", "A-2").replace("c1@", "c2@")
    place.take_in(mail(right, subject=f"Re: {first}"))
    newest = place.receipts()[-1]["Subject"]
    assert str(newest).count("[confirm ") == 1
    place.take_in(answer(newest))
    (letter,) = place.letters()
    assert letter["To"].addresses[0].addr_spec == "c2@candidates.example"


@pytest.mark.parametrize("word", ["offer", "withdrawn"])
def test_row_41_what_is_not_confirmed_stops_no_letter_for_good(place: Place, word: str) -> None:
    place.environ |= {"FOLLOWUP_MAILBOX__PROOF": "none", "FOLLOWUP_TIMING__HOLD": "1h"}
    place.take_in(mail(decision(), results=""))
    place.take_in(answer(asked(place), results=""))
    (letter,) = place.entries()
    place.take_in(mail(OFFER.replace("offer", word), results=""))
    held = statuses_of(place)
    assert held[letter] == "held"  # beside what may be forged, and for people to see
    assert set(held.values()) == {"held"}
    finish(place.home, place.environ, "release", letter)
    finish(place.home, place.environ, "send-now", letter)
    place.take_in()
    assert len(place.letters()) == 1


def test_row_41_once_confirmed_a_withdrawal_stops_the_letter(place: Place) -> None:
    place.environ |= {"FOLLOWUP_MAILBOX__PROOF": "none", "FOLLOWUP_TIMING__HOLD": "1h"}
    place.take_in(mail(decision(), results=""))
    place.take_in(answer(asked(place), results=""))
    place.take_in(mail(OFFER.replace("offer", "withdrawn"), results=""))
    newest = next(each["Subject"] for each in reversed(place.receipts())
                  if "[confirm " in each["Subject"])  # fmt: skip
    place.take_in(answer(newest, results=""))
    assert sorted(statuses_of(place).values()) == ["cancelled", "done"]
    assert place.letters() == []


def test_row_41_approval_does_not_stand_for_the_confirmation_of_a_weak_proof(place: Place) -> None:
    place.environ |= {
        "FOLLOWUP_MAILBOX__PROOF": "none",
        "FOLLOWUP_GUARDS__SECOND_PERSON": '["offer"]',
    }
    place.take_in(mail(OFFER, results=""))
    (entry,) = place.entries()
    finish(place.home, place.environ, "approve", entry, "--by", "boss@acme.example")
    place.take_in()
    assert place.letters() == []
    assert statuses_of(place) == {entry: "held"}
