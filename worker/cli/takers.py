"""What may be done with a mail, wired: the steps that are asked about it, in their order."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from worker.cli import build, people
from worker.cli.answers import Answers, answers
from worker.cli.reporting import heard
from worker.decision import Outcome
from worker.intake.jail import Jail
from worker.settings import Settings
from worker.steps.act import act, due_of
from worker.steps.aside import Asides, warn
from worker.steps.confirm import Confirming, take_confirmation
from worker.steps.decisions import Deciding, take_decision
from worker.steps.judge import By, House
from worker.steps.mails import Taker
from worker.steps.replies import Replying, take_answer
from worker.steps.report import Reporting
from worker.steps.returns import Returning, take_reply, take_return
from worker.store import views
from worker.store.engine import Store


def takers(
    given: Settings, store: Store, rules: House, *, jail: Jail, reports: Reporting, asides: Asides
) -> Sequence[Taker]:
    """Returns and answers first, for they are known by a token of ours; decisions last."""
    words = answers(given, rules)
    returning = Returning(
        store=store, deciders=people.deciders(given), seal=reports.seal,
        zone=given.company.timezone, now=build.now, tell=build.tell,
    )  # fmt: skip
    confirming = Confirming(
        store=store, due=_due(given, store), answer=words.confirmed, now=build.now
    )
    deciding = Deciding(
        store=store,
        read_sheet=jail.read_sheet,
        deciders=people.deciders(given),
        taking=lambda by: heard(build.taking(store, rules, by), reports, _address(by)),
        confirms=given.mailbox.confirm,
        confirms_weak=_confirms_weak(given),
        receipt=words.receipt,
        warns=partial(warn, into=asides),
        new_token=build.new_token,
        now=build.now,
    )
    return [
        partial(take_return, into=returning),
        partial(take_reply, into=returning),
        partial(take_confirmation, into=confirming),
        partial(take_answer, into=_replying(given, store, words, asides)),
        partial(take_decision, into=deciding),
    ]


def _replying(given: Settings, store: Store, words: Answers, asides: Asides) -> Replying:
    acting = build.acting(given, store)
    return Replying(
        store=store,
        deciders=people.deciders(given),
        hr_address=given.company.hr_address,
        is_ours=people.ours_of(given).has,
        act=lambda entry, verb, by: act(acting, entry, verb, by=by, now=build.now()),
        answer=partial(words.acted, acting),
        warns=partial(warn, into=asides),
        now=build.now,
    )


def _address(by: By) -> str | None:
    return by.decider.address if by.decider else None


def _confirms_weak(given: Settings) -> frozenset[Outcome]:
    """What waits for its decider's answer where another may be the sender: everything."""
    return frozenset(Outcome) if given.mailbox.confirm_weak else given.mailbox.confirm


def _due(given: Settings, store: Store) -> Callable[[str, datetime], datetime]:
    acting = build.acting(given, store)
    return lambda name, now: due_of(acting, views.find(store, name), now)
