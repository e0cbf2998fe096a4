"""What the screening of free reasons holds, and what it must let pass."""

import pytest

from worker.policy.phrases import Kind, found
from worker.policy.reasons import touches

HELD = {
    "You seemed too young for this team.": "age",
    "We are a young and dynamic team.": "age",
    "Your age was a concern.": "age",
    "We felt your children would need you.": "family",
    "Because you are pregnant we can't start now.": "family",
    "Your family situation makes travel hard.": "family",
    "Your health might not allow the travel.": "health",
    "You had too many sick days.": "health",
    "The site is not suited to a wheelchair.": "disability",
    "Your disability would be a problem.": "disability",
    "We prefer people of another nationality.": "origin",
    "Your accent is hard to follow.": "sounds",
    "We need a native speaker.": "sounds",
    "Your religion forbids work on Fridays.": "religion",
    "We wanted a woman for this role.": "gender",
    "You were not a culture fit.": "stands in",
    "You would not fit in with our team.": "stands in",
    "You are overqualified.": "stands in",
    "You are over-qualified for it.": "stands in",
    "Another candidate had more concrete examples.": "compares",
    "Other applicants were closer to the role.": "compares",
    "We went with a stronger candidate.": "compares",
    "There were more qualified candidates.": "compares",
    "We chose someone with more experience.": "compares",
    "We had many excellent applicants.": "compares",
    "Somebody else was more experienced than you.": "compares",
    "We will consider you for the next opening.": "promises",
    "We’ll contact you when something comes up.": "promises",
    "We will keep you in mind.": "promises",
    "We encourage you to apply again.": "apply again",
    "We will keep your resume on file.": "consent",
    "Your application will be kept on record for a year.": "consent",
    "We have added you to our talent pool.": "consent",
}

FINE = [
    "We were looking for hands-on experience with Kubernetes in production.",
    "Collect success metrics from your projects that you can share in your next interview.",
    "We needed more experience with race conditions and child processes.",
    "The role requires written German at level C1.",
    "We were looking for a record of managing teams of ten or more.",
    "The role needs experience in mental health nursing.",
    "A portfolio with two or three case studies would make you a stronger candidate.",
    "We needed somebody who has led a migration from on-premises to cloud.",
    "You have a good track record; the role needs more depth in SQL.",
    "The position requires teaching children between six and ten.",
    "Practise explaining a trade-off in two sentences.",
    "We missed an example of a conflict that you solved in your team.",
    "The role needs five years of experience with Java.",
    "Keep a file of the results of your projects.",
    "In the interview your answers about testing stayed general.",
]


@pytest.mark.parametrize(("sentence", "ground"), HELD.items())
def test_a_sentence_that_no_letter_should_say_is_held_with_why(sentence: str, ground: str) -> None:
    assert any(ground in why for why in touches(sentence)), touches(sentence)


@pytest.mark.parametrize("sentence", FINE)
def test_an_ordinary_sentence_about_the_role_passes(sentence: str) -> None:
    assert touches(sentence) == []


def test_a_next_step_may_promise_but_not_compare() -> None:
    assert touches("We will call you on Friday.", promises=False) == []
    assert touches("We will contact the other candidates first.", promises=False)


def test_what_is_held_quotes_the_phrase() -> None:
    (told,) = touches("You are\noverqualified.")
    assert told.startswith('"overqualified": ')


@pytest.mark.parametrize(
    "subject",
    [
        "Unfortunately, no",
        "Your job offer",
        "Congratulations!",
        "You are through to the next round",
        "We regret to inform you",
        "Application rejected",
        "Your application is on hold",
    ],
)
def test_a_subject_that_gives_the_outcome_away_is_found(subject: str) -> None:
    assert list(found(subject, [Kind.OUTCOME]))


def test_a_neutral_subject_passes() -> None:
    assert not list(found("Your application for Data Analyst at Acme", [Kind.OUTCOME]))


def test_a_language_without_a_table_is_not_screened() -> None:
    assert not list(found("unfortunately", [Kind.OUTCOME], "fr"))
    assert list(found("unfortunately", [Kind.OUTCOME], "en-GB"))
