"""``run``: intake, sending and housekeeping until SIGTERM, or everything once."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from worker import health
from worker.cli import build, dropping, storage
from worker.cli.answers import file_receipt
from worker.cli.mailroom import Mailroom, mailroom
from worker.cli.patience import Seldom, patient
from worker.cli.reporting import heard, reporting
from worker.cli.resolving import resolver
from worker.cli.sending import sender
from worker.cli.upkeep import Upkeep, upkeep
from worker.errors import FollowupError, SettingsError
from worker.loop import Step, exhaust, run_all, stopped_by_signals
from worker.settings import Settings
from worker.steps.files import Files, take_in_files
from worker.steps.resolve import Resolver, resolve
from worker.steps.resting import remind
from worker.steps.send import Sender, leave, send_one
from worker.steps.settle import Settling
from worker.store import outbox, pauses
from worker.store.engine import Checkpoint, Store, pass_by, reachable

app = typer.Typer()

#: Seconds between two looks at the outbox, and between two signs of life or looks for proof.
LOOK, BEAT = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Parts:
    """A worker's parts, wired; what ``run`` drives and the demo drives too."""

    given: Settings
    store: Store
    files: Files
    senders: list[Sender]
    mailroom: Mailroom | None
    resolver: Resolver
    settling: Settling
    upkeep: Sequence[Upkeep]
    stop: threading.Event


def parts(
    given: Settings, store: Store, stop: threading.Event, checkpoint: Checkpoint = pass_by
) -> Parts:
    """Wire a worker. Raises ``SettingsError``.

    ``checkpoint`` is told of each step on the disk and each write to the mail server.
    """
    rules = build.house(given)
    complain = Seldom(build.tell, time.monotonic)
    settling = storage.settling(given, store, stop, complain, checkpoint)
    reports = reporting(given, store, rules)
    files = dropping.files(given, store, rules, drop=dropping.drop(given, checkpoint))
    return Parts(
        given=given,
        store=store,
        files=replace(files, into=heard(files.into, reports), receipt=file_receipt(given, rules)),
        senders=[
            sender(given, settling, rules, stop, checkpoint=checkpoint)
            for _ in range(given.smtp.connections)
        ],
        mailroom=mailroom(given, store, rules, stop) if given.mailbox.enabled else None,
        resolver=resolver(given, store, rules),
        settling=settling,
        upkeep=upkeep(given, store, rules, reports),
        stop=stop,
    )


def steps(worker: Parts) -> Mapping[str, tuple[Step, float]]:
    """Every step with how long it rests, in seconds, when it has nothing to do."""
    given = worker.given
    found: dict[str, tuple[Step, float]] = {
        "housekeeping": (partial(_keep_house, worker), BEAT),
        "resolve": (partial(resolve, worker.resolver), BEAT),
    }
    if given.csv.enabled:
        found["csv"] = (partial(_look_into_drop, worker.files), given.csv.poll.total_seconds())
    if worker.mailroom is not None:
        found["mailbox"] = (worker.mailroom.look_and_wait, 0.0)
    for number, each in enumerate(worker.senders, 1):
        found[f"send-{number}"] = (partial(send_one, each), LOOK)
    return {
        name: (patient(step, worker.stop, worker.settling.complain), rest)
        for name, (step, rest) in found.items()
    }


def _look_into_drop(files: Files) -> bool:
    """A share that is away for a while must not keep letters from going out."""
    try:
        return take_in_files(files)
    except SettingsError as why:
        build.tell("drop_lost", why=str(why))
    except OSError as why:  # a full disk, most often; what was begun is taken again, and done once
        build.tell("drop_lost", why=f"csv.folder: {why.strerror}; see the disk's free space")
    return False


def _keep_house(worker: Parts) -> bool:
    with suppress(OSError):  # a disk that is full or read-only: the pulse stops, the worker goes on
        health.beat(health.pulse(worker.given.home))
    if taken_back := outbox.reclaim(worker.store, build.now()):
        build.tell("reclaimed", rows=taken_back)
    remind(worker.senders[0].resting, build.now())
    for each in worker.upkeep:
        each()
    return False


def run_until(worker: Parts, stop: threading.Event) -> None:
    """Drive everything until ``stop``; raises what crashed."""
    try:
        storage.start(worker.settling)
        run_all(steps(worker), stop)
    finally:
        _leave(worker)


def run_once(worker: Parts, stop: threading.Event) -> None:
    """Take in all that is there, send all that is due."""
    try:
        storage.start(worker.settling)
        if worker.given.csv.enabled:
            take_in_files(worker.files, stop.wait)
        if worker.mailroom is not None:
            worker.mailroom.look()
        resolve(worker.resolver)
        remind(worker.senders[0].resting, build.now())
        for each in worker.upkeep:
            each()
        exhaust([partial(send_one, each) for each in worker.senders], stop)
    finally:
        _leave(worker)


def _leave(worker: Parts) -> None:
    for each in worker.senders:
        leave(each)
    if worker.mailroom is not None:
        worker.mailroom.close()
    worker.settling.beside.close()


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Take in, send what is due, exit.")] = False,  # noqa: FBT002 - Typer reads flags so
    web: Annotated[bool, typer.Option("--web/--no-web", help="With the desk.")] = True,  # noqa: FBT002, ARG001 - same; the desk is not in this release
) -> None:
    """Take in decisions and send letters until told to stop."""
    given = build.settings()
    build.configure_log(given)
    stop = threading.Event()
    with ExitStack() as held:
        store = build.open_store(given)
        held.callback(store.close)
        held.enter_context(store.sole_worker())
        worker = parts(given, store, stop)
        held.enter_context(stopped_by_signals(stop))
        build.tell("started", version=build.VERSION, host=given.smtp.host)
        build.tell("database", what=reachable(store))
        try:
            if once:
                run_once(worker, stop)
            else:
                run_until(worker, stop)
        except FollowupError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the supervisor starts the worker again
            build.tell_crash()
            raise typer.Exit(1) from None
        _say_pause(store)
        build.tell("stopped")


def _say_pause(store: Store) -> None:
    now = build.now()
    for each in pauses.standing(store, now).holding:
        left = (each.until - now) // timedelta(seconds=1) if each.until else None
        build.tell("paused", scope=each.scope, seconds=left, why=each.why)
