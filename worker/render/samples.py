"""Invented candidates, for previews and for the linter.

The days are fixed: nothing here asks what day it is.
"""

from datetime import date

from worker.decision import Decision, Outcome
from worker.policy.reasons import Told

_INTERVIEW = date(2027, 1, 12)
_LATER = date(2027, 1, 29)


def sample_decision(outcome: Outcome) -> Decision:
    """A decision that gives everything a letter of that outcome may use."""
    return Decision(
        email="ana.perez@example.org",
        name="Ana Pérez",
        first_name="Ana",
        last_name="Pérez",
        job_title="Data Analyst",
        outcome=outcome,
        application_id="A-1042",
        stage="second interview",
        interviewed_on=_INTERVIEW,
        decided_on=date(2027, 1, 14),
        recruiter_name="Lena Hoffmann",
        recruiter_email="lena.hoffmann@example.com",
        next_step=_NEXT_STEPS.get(outcome),
        next_step_on=date(2027, 1, 21) if outcome is Outcome.ADVANCED else None,
        update_on=_LATER if outcome in _UPDATED else None,
        start_on=date(2027, 3, 1) if outcome is Outcome.OFFER else None,
        expires_on=_LATER if outcome is Outcome.OFFER else None,
        conditions="two references and proof of the right to work"
        if outcome is Outcome.OFFER
        else None,
    )


def sample_told(outcome: Outcome) -> Told:
    """What a letter of that outcome may say about why."""
    return _TOLD.get(outcome, Told())


_NEXT_STEPS = {
    Outcome.ADVANCED: "A 60-minute video interview with the team lead",
    Outcome.THANK_YOU: "The hiring team meets to talk about all interviews.",
}

_UPDATED = (Outcome.ADVANCED, Outcome.ON_HOLD, Outcome.THANK_YOU)

_TOLD = {
    Outcome.REJECTED: Told(
        "We were looking for hands-on experience with Kubernetes in production.",
        "Collect success metrics from your projects that you can share in your next interview.",
    ),
    Outcome.ON_HOLD: Told("The budget for this position is being reviewed."),
}
