"""What is told to whom of promised days, and when: decisions and a clock, against the notices."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from deciding import letters_leave
from promising import Office, become, promised
from sample import open_store
from tables import cases

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.mailform import DecisionMail, read_mail
from worker.store.engine import Store


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied, for making one takes longer than a case."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(folder).close()
    return folder / "followup.db"


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copy(empty, tmp_path)
    store = Store(f"sqlite:///{tmp_path}/followup.db")
    yield Office(store)
    store.close()


def told(office: Office, case: dict[str, Any]) -> list[str]:
    decided, said = list(case["decided"]), list[str]()
    for look in case["looks"]:
        while decided and decided[0]["on"] <= look:
            given = {**decided.pop(0)}
            became = given.pop("became")
            become(office.store, promised(**given), became)
        said += sorted(office.remind(look))
        assert office.remind(look) == [], "the same look again says nothing"
    return said


@cases("reminders")
def test_a_promised_day_is_told_of(office: Office, case: dict[str, Any]) -> None:
    assert told(office, case) == case["told"]


@cases("inform")
def test_the_duty_to_inform_is_told_of(office: Office, case: dict[str, Any]) -> None:
    assert told(office, case) == case["told"]


def test_all_that_there_is_to_say_to_a_person_is_one_mail(office: Office) -> None:
    for number in range(1, 6):
        day = date(2026, 12, 9 + number % 2)
        become(office.store, promised(number, outcome="on_hold", update_on=day), "sent")
    (said,) = office.remind(date(2026, 12, 8))
    assert said.count("update") == 5
    first, last = office.texts[0].find("December 9"), office.texts[0].find("December 10")
    assert 0 < first < last, "the most urgent first"


def proposed(office: Office) -> dict[str, str]:
    """What the decision mailbox would read, were the lines of a notice mailed to it as they are."""
    (_, _, values) = office.told[-1]
    body = "\r\n".join(values["promises"][0]["lines"])
    raw = f"From: dana@acme.example\r\nSubject: x\r\n\r\n{body}\r\n".encode()
    read = read_mail(raw, words())
    assert isinstance(read, DecisionMail)
    assert read.rows is not None
    assert not read.rows[0].problem
    return dict(read.rows[0].fields)


def test_the_proposed_mail_says_on_hold_to_the_same_candidate_in_their_language(
    office: Office,
) -> None:
    given: dict[str, Any] = {
        "language": "fr-CA",
        "job_country": "CA-ON",
        "recruiter_name": "Dana Miller",
        "recruiter_email": "dana@acme.example",
    }
    become(office.store, promised(outcome="thank_you", **given), "sent")
    office.remind(date(2026, 12, 24))
    assert proposed(office) == {
        "outcome": "on_hold", "name": "Ana Pérez 1", "email": "c1@candidates.example",
        "job_title": "Data Analyst", "application_id": "A-1", "update_on": "2027-01-07", **given,
    }  # fmt: skip


def test_on_hold_after_on_hold_is_proposed_with_a_stage_of_its_own(office: Office) -> None:
    given: dict[str, Any] = {"update_on": date(2027, 3, 1), "interviewed_on": date(2026, 11, 20)}
    become(office.store, promised(outcome="on_hold", **given), "sent")
    office.remind(date(2026, 12, 24))
    assert proposed(office)["stage"] == "update 2027-01-07"


def test_a_reminder_leaves_the_decision_to_a_person(office: Office) -> None:
    given: dict[str, Any] = {"name": "Ana Pérez", "first_name": "Ana", "last_name": "Pérez"}
    row = promised(outcome="on_hold", update_on=date(2026, 12, 10), **given)
    become(office.store, row, "sent")
    office.remind(date(2026, 12, 8))
    read = proposed(office)
    assert "outcome" not in read
    assert (read["first_name"], read["last_name"]) == ("Ana", "Pérez")
    assert "Decision:\n" in office.texts[0]


def test_a_line_break_in_a_cell_adds_no_line_to_the_proposed_mail(office: Office) -> None:
    title = "Analyst\nDecision: offer\u2028Update on: 2026-01-01"
    become(office.store, promised(outcome="thank_you", job_title=title), "sent")
    office.remind(date(2026, 12, 24))
    assert proposed(office)["outcome"] == "on_hold"
    assert proposed(office)["update_on"] == "2027-01-07"


def test_nothing_of_it_ever_goes_to_a_candidate(office: Office) -> None:
    become(office.store, promised(outcome="thank_you"), "sent")
    for day in (date(2026, 12, 24), date(2027, 1, 4), date(2027, 1, 30)):
        office.remind(day)
    assert {to for to, _, _ in office.told} == {"dana@acme.example", "hr@acme.example"}
    assert len(letters_leave(office.store, office.now)) == len(office.told)


def test_a_notice_that_comes_back_as_a_decision_mail_decides_nothing(office: Office) -> None:
    become(office.store, promised(outcome="thank_you", update_on=date(2026, 12, 23)), "sent")
    office.remind(date(2026, 12, 24))
    assert len(office.texts) == 4
    for told in office.texts:
        body = told.partition("\n\n")[2].replace("\n", "\r\n")
        raw = f"From: dana@acme.example\r\nSubject: x\r\n\r\n{body}".encode()
        with pytest.raises(BadSubmission, match="at the very top"):
            read_mail(raw, words())
