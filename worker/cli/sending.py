"""The sending threads, wired: the session, the waits, the pace, and who is told of trouble."""

import random
import threading
from functools import partial

from worker import retry
from worker.cli import build
from worker.cli.channels import live
from worker.cli.reporting import reporting
from worker.delivery.smtp import open_session
from worker.lifecycle import Retry
from worker.settings import Settings
from worker.settings.texts import per_minute
from worker.steps.act import in_hours
from worker.steps.judge import House
from worker.steps.report import report
from worker.steps.resting import Resting
from worker.steps.send import Sender
from worker.steps.settle import Settling
from worker.store.engine import Checkpoint, Store, pass_by


def sender(
    given: Settings,
    settling: Settling,
    rules: House,
    stop: threading.Event,
    *,
    checkpoint: Checkpoint = pass_by,
) -> Sender:
    """One sending thread."""
    server, acting = build.account(given), build.acting(given, settling.store)
    return Sender(
        store=settling.store,
        settling=settling,
        resting=_resting(given, settling.store, rules),
        opens=lambda: retry.opening(lambda: open_session(server, checkpoint), stop),
        retry=Retry(
            delay=retry.delays(given.retry.first, given.retry.longest, random.random),
            give_up=given.retry.give_up,
        ),
        answer_timeout=given.smtp.answer_timeout,
        pause=build.pause_of(given),
        hours=partial(in_hours, acting),
        live=live(given),
        lease=build.new_lease,
        now=build.now,
        tell=build.tell,
    )


def _resting(given: Settings, store: Store, rules: House) -> Resting:
    return Resting(
        store=store,
        limit=per_minute(given.smtp.rate),
        zone=given.company.timezone,
        report=partial(report, reporting(given, store, rules)),
        tell=build.tell,
    )
