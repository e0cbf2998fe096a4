"""The decision mailbox, whole: real Dovecot, the worker as a process, letters and receipts."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from mailplace import DONE, PROBLEMS, Place, text
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from workplace import as_csv, row, start, statuses, wait_for

from worker.store import views
from worker.store.engine import Store

pytestmark = pytest.mark.servers

PASS_FOR_EVIL = "dmarc=pass header.from=evil.example"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ScriptedServer() as smtp, Dovecot() as imap:
        yield Place(tmp_path, smtp, imap)


def test_a_proved_decision_becomes_a_letter_and_a_receipt(place: Place) -> None:
    place.take_in(mail(decision()))
    (sent,) = place.letters()
    assert sent["To"].addresses[0].addr_spec == "c1@candidates.example"
    assert "Kubernetes" in text(sent)
    assert "salary" not in sent.as_string()
    (receipt,) = place.receipts()
    assert receipt["Auto-Submitted"] == "auto-generated"
    assert receipt["In-Reply-To"].endswith("@acme.example>")
    told = text(receipt)
    assert "c1@candidates.example" in told
    assert "followup cancel" in told
    assert text(sent).splitlines()[0] in told
    assert place.lies_in() == {DONE: 1}


def test_the_same_mail_again_wherever_it_lies_does_nothing(place: Place) -> None:
    raw = mail(decision())
    place.take_in(raw)
    place.take_in(raw)  # delivered a second time, by an alias or by a person's hand
    place.take_in(b"Received: from another by way\r\n" + raw)
    assert len(place.letters()) == 1
    assert len(place.receipts()) == 1
    assert place.lies_in() == {DONE: 3}


def test_the_same_decision_in_another_mail_is_answered_as_known(place: Place) -> None:
    place.take_in(mail(decision()), mail(decision()))
    assert len(place.letters()) == 1
    assert len(place.receipts()) == 2
    assert any("known already" in text(each) for each in place.receipts())


@pytest.mark.parametrize(
    "forged",
    [
        mail(decision(), results=""),
        mail(decision(), results="dmarc=fail header.from=acme.example"),
        mail(decision(), results="spf=pass smtp.mailfrom=e.example; dkim=pass header.d=e.example"),
        mail(decision(), results=PASS_FOR_EVIL),
        b"Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example\r\n"
        + mail(decision()),
        mail(decision(), results="").replace(
            b"From: ", b"Authentication-Results: other.example; dmarc=pass\r\nFrom: ", 1
        ),
        mail(decision(), sender="mallory@acme.example"),
        mail(decision(), sender=f'"{DECIDER}" <m@evil.example>', results=PASS_FOR_EVIL),
        mail(decision()).replace(b"From: Dana", b"From: mallory@evil.example\r\nFrom: Dana", 1),
    ],
)  # fmt: skip
def test_what_is_not_proved_to_be_a_decider_is_quarantined_and_nobody_is_answered(
    place: Place, forged: bytes
) -> None:
    place.take_in(forged)
    assert place.letters() + place.receipts() == []
    assert {recipient for recipient, _ in place.smtp.taken} <= {"hr@acme.example"}
    assert place.lies_in() == {PROBLEMS: 1}
    assert "quarantined" in place.events()
    assert statuses(place.home) == {}


@pytest.mark.parametrize(
    "machine",
    [
        mail(decision(), Auto_Submitted="auto-replied"),
        mail(decision(), List_Id="<all.acme.example>"),
        mail(decision(), Precedence="bulk"),
        mail(decision(), Return_Path="<>"),
        mail(decision(), X_Followup_Id="abc"),
        mail(decision(), sender="talent@acme.example"),
    ],
)
def test_mail_of_machines_is_no_decision_and_is_not_answered(place: Place, machine: bytes) -> None:
    place.take_in(machine)
    assert place.smtp.taken == []
    assert place.lies_in() == {PROBLEMS: 1}
    assert place.events() == ["mail_ignored"]


def test_a_mail_that_is_no_decision_is_answered_with_how_one_looks(place: Place) -> None:
    place.take_in(mail("Hi, please reject Ana.\n"))
    (receipt,) = place.receipts()
    assert "Decision: reject" in text(receipt)
    assert place.letters() == []
    assert place.lies_in() == {PROBLEMS: 1}


def test_what_a_decider_may_not_decide_is_said_so(place: Place) -> None:
    place.environ["FOLLOWUP_DECIDERS"] = (
        f'[{{"address": "{DECIDER}", "outcomes": ["advanced"], "per_day": 1}}]'
    )
    step = "Next step: A talk\nNext step on: 2027-01-15\n\n"
    advance = [decision(n, word="advance").replace("\n\n", f"\n{step}") for n in (2, 3)]
    place.take_in(mail(decision(1)), mail(advance[0]), mail(advance[1]))
    told = [text(each) for each in place.receipts()]  # two senders: in whatever order
    for said in ("may not decide rejected", "c2@candidates.example", "1 decisions in 24 hours"):
        assert len([each for each in told if said in each]) == 1, said
    assert statuses(place.home) == {"c2@candidates.example": "sent"}
    assert place.lies_in() == {DONE: 1, PROBLEMS: 2}


def test_an_attached_file_is_a_batch_answered_row_by_row(place: Place) -> None:
    rows = [row(1), row(2, "advanced"), row(3) | {"outcome": "maybe"}]
    place.take_in(mail("Here they are.\n", attached=("decisions.csv", as_csv(rows))))
    assert len(place.letters()) == 2
    (receipt,) = place.receipts()
    assert "maybe" in text(receipt)
    assert place.lies_in() == {DONE: 1}
    store = Store(f"sqlite:///{place.home}/var/followup.db")
    assert {each["decided_by"] for each in views.entries(store, views.Asked())} == {DECIDER}
    store.close()


def test_a_newer_mail_about_the_same_application_stops_the_older_one(place: Place) -> None:
    place.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    later = decision(1, word="withdrawn").split("Reason")[0]
    padded = decision(1).replace("Thanks!", "Thanks! " + "This one is longer. " * 50)
    place.take_in(mail(padded), mail(later))
    assert sorted(statuses(place.home).values()) == ["done"]  # one address, the newest row
    assert "superseded" in place.events()
    assert place.letters() == []


def test_a_mail_that_is_too_large_is_put_aside_and_the_next_is_read(place: Place) -> None:
    place.environ["FOLLOWUP_MAILBOX__MAX_BYTES"] = "20000"
    place.take_in(mail(decision(1) + "x" * 30000), mail(decision(2)))
    assert statuses(place.home) == {"c2@candidates.example": "sent"}
    assert place.lies_in() == {DONE: 1, PROBLEMS: 1}


def test_idle_wakes_the_worker_long_before_it_would_poll(place: Place) -> None:
    place.environ["FOLLOWUP_MAILBOX__POLL"] = "10m"
    with start(place.home, place.environ, "run", "--no-web") as worker:
        wait_for((place.home / "var" / "heartbeat").exists)
        for number in (1, 2):  # the second comes while the worker idles for certain
            place.imap.append(mail(decision(number)))
            wait_for(lambda wanted=number: len(place.letters()) == wanted)  # type: ignore[misc]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0


def test_a_mailbox_that_goes_away_comes_back_and_nothing_is_taken_twice(place: Place) -> None:
    place.environ["FOLLOWUP_MAILBOX__POLL"] = "1s"
    with start(place.home, place.environ, "run", "--no-web") as worker:
        place.imap.append(mail(decision(1)))
        wait_for(lambda: len(place.letters()) == 1)
        place.imap.stop()
        time.sleep(1)
        assert worker.poll() is None
        place.imap.start()
        place.imap.append(mail(decision(2)))
        wait_for(lambda: len(place.letters()) == 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert len(place.receipts()) == 2


def test_a_mail_that_was_not_proved_is_looked_at_again_when_it_comes_with_proof(
    place: Place,
) -> None:
    genuine = mail(decision())
    forwarded = genuine.replace(b"dmarc=pass", b"dmarc=fail", 1)
    place.take_in(forwarded)
    assert place.letters() == []
    place.take_in(genuine)
    assert len(place.letters()) == 1
    assert place.lies_in() == {DONE: 1, PROBLEMS: 1}


def test_a_name_that_no_header_can_hold_does_not_cost_the_decider_the_receipt(
    place: Place,
) -> None:
    place.take_in(mail(decision()).replace(b"Dana Miller", b"=?iso-8859-1?Q?Dana_=93DM=94?="))
    assert len(place.letters()) == 1
    assert len(place.receipts()) == 1
    assert place.lies_in() == {DONE: 1}
