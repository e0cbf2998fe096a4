"""Which policy of reasons holds for a decision, and what people hear of it."""

from pathlib import Path
from typing import Any

import pytest
from faults.handing_in import taken
from sample import decision
from tables import cases
from workplace import row

from worker.decision import Outcome
from worker.policy.donts import advice
from worker.policy.reasonpolicy import Policies, Ruling, left_out, named, policy_for
from worker.policy.reasons import Policy


@cases("reason_policy")
def test_the_job_goes_before_the_country_and_the_country_before_the_house(
    case: dict[str, Any],
) -> None:
    policies = Policies(
        default=Policy(case["default"]),
        countries={name: Policy(policy) for name, policy in case.get("countries", {}).items()},
        jobs={name: Policy(policy) for name, policy in case.get("jobs", {}).items()},
        country=case.get("company"),
    )
    given = decision(
        job_title=case.get("job_title", "Data Analyst"), job_country=case.get("job_country")
    )
    assert str(policy_for(given, policies)) == case["because"]


def test_a_problem_names_the_setting_only_where_it_is_a_special_one() -> None:
    problems = ["reason: missing"]
    assert named(problems, Ruling(Policy.FREE)) == problems
    special = Ruling(Policy.FREE, "reasons.countries.US")
    assert named(problems, special) == ["reason: missing (reasons.countries.US is free)"]


def test_what_a_letter_may_not_say_is_never_left_out_silently() -> None:
    nothing = Ruling(Policy.NONE, "reasons.countries.DE")
    given = decision(reason_code="SKILL", recommendation="Learn SQL.")
    assert left_out(given, nothing) == (
        "the letter leaves out reason and reason_code and recommendation: "
        "reasons.countries.DE is none"
    )
    assert left_out(decision(reason=None), nothing) is None
    assert left_out(given, Ruling(Policy.FREE)) is None
    assert left_out(decision(outcome=Outcome.ON_HOLD), nothing) is not None


@pytest.mark.parametrize(
    ("country", "countries", "times"),
    [
        ("DE", {}, 1),
        ("DE-BY", {}, 1),
        ("DE", {"DE": Policy.NONE}, 0),
        ("DE-BY", {"DE": Policy.NONE}, 0),
        ("DE", {"DE": Policy.FREE}, 1),
        ("US", {}, 0),
        (None, {}, 0),
    ],
)
def test_a_german_company_is_advised_to_give_no_reasons(
    country: str | None, countries: dict[str, Policy], times: int
) -> None:
    found = list(advice(Policies(country=country, countries=countries)))
    assert [f"company.country is {country}" in text for text, _ in found] == [True] * times


GERMANY = {"FOLLOWUP_COMPANY__COUNTRY": "DE", "FOLLOWUP_REASONS__COUNTRIES": '{"DE": "none"}'}


def test_a_letter_without_its_reason_is_made_with_a_note(tmp_path: Path) -> None:
    (answer,) = taken(tmp_path, row(1), **GERMANY)
    assert answer.verdict.status == "queued"
    assert answer.verdict.problem == (
        "the letter leaves out reason and recommendation: reasons.countries.DE is none"
    )
    assert answer.judged is not None
    assert answer.judged.rendered is not None
    assert "Kubernetes" not in answer.judged.rendered.text


def test_a_row_of_another_country_is_judged_by_the_policy_of_that(tmp_path: Path) -> None:
    more = GERMANY | {"FOLLOWUP_REASONS__COUNTRIES": '{"DE": "none", "US": "catalogue"}'}
    (answer,) = taken(tmp_path, row(1, job_country="US"), **more)
    assert answer.verdict.status == "refused"
    assert (answer.verdict.problem or "").endswith("(reasons.countries.US is catalogue)")
