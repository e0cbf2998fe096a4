"""The field of a soak: the worker's home, its servers and its people, and what befalls them."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from decisions import decision, mail
from servers.dovecot import Dovecot
from workplace import drop, environment, row, with_mailbox

from soak.disk import Disk
from soak.labour import hire
from soak.plan import Act, Round
from soak.storm import Storm
from worker import verbs
from worker.cli import build
from worker.errors import NotAllowed, StoreError
from worker.lifecycle import Status
from worker.store import outbox, pauses, views
from worker.store.engine import Store

PERSON = "soak@acme.example"

#: Decision mails are about candidates with numbers from here on.
_MAILS = 1_000_000

#: Domains among which candidates live, so that trouble with one is not trouble with all.
_DOMAINS = 40


@dataclass(slots=True)
class Field:
    """Everything that a round needs."""

    disk: Disk
    storm: Storm
    imap: Dovecot | None
    environ: dict[str, str]
    handed_in: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    worker: ForkServerProcess | None = None
    restarts: int = 0
    lock: sqlite3.Connection | None = None

    @property
    def home(self) -> Path:
        """The worker's."""
        return self.disk.home

    @property
    def database(self) -> Path:
        """Where its file lies."""
        return self.home / "var" / "followup.db"


@contextmanager
def laid_out(seed: int, *, with_imap: bool) -> Iterator[Field]:
    """A field, cleared away afterwards."""
    with ExitStack() as stack:
        disk = stack.enter_context(Disk())
        storm = stack.enter_context(Storm(seed))
        imap = stack.enter_context(Dovecot()) if with_imap else None
        environ = environment(
            storm.port,
            FOLLOWUP_SMTP__ANSWER_TIMEOUT="2s",
            FOLLOWUP_RETRY__LONGEST="3s",
            SOAK_LOG=str(disk.folder / "worker.log"),
        )
        ground = Field(disk, storm, imap, with_mailbox(environ, imap) if imap else environ)
        stack.callback(_end, ground)
        yield ground


def _end(ground: Field) -> None:
    """Whatever happened, no worker outlives its field."""
    if ground.worker is not None:
        ground.worker.kill()
        ground.worker.join()


def live(ground: Field, life: Round, number: int) -> None:
    """One life of the worker, from its start to its kill."""
    _hand_in(ground, life, number)
    ground.worker, begun = hire(ground.home, ground.environ), time.monotonic()
    try:
        for moment, act in life.acts:
            _work_until(ground, begun + moment)
            befall(ground, act)
    finally:
        ground.worker.kill()
        ground.worker.join()
        ground.worker = None


def _work_until(ground: Field, moment: float) -> None:
    while (left := moment - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))
        supervise(ground)


def supervise(ground: Field) -> None:
    """What ended by itself is started again."""
    if ground.worker is None or not ground.worker.is_alive():
        ground.restarts += ground.worker is not None
        ground.worker = hire(ground.home, ground.environ)


def retire(ground: Field) -> bool:
    """Tell the last worker to end; whether it did so by itself and without an error."""
    if ground.worker is None:
        return True
    ground.worker.terminate()
    ground.worker.join(60)
    return ground.worker.exitcode == 0


def _hand_in(ground: Field, life: Round, number: int) -> None:
    first = len(ground.handed_in)
    rows = [
        row(n, email=f"c{n}@d{n % _DOMAINS}.example") for n in range(first, first + life.letters)
    ]
    drop(ground.home, f"part-{number}.csv", rows)
    ground.handed_in |= {each["email"] for each in rows}
    for n in range(_MAILS + number, _MAILS + number + life.mails * bool(ground.imap)):
        assert ground.imap is not None
        ground.imap.append(mail(decision(n)))
        ground.handed_in.add(f"c{n}@candidates.example")


def befall(ground: Field, act: Act) -> None:
    """Let it happen, where it can happen here."""
    if act in {Act.FILL, Act.RELIEVE} and not ground.disk.can_fill:
        return
    if act in {Act.HANG_UP, Act.PICK_UP} and ground.imap is None:
        return
    _ACTS[act](ground)
    if act in {Act.FILL, Act.LOCK, Act.HANG_UP}:
        ground.faults[act] += 1


def _kill(ground: Field) -> None:
    assert ground.worker is not None
    ground.worker.kill()


def _lock(ground: Field) -> None:
    if ground.database.exists():
        ground.lock = sqlite3.connect(ground.database, isolation_level=None, timeout=0.2)
        with suppress(sqlite3.OperationalError):
            ground.lock.execute("BEGIN EXCLUSIVE")


def _unlock(ground: Field) -> None:
    if ground.lock is not None:
        ground.lock.close()
    ground.lock = None


def _hang_up(ground: Field) -> None:
    assert ground.imap is not None
    ground.imap.stop()


def _pick_up(ground: Field) -> None:
    assert ground.imap is not None
    ground.imap.start()


def resume(ground: Field) -> None:
    """A person who sees that sending rests lets it go on."""
    if ground.lock is None and ground.database.exists():
        with suppress(StoreError), opened(ground) as store:
            pauses.resume(store, now=build.now(), by=PERSON)


def send_now(ground: Field) -> None:
    """In the end nobody waits for a retry to come due."""
    with opened(ground) as store:
        for each in list(views.entries(store, views.Asked(status=[Status.QUEUED], kind=None))):
            with suppress(NotAllowed):
                found = views.find(store, str(each["entry"]))
                outbox.act(store, found.id, lambda _: verbs.send_now(build.now()), by=PERSON,
                           now=build.now())  # fmt: skip


@contextmanager
def opened(ground: Field) -> Iterator[Store]:
    """The database, beside the worker."""
    store = Store(f"sqlite:///{ground.database}")
    try:
        yield store
    finally:
        store.close()


_ACTS = {
    Act.FILL: lambda ground: ground.disk.fill(),
    Act.RELIEVE: lambda ground: ground.disk.relieve(),
    Act.LOCK: _lock,
    Act.UNLOCK: _unlock,
    Act.HANG_UP: _hang_up,
    Act.PICK_UP: _pick_up,
    Act.RESUME: resume,
    Act.KILL: _kill,
}
