"""Decisions that rest on a background check are refused, however they are spelt."""

from typing import Any

from tables import cases

from worker import columns
from worker.columns import read_outcome
from worker.errors import AdverseAction
from worker.policy.adverse import refuse_said, refuse_spelt
from worker.reading import Reading, read_decision

WORDS = columns.words()
READING = Reading(outcome=lambda text: read_outcome(text, WORDS))
ANA = {"email": "ana@candidates.example", "name": "Ana Pérez", "job_title": "Data Analyst"}


def refused(fields: dict[str, str]) -> AdverseAction | None:
    try:
        refuse_spelt(fields)
        refuse_said(read_decision(fields, READING))
    except AdverseAction as why:
        return why
    return None


@cases("adverse")
def test_a_row_that_rests_on_a_background_check_is_refused(case: dict[str, Any]) -> None:
    why = refused(ANA | case["gives"])
    assert (why.what if why else "") == case["what"]


def test_the_problem_says_what_the_law_asks_and_that_a_person_has_to_do_it() -> None:
    why = refused(ANA | {"outcome": "adverse action"})
    assert why is not None
    assert str(why).startswith("outcome: 'adverse action': followup writes no letter")
    for part in ("notice before", "copy of the report", "time to answer", "A person has to do it"):
        assert part in str(why)


def test_a_spelling_that_the_configuration_adds_does_not_let_it_through() -> None:
    words = columns.words({}, {"rejected": ["adverse action"]})
    assert read_outcome("adverse action", words) == "rejected"
    assert refused(ANA | {"outcome": "adverse action"}) is not None
