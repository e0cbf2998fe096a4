"""A worker as its database and its fence see it, and the copying of databases."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sample import NOW, RETRY, arrival, sealed

from worker.lifecycle import after
from worker.result import Accepted, Reply
from worker.steps.restore import Doubt, Fencing, look_back
from worker.store import outbox, taking, views
from worker.store.engine import Store
from worker.store.fence import Dot, Fence

LATER = NOW + timedelta(hours=1)
OK = Accepted(Reply(250, "2.0.0 queued"))


@dataclass
class Worker:
    """What a worker does to a database and to its fence."""

    store: Store
    fence: Fence

    def starts(self) -> Doubt | None:
        return look_back(Fencing(store=self.store, fence=self.fence,
                                 new_identity=lambda: "a-name", now=lambda: LATER))  # fmt: skip

    def takes_in(self, *numbers: int) -> None:
        rows = [sealed(number) for number in numbers]
        taking.put(self.store, arrival(self.store), rows, NOW, hold_changed=True)

    def sends(self, lease: str, at: datetime = NOW, *, settled: bool = True) -> None:
        [claimed] = outbox.claim(self.store, lease, at, LATER)
        assert outbox.dot_pending(self.store, claimed, at, LATER)
        self.fence.note(Dot(claimed.id, claimed.letter.token, lease, at))
        if settled:
            outbox.settle(self.store, claimed, after(claimed.attempt, OK, at, RETRY), at, {})

    def statuses(self) -> list[tuple[object, object]]:
        return [(each["status"], each["why"]) for each in views.entries(self.store, views.Asked())]


def copy(worker: Worker, name: str) -> Path:
    assert worker.store.path is not None
    return Path(shutil.copy(worker.store.path, worker.store.path.with_name(name)))


def put_back(worker: Worker, backup: Path) -> None:
    assert worker.store.path is not None
    worker.store.close()
    shutil.copy(backup, worker.store.path)
