"""Decisions about one application, as the tests of the store put them in and let them go.

The verbs of the store with a person, a decider and a mail server that do as the test says.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count

from sample import NOW, RETRY, arrival, sealed

from worker import verbs
from worker.decision import Outcome
from worker.lifecycle import Status, Transition, after
from worker.result import Accepted, Reply, Result
from worker.steps.confirm import GOOD_FOR
from worker.store import confirmations, ledger, outbox, returns, taking, views
from worker.store.confirmations import Asked
from worker.store.engine import Store
from worker.store.ledger import Ending
from worker.store.outbox import Claimed
from worker.store.taking import Placed, Sealed

ANA = "c1@candidates.example"
DECIDER = "dana@acme.example"
TOKEN = "0123456789abcdef0123"
OK = Accepted(Reply(250, "ok"))
BOUNCED = verbs.bounced("full", "452 4.2.2", {})
_NUMBERS = count(1)


def put(store: Store, name: str, *rows: Sealed, hold_changed: bool = True) -> list[Placed]:
    """A file, or a mail, that nobody has to confirm."""
    return taking.put(store, arrival(store, name), rows, NOW, hold_changed=hold_changed)


def by_mail(
    store: Store, name: str, *rows: Sealed, token: str = TOKEN, hold_changed: bool = True
) -> list[Placed]:
    """A mail that its decider is asked to confirm, by ``token``."""
    made = arrival(store, name)
    placed = taking.put(store, made, rows, NOW, hold_changed=hold_changed)
    asked = Asked(token=token, decider=DECIDER, expires_at=NOW + GOOD_FOR)
    ledger.finish(store, made, Ending(state="taken", event="taken", asked=asked), NOW)
    return placed


def waiting(row: Sealed, *waits: str) -> Sealed:
    """The row as judged where it waits for something."""
    return replace(row, status=Status.HELD, waits=waits)


def unmailed(row: Sealed) -> Sealed:
    """A row with nothing to mail."""
    return replace(row, letter=None, status=Status.HELD if row.waits else Status.DONE)


def withdrawal(*waits: str, email: str = ANA) -> Sealed:
    row = sealed(1, outcome=Outcome.WITHDRAWN, email=email)
    return unmailed(replace(row, waits=waits))


def act(
    store: Store, token: str, verb: Callable[[tuple[str, ...]], Transition], by: str = "boss"
) -> None:
    outbox.act(store, views.find(store, token).id, verb, by=by, now=NOW)


def release(store: Store, token: str) -> None:
    act(store, token, lambda waits: verbs.release(NOW, waits))


def approve(store: Store, token: str) -> None:
    act(store, token, lambda waits: verbs.approve(NOW, waits))


def cancel(store: Store, token: str) -> None:
    act(store, token, lambda _: verbs.cancel())


def resend(store: Store, token: str) -> None:
    act(store, token, lambda _: verbs.resend(NOW))


def called(store: Store, token: str) -> None:
    act(store, token, lambda _: verbs.called())


def confirm(store: Store, token: str = TOKEN) -> list[str] | None:
    """Its decider answers."""
    by = f"answer {token}"
    return confirmations.use(
        store, token, lambda _, waits: verbs.confirmed(NOW, waits), by=by, now=NOW
    )


def claim(store: Store, now: datetime = NOW) -> Claimed:
    """The one letter that is due."""
    (claimed,) = outbox.claim(store, f"w{next(_NUMBERS)}", now, now + GOOD_FOR, limit=9)
    return claimed


def dot(store: Store, claimed: Claimed, now: datetime = NOW) -> bool:
    return outbox.dot_pending(store, claimed, now, now + GOOD_FOR)


def settle(store: Store, claimed: Claimed, result: Result, now: datetime = NOW) -> bool:
    change = after(claimed.attempt, result, now, RETRY)
    return outbox.settle(store, claimed, change, now, {})


def at_its_dot(store: Store, row: Sealed) -> Claimed:
    """Put in and handed over; no answer has come yet."""
    put(store, f"of {row.token}", row)
    claimed = claim(store)
    assert dot(store, claimed)
    return claimed


def handed_over(store: Store, row: Sealed, result: Result = OK) -> str:
    """Put in and handed over, with that answer; its token."""
    assert settle(store, at_its_dot(store, row), result)
    return row.token


def come_back(store: Store, row: Sealed) -> str:
    """Put in, sent, and bounced; its token."""
    about = returns.named(store, handed_over(store, row))
    assert about is not None
    assert returns.bounce(store, about, BOUNCED, None, by="m", now=NOW)
    return row.token


def letters_leave(store: Store, now: datetime = NOW) -> list[str]:
    """Send whatever is due; the tokens of what left."""
    left = []
    while claimed := outbox.claim(store, f"w{next(_NUMBERS)}", now, now + GOOD_FOR):
        for each in claimed:
            assert dot(store, each, now)
            left.append(each.letter.token)
            settle(store, each, OK, now)
    return left


def status(store: Store, token: str) -> object:
    return views.find(store, token).fields["status"]


def state(store: Store, token: str) -> tuple[object, ...]:
    """Its status, and all that it waits for."""
    fields = views.find(store, token).fields
    waits = fields["waits"]
    assert isinstance(waits, list)
    assert fields["why"] == waits[0] if waits else True
    return fields["status"], *waits


def last_line(store: Store, token: str) -> tuple[object, object]:
    """The last event of an entry in the journal, and its detail."""
    line = list(views.journal_lines(store, views.find(store, token).id))[-1]
    return line["event"], line["detail"]


def waits_again(store: Store, newer: str, older: str) -> bool:
    """Whether a decision that was let go is back with people, for the sake of the older one."""
    said = {"why": "contradiction", "older": older}
    return (state(store, newer), last_line(store, newer)) == (
        ("held", "contradiction"), ("held", said),
    )  # fmt: skip
