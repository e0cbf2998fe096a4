"""Promised days, kept in mind: who decided is told before one passes without a newer decision.

What was promised is said once before its day and once when that is over; what the law wants (the
duty to inform) at each of ``promises.warn``, with a mail that says "on hold" ready to be sent. All
that there is to say at one look goes to each person in one mail. Nothing here writes to a
candidate: somebody has to decide, and to mail that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from worker.letter import Letter
from worker.policy.promises import Promise, Reminding, told_to_hr
from worker.policy.proposals import next_decision, on_hold, one_line
from worker.reading import decision_of
from worker.steps.report import Report, Reporting
from worker.store import dues
from worker.store.dues import Open

#: In how many business days a proposed "on hold" promises to write again.
NEXT_UPDATE = 10

#: So many days are told of at one look; the rest at the next.
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Promising:
    """How people are reminded. ``hears``: who decided to the address that may be told; None is HR.

    ``mailbox`` is where decisions are mailed to, if there is such a mailbox.
    """

    reporting: Reporting
    rules: Reminding
    hears: Callable[[str | None], str | None]
    mailbox: str | None = None


def remind(promising: Promising) -> None:
    """Tell whom it concerns of every day that comes near, or is over."""
    store, rules, now = promising.reporting.store, promising.rules, promising.reporting.now()
    last = rules.horizon(now)
    dues.close_settled(store, last, now)
    found = [
        (each, rules.stage(each.due, now)) for each in dues.open_until(store, last, untold=True)
    ]
    fresh = [(each, stage) for each, stage in found if stage > each.told][:AT_ONCE]
    if fresh:
        dues.tell(store, fresh, _notices(promising, fresh, now), now)


def _notices(
    promising: Promising, fresh: Iterable[tuple[Open, int]], now: datetime
) -> list[Letter]:
    """One for each reader and template."""
    mails: dict[tuple[str | None, str], list[Open]] = {}
    for each, stage in fresh:
        readers = {
            promising.hears(each.decided_by),
            *([None] if told_to_hr(each.kind, stage) else []),
        }
        template = "inform" if each.kind is Promise.INFORM else "promise"
        for reader in readers:
            mails.setdefault((reader, template), []).append(each)
    sealed = (_seal(promising, to, template, told, now) for (to, template), told in mails.items())
    return [each for each in sealed if each is not None]


def _seal(
    promising: Promising, to: str | None, template: str, told: list[Open], now: datetime
) -> Letter | None:
    rules = promising.rules
    today = rules.today(now)
    update_on = rules.calendar.business_day_after(today, NEXT_UPDATE)
    values = {"promises": [_told(each, today, update_on) for each in told],
              "mailbox": promising.mailbox}  # fmt: skip
    key = f"{template}:{told[0].token}:{told[0].day}"
    return promising.reporting.seal(Report(key=key, template=template, values=values, to=to))


def _told(each: Open, today: date, update_on: date) -> Mapping[str, object]:
    """A day in the words of its notice; ``lines`` are those of a decision mail about it."""
    decision = decision_of(each.decision)
    informs = each.kind is Promise.INFORM
    return {
        "kind": each.kind.value, "day": each.day, "days": (each.day - today).days,
        "entry": each.token, "outcome": decision.outcome.value,
        "name": one_line(decision.name), "who": f"{one_line(decision.name)} <{decision.email}>",
        "job_title": one_line(decision.job_title), "next_step": one_line(decision.next_step or ""),
        "decided_by": one_line(each.decided_by or ""),
        "lines": on_hold(decision, update_on) if informs else next_decision(decision),
    }  # fmt: skip
