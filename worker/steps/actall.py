"""One word of a person to everything of a submission that waits for the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.errors import NotAllowed
from worker.lifecycle import Transition
from worker.steps.act import VERBS, Acting, due_of
from worker.store import outbox, views


@dataclass(frozen=True, slots=True)
class Done:
    """The entries as they are then, and why others were left as they are."""

    entries: Sequence[views.Found]
    refused: Sequence[str]


def act_on_all(acting: Acting, name: str, verb: str, *, by: str, now: datetime) -> Done:
    """Do it to each, as to one alone; the entry ``name`` says what they wait for.

    Raises ``NoSuchEntry``. One that waits for something else by now is left: nobody looked at that.
    """
    first = views.find(acting.store, name)
    entries, refused = list[views.Found](), list[str]()
    for token in views.waiting_like(acting.store, first):
        try:
            entries.append(_act(acting, token, verb, first, by=by, now=now))
        except NotAllowed as why:
            refused.append(str(why))
    return Done(entries, refused)


def _act(
    acting: Acting, token: str, verb: str, first: views.Found, *, by: str, now: datetime
) -> views.Found:
    found = views.find(acting.store, token)
    due = due_of(acting, found, now)

    def change(waits: tuple[str, ...]) -> Transition:
        if next(iter(waits), None) != first.fields["why"]:
            raise NotAllowed(f"entry {token} waits for something else by now")
        return VERBS[verb](now, due, waits)

    outbox.act(acting.store, found.id, change, by=by, now=now, deciders=acting.deciders)
    return views.find(acting.store, token)
