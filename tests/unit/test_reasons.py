"""What a letter may say about why, under each of the three policies."""

from dataclasses import replace

import pytest

from worker.decision import Decision, Outcome
from worker.errors import BadDecision
from worker.policy.reasons import Approved, Policy, Told, what_to_tell

ANA = Decision(
    email="ana@example.org", name="Ana Pérez", job_title="Analyst", outcome=Outcome.REJECTED
)
CATALOGUE = {
    "EXPERIENCE": {"en": Approved("More practice.", "Practise."), "de": Approved("Mehr.", "Üben.")},
    "SKILL": {"en": Approved("Another tool.", "Learn it.")},
}


def test_policy_none_says_nothing_whatever_the_row_brings() -> None:
    given = replace(ANA, reason="Because.", reason_code="EXPERIENCE", recommendation="Do.")
    assert what_to_tell(given, Policy.NONE, CATALOGUE, ["en"]) == Told(None, None)


def test_a_code_says_its_sentences_in_the_first_language_that_has_them() -> None:
    coded = replace(ANA, reason_code="experience")
    assert what_to_tell(coded, Policy.CATALOGUE, CATALOGUE, ["de-AT", "de", "en"]) == Told(
        "Mehr.", "Üben."
    )
    assert what_to_tell(coded, Policy.CATALOGUE, CATALOGUE, ["fr", "en"]).reason == "More practice."


def test_a_row_may_bring_its_own_recommendation_but_not_its_own_reason() -> None:
    own = replace(ANA, reason_code="SKILL", reason="Written freely.", recommendation="My own.")
    assert what_to_tell(own, Policy.CATALOGUE, CATALOGUE, ["en"]) == Told(
        "Another tool.", "My own."
    )


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (None, "reason_code: missing; a rejected letter needs one of EXPERIENCE, SKILL"),
        ("TASTE", "reason_code: 'TASTE' is not in the catalogue; it has EXPERIENCE, SKILL"),
    ],
)
def test_a_missing_or_unknown_code_names_those_there_are(code: str | None, problem: str) -> None:
    with pytest.raises(BadDecision) as bad:
        what_to_tell(replace(ANA, reason_code=code), Policy.CATALOGUE, CATALOGUE, ["en"])
    assert bad.value.problems == (problem,)


def test_a_code_without_a_sentence_in_the_letters_language_is_refused() -> None:
    with pytest.raises(BadDecision, match="SKILL has no sentence in de, only in en"):
        what_to_tell(replace(ANA, reason_code="SKILL"), Policy.CATALOGUE, CATALOGUE, ["de"])


def test_free_says_what_was_written() -> None:
    free = replace(ANA, reason="We need SQL.", recommendation="Learn SQL.")
    assert what_to_tell(free, Policy.FREE, {}, ["en"]) == Told("We need SQL.", "Learn SQL.")


def test_free_tells_every_sentence_that_is_missing_at_once() -> None:
    with pytest.raises(BadDecision) as bad:
        what_to_tell(ANA, Policy.FREE, {}, ["en"])
    assert [problem.partition(":")[0] for problem in bad.value.problems] == [
        "reason",
        "recommendation",
    ]


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.REJECTED])
def test_only_a_rejection_needs_a_reason(policy: Policy, outcome: Outcome) -> None:
    assert what_to_tell(replace(ANA, outcome=outcome), policy, CATALOGUE, ["en"]) == Told()


def test_a_hold_may_give_its_cause_when_reasons_are_free() -> None:
    hold = replace(ANA, outcome=Outcome.ON_HOLD, reason="The budget is being reviewed.")
    assert what_to_tell(hold, Policy.FREE, {}, ["en"]).reason == "The budget is being reviewed."
