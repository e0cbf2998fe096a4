"""A row's text becomes a decision, or every problem it has is told at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from worker import columns
from worker.decision import Channel, Decision, Outcome
from worker.errors import BadDecision
from worker.reading import Reading, decision_of, read_decision

WORDS = columns.words()
READING = Reading(
    outcome=lambda text: columns.read_outcome(text, WORDS), zone=ZoneInfo("Europe/Berlin")
)
GOOD = {
    "email": "ana@candidates.example",
    "first_name": "Ana",
    "last_name": "Pérez",
    "job_title": "Data Analyst",
    "outcome": "rejected",
}


def read(**changed: str) -> Decision:
    return read_decision(GOOD | changed, READING)


def problem(**changed: str) -> str:
    with pytest.raises(BadDecision) as caught:
        read(**changed)
    return str(caught.value)


def test_a_row_is_read() -> None:
    found = read(decided_on="2026-11-20", language="pt_br", timezone="Europe/Berlin")
    assert found.name == "Ana Pérez"
    assert found.outcome is Outcome.REJECTED
    assert found.decided_on == date(2026, 11, 20)
    assert found.language == "pt-BR"
    assert found.channel is Channel.EMAIL


def test_what_is_stored_is_read_back_the_same() -> None:
    found = read(
        outcome="offer", expires_on="2027-01-31", send_not_before="2026-12-01T09:00",
        channel="phone", phone="+49 30 1", application_id="A-1", recruiter_email="r@acme.example",
    )  # fmt: skip
    assert decision_of(found.stored()) == found


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"email": ""}, "email: missing"),
        ({"email": "a@b.example, c@d.example"}, "exactly one, name@domain"),
        ({"email": "a@b.example;c@d.example"}, "exactly one"),
        ({"email": "v@w.example <x@y.example>"}, "exactly one"),
        ({"email": "ana"}, "write name@domain"),
        ({"email": "ana@localhost"}, "write name@domain"),
        ({"email": "jösé@candidates.example"}, "beyond a-z"),
        ({"email": "a@b.example\r\nBcc: x@y.example"}, "exactly one"),
        ({"first_name": "", "last_name": ""}, "name: missing; fill in name (or first_name"),
        ({"last_name": ""}, "name: missing"),
        ({"job_title": " "}, "job_title: missing"),
        ({"outcome": "maybe"}, "outcome: "),
        ({"outcome": ""}, "outcome: missing"),
        ({"decided_on": "03/04/2026"}, "write it as 2026-11-30"),
        ({"decided_on": "2026-02-30"}, "is not a date"),
        ({"decided_on": "2026-11-20T10:30"}, "is not a date"),
        ({"send_not_before": "tomorrow"}, "2026-11-30T09:00"),
        ({"timezone": "Berlin"}, "Europe/Berlin"),
        ({"timezone": "../../etc/passwd"}, "Europe/Berlin"),
        ({"language": "german!"}, "a tag such as en"),
        ({"channel": "fax"}, "email, phone or in_person"),
        ({"channel": "phone"}, "needs the number to call"),
        ({"outcome": "advanced"}, "next_step: missing; advanced needs next_step"),
        ({"outcome": "advanced", "next_step": "x"}, "needs next_step_on or update_on"),
        ({"outcome": "on_hold"}, "on_hold needs update_on"),
        ({"outcome": "offer"}, "offer needs expires_on"),
    ],
)
def test_each_problem_says_what_and_how_to_mend_it(changed: dict[str, str], told: str) -> None:
    assert told in problem(**changed)


def test_all_problems_of_a_row_are_told_at_once() -> None:
    found = problem(email="x", outcome="offer", decided_on="soon", job_title="")
    for name in ("email:", "decided_on:", "job_title:", "expires_on:"):
        assert name in found


def test_a_wrong_date_is_not_also_called_missing() -> None:
    assert problem(outcome="on_hold", update_on="soon").count("update_on") == 1


def test_a_configured_date_format_is_read_beside_iso() -> None:
    german = Reading(outcome=READING.outcome, date_format="%d.%m.%Y")
    assert read_decision(GOOD | {"decided_on": "30.11.2026"}, german).decided_on == date(
        2026, 11, 30
    )
    assert read_decision(GOOD | {"decided_on": "2026-11-30"}, german).decided_on == date(
        2026, 11, 30
    )


def test_a_spreadsheets_midnight_is_a_date() -> None:
    assert read(decided_on="2026-11-30 00:00:00").decided_on == date(2026, 11, 30)


def test_a_moment_without_a_zone_is_in_the_companys() -> None:
    found = read(send_not_before="2026-12-01T09:00").send_not_before
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_a_last_name_that_stands_as_name_beside_a_first_name_makes_the_whole() -> None:
    given = {**GOOD, "name": "Lehmann", "first_name": "Anna"}
    del given["last_name"]
    assert read_decision(given, READING).name == "Anna Lehmann"


def test_a_whole_name_beside_a_first_name_stays_as_it_is() -> None:
    given = {**GOOD, "name": "Ana Lucía Pérez", "first_name": "Ana"}
    del given["last_name"]
    assert read_decision(given, READING).name == "Ana Lucía Pérez"


def test_an_international_domain_is_written_for_the_wire() -> None:
    assert read(email="Ana@Exämple.de").email == "Ana@xn--exmple-cua.de"


def test_the_application_is_its_id_folded_or_else_address_and_job() -> None:
    assert read(application_id="A-1042").key == read(application_id=" a-1042 ").key
    assert read().key == read(email="ANA@candidates.example", job_title="data  analyst").key
    assert read().key != read(job_title="Designer").key
    assert read().key != read(stage="final").key
    assert read().key != read(outcome="thank_you").key


def test_the_substance_is_what_the_letter_says_and_where_it_goes() -> None:
    assert read().substance == read(decided_by="x", language="de").substance
    assert read().substance != read(reason="another").substance
    assert (
        read(application_id="1").substance
        != read(application_id="1", email="b@c.example").substance
    )
