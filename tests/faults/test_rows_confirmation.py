"""Row 41: a confirmation token used again, by another, guessed, for another decision, or too late.

Too late is ``test_after_its_time_it_confirms_nothing`` in ``tests/store/test_confirmations.py``.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confirming import OFFER, answer, asked
from decisions import mail
from mailplace import DONE, PROBLEMS, Place, text
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import statuses

pytestmark = pytest.mark.servers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        yield Place(tmp_path, smtp, imap)


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
