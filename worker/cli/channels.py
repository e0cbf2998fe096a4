"""Calls and the shadow, wired; and what ``check`` and ``status`` say of them."""

from collections.abc import Iterator, Mapping
from functools import partial

from worker.cli import build, people
from worker.cli.reporting import language_of
from worker.decision import Decision, Outcome
from worker.policy.calendar import Calendar
from worker.policy.timing import Hours
from worker.settings import Settings
from worker.steps.calls import Calling
from worker.steps.judge import House, told_of
from worker.steps.report import Report, Reporting
from worker.steps.shadow import Shadowing
from worker.store.engine import Store

_RELEASE = "read what HR was sent, then followup release or followup cancel each"


def calling(given: Settings, store: Store, rules: House, reports: Reporting) -> Calling:
    """How people are asked to call, and told not to."""
    ours, hr = people.ours_of(given), given.company.hr_address

    def hours(decision: Decision) -> tuple[Hours, Calendar]:
        own = rules.calendars.of(decision.job_country, decision.timezone)
        return rules.timings[decision.outcome].hours, own

    def title(told: Report) -> str:
        to = told.to or hr
        write = partial(rules.renderer.notice, language=language_of(given, to) if to else None)
        return " ".join(write(f"{told.template}/subject.txt", told.values).split())

    return Calling(
        store=store,
        reporting=reports,
        company=rules.calendars.company(),
        call_within=given.channels.call_within,
        hours=hours,
        told=lambda decision: told_of(decision, rules),
        caller=lambda decision: ours.hears(decision.recruiter_email, decision.decided_by),
        reads=lambda to: to or hr,
        title=title,
        organizer=rules.sender,
        by_reply=given.mailbox.enabled,
        confirms=given.channels.confirm_call,
        now=build.now,
        tell=build.tell,
    )


def shadowing(given: Settings, store: Store, reports: Reporting) -> Shadowing:
    """What goes while the shadow lies over the rest."""
    return Shadowing(
        store=store,
        live=live(given),
        reporting=reports,
        zone=given.company.timezone,
        now=build.now,
        tell=build.tell,
    )


def live(given: Settings) -> frozenset[Outcome] | None:
    """The outcomes that go although there is a shadow; None where there is none."""
    return given.guards.live if given.guards.shadow else None


def in_words(given: Settings, waiting: Mapping[str, int]) -> Iterator[str]:
    """Whether a shadow lies over candidates, and how much waits for it; nothing without either."""
    if given.guards.shadow:
        listed = ", ".join(sorted(given.guards.live)) or "no outcome"
        yield f"shadow: guards.shadow is on, nothing goes to candidates; live: {listed}"
    if waiting:
        told = ", ".join(f"{outcome} {number}" for outcome, number in waiting.items())
        yield f"shadow: letters that are held for it: {told}; {_RELEASE}"
