"""Reports to HR and to deciders, wired: which words, from whom, to whom."""

from collections import deque
from dataclasses import replace
from functools import partial

from worker.cli import build
from worker.cli.sealing import seal as sealed_notice
from worker.letter import Letter, Mailbox, Parts
from worker.notices import written
from worker.settings import Settings
from worker.steps.adverse import tell_hr
from worker.steps.judge import House
from worker.steps.report import Report, Reporting
from worker.steps.take import Taking
from worker.store.engine import Store


def language_of(given: Settings, to: str) -> str | None:
    """The language of notices to that address; None is the company's."""
    asked = (each.language for each in given.deciders if each.address.casefold() == to.casefold())
    return next(asked, None)


#: Of how many occasions it is remembered that there was nobody to tell.
REMEMBERED = 100


def reporting(given: Settings, store: Store, rules: House) -> Reporting:
    """How the worker tells people what it met."""
    untold: deque[str] = deque(maxlen=REMEMBERED)

    def seal(told: Report) -> Letter | None:
        to = told.to or given.company.hr_address
        if to is None:
            if told.key not in untold:  # while it lasts, housekeeping reminds twice a minute
                untold.append(told.key)
                build.tell("nobody_to_tell", what=told.template)
            return None
        write = partial(rules.renderer.notice, language=language_of(given, to))
        values = {"replies": given.mailbox.enabled, **told.values}
        notice = written(told.template, values, write)
        parts = Parts(sender=rules.sender, recipient=Mailbox(to), subject=notice.subject,
                      text=notice.text, calendar=told.calendar)  # fmt: skip
        return sealed_notice(given, parts, answerable=bool(told.answerable))

    return Reporting(store=store, seal=seal, now=build.now)


def heard(into: Taking, reports: Reporting, decider: str | None = None) -> Taking:
    """The same taking in, of which HR hears what a person has to do instead."""
    return replace(into, adverse=partial(tell_hr, into=reports, decider=decider))
