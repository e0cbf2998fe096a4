"""``run``: intake, sending and housekeeping until SIGTERM, or everything once."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from worker import health
from worker.cli import build
from worker.cli.mailroom import Mailroom, mailroom
from worker.errors import FollowupError, SettingsError
from worker.loop import Step, exhaust, run_all, stopped_by_signals
from worker.settings import Settings
from worker.steps.files import Files, take_in_files
from worker.steps.send import Sender, leave, send_one
from worker.store import outbox, pauses
from worker.store.engine import Checkpoint, Store, pass_by

app = typer.Typer()

#: Seconds between two looks at the outbox, and between two signs of life.
LOOK, BEAT = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Parts:
    """A worker's parts, wired; what ``run`` drives and the demo drives too."""

    given: Settings
    store: Store
    files: Files
    senders: list[Sender]
    mailroom: Mailroom | None


def parts(
    given: Settings, store: Store, stop: threading.Event, checkpoint: Checkpoint = pass_by
) -> Parts:
    """Wire a worker. Raises ``SettingsError``.

    ``checkpoint`` is told of each step on the disk and each write to the mail server.
    """
    rules = build.house(given)
    return Parts(
        given=given,
        store=store,
        files=build.files(given, store, rules, drop=build.drop(given, checkpoint)),
        senders=[
            build.sender(given, store, stop, checkpoint) for _ in range(given.smtp.connections)
        ],
        mailroom=mailroom(given, store, rules, stop) if given.mailbox.enabled else None,
    )


def steps(worker: Parts) -> Mapping[str, tuple[Step, float]]:
    """Every step with how long it rests, in seconds, when it has nothing to do."""
    given = worker.given
    found: dict[str, tuple[Step, float]] = {
        "housekeeping": (partial(_keep_house, worker.store, given), BEAT)
    }
    if given.csv.enabled:
        found["csv"] = (partial(_look_into_drop, worker.files), given.csv.poll.total_seconds())
    if worker.mailroom is not None:
        found["mailbox"] = (worker.mailroom.look_and_wait, 0.0)
    for number, each in enumerate(worker.senders, 1):
        found[f"send-{number}"] = (partial(send_one, each), LOOK)
    return found


def _look_into_drop(files: Files) -> bool:
    """A share that is away for a while must not keep letters from going out."""
    try:
        return take_in_files(files)
    except SettingsError as why:
        build.tell("drop_lost", why=str(why))
        return False


def _keep_house(store: Store, given: Settings) -> bool:
    health.beat(health.pulse(given.home))
    if taken_back := outbox.reclaim(store, build.now()):
        build.tell("reclaimed", rows=taken_back)
    return False


def start(store: Store) -> None:
    """The first thing of a worker: what a dead one held on this SQLite file is nobody's now."""
    if taken_back := outbox.reclaim(store, build.now(), all_of_them=store.is_sqlite):
        build.tell("reclaimed", rows=taken_back)


def run_until(worker: Parts, stop: threading.Event) -> None:
    """Drive everything until ``stop``; raises what crashed."""
    start(worker.store)
    try:
        run_all(steps(worker), stop)
    finally:
        _leave(worker)


def run_once(worker: Parts, stop: threading.Event) -> None:
    """Take in all that is there, send all that is due."""
    start(worker.store)
    if worker.given.csv.enabled:
        take_in_files(worker.files, stop.wait)
    if worker.mailroom is not None:
        worker.mailroom.look()
    exhaust([partial(send_one, each) for each in worker.senders], stop)
    _leave(worker)


def _leave(worker: Parts) -> None:
    for each in worker.senders:
        leave(each)
    if worker.mailroom is not None:
        worker.mailroom.close()


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
    pause = pauses.paused(store, build.now())
    if pause is not None:
        build.tell("paused", seconds=(pause.until - build.now()) // timedelta(seconds=1),
                   why=pause.why)  # fmt: skip
