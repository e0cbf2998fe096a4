"""The verbs: how people, newer decisions, proof and returns move an entry.

Pure. Each is a ``Transition`` that names the statuses it is allowed in; ``store.outbox`` refuses
the rest. What the end of a try does is in ``lifecycle``. ``due`` is when a letter may go then,
``waits`` what an entry waits for, gravest first.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from worker.lifecycle import PENDING, RESTORED, Status, Transition
from worker.policy.guards import CONFIRMED, Why, in_order

_HELD = frozenset({Status.HELD})
_SENDING = frozenset({Status.SENDING})
_FOR_A_CALL: frozenset[str] = frozenset({Why.CALL})

#: What the journal says of an entry that a person released from the shadow.
OUT_OF_SHADOW: Mapping[str, str] = MappingProxyType({"out_of": Why.SHADOW.value})


def hold() -> Transition:
    """A person stops the clock."""
    return Transition(event="held", come_from=frozenset({Status.QUEUED}), to=Status.HELD,
                      why="person", waits=("person",))  # fmt: skip


def questioned(waits: tuple[str, ...]) -> Transition:
    """Somebody may want it stopped: a person looks, whatever else it waits for by then."""
    first = tuple(each for each in waits if each == RESTORED)
    waits = (*first, *in_order({*waits, Why.PERSON} - {RESTORED}))
    return Transition(event="held", come_from=PENDING, to=Status.HELD, why=waits[0], waits=waits,
                      before_dot=True, detail={"why": Why.PERSON})  # fmt: skip


def release(due: datetime, waits: tuple[str, ...]) -> Transition:
    """A person lets go what a guard or a person held. An approval needs ``approve``.

    The shape of a batch is looked at by a second person, whatever the word.
    """
    held_for = frozenset({*Why, RESTORED}) - {Why.APPROVAL}
    let_go = _let_go("released", due, waits, held_for)
    let_go = replace(let_go, second_person=waits[:1] == (Why.BATCH,))
    # Whom a person let out of the shadow is not put back into it.
    return replace(let_go, detail=OUT_OF_SHADOW) if waits[:1] == (Why.SHADOW,) else let_go


def approve(due: datetime, waits: tuple[str, ...]) -> Transition:
    """The second person agrees; never the one who decided. Two people confirm more than one.

    Where the proof is weak nobody has shown that the first one exists: that wait stays.
    """
    left = (*waits[:1], *(each for each in waits[1:] if each != "confirmation"))
    let_go = _let_go("approved", due, left, frozenset({Why.APPROVAL, Why.BATCH}))
    return replace(let_go, second_person=True)


def confirmed(due: datetime, waits: tuple[str, ...]) -> Transition:
    """Its decider answered with the one-time token: the decision is theirs."""
    return _on("confirmed", due, tuple(each for each in waits if each not in CONFIRMED))


def _let_go(event: str, due: datetime, waits: tuple[str, ...], whys: frozenset[str]) -> Transition:
    return replace(_on(event, due, waits[1:]), whys=whys)


def _on(event: str, due: datetime, rest: tuple[str, ...]) -> Transition:
    """To the queue, or on to the next thing that the entry waits for."""
    return Transition(event=event, come_from=_HELD, waits=rest, not_before=due,
                      to=Status.HELD if rest else Status.QUEUED,
                      why=rest[0] if rest else None)  # fmt: skip


def cancel() -> Transition:
    """Stopped before it was sent; while sending, only as long as no dot is pending."""
    return Transition(event="cancelled", come_from=PENDING, to=Status.CANCELLED, before_dot=True)


def superseded(newer: str) -> Transition:
    """Cancelled by a newer decision about the same application, the entry ``newer``."""
    return replace(cancel(), event="superseded", why="superseded", detail={"newer": newer})


def contradicted(waits: tuple[str, ...], by: str | None = None) -> Transition:
    """Another row says something else about the same application; a person looks at both."""
    # Whether it has left already is asked first.
    first = tuple(each for each in waits if each == RESTORED)
    rest = tuple(each for each in waits if each not in {"contradiction", RESTORED})
    waits = (*first, "contradiction", *rest)
    return Transition(event="held", come_from=PENDING, to=Status.HELD, why=waits[0], waits=waits,
                      held_by=by, before_dot=True)  # fmt: skip


def went_out_meanwhile(older: str) -> Transition:
    """While a decision waited the entry ``older`` went out, or may have: a person looks again."""
    return replace(contradicted(()), detail={"older": older})


def freed(waits: tuple[str, ...]) -> Transition:
    """A later row of the submission that held it says the same as the entry: it stands."""
    rest = waits[1:]
    return Transition(event="freed", come_from=_HELD, whys=frozenset({"contradiction"}),
                      waits=rest, to=Status.HELD if rest else Status.QUEUED,
                      why=rest[0] if rest else None)  # fmt: skip


def send_now(now: datetime) -> Transition:
    """A person skips what is left of the undo window or of a retry's wait."""
    return Transition(event="send_now", come_from=frozenset({Status.QUEUED}), to=Status.QUEUED,
                      not_before=now)  # fmt: skip


def called() -> Transition:
    """The candidate was told by phone; nothing is left to mail."""
    return Transition(event="called", come_from=_HELD, to=Status.DONE,
                      whys=_FOR_A_CALL, call_over=True)  # fmt: skip


def called_then_write(due: datetime) -> Transition:
    """Told by phone, and what was said goes in writing: the letter sealed for after the call.

    Without such a letter the store records the call, as ``called`` does.
    """
    return replace(called(), to=Status.QUEUED, not_before=due, after_call=True)


def call_overdue(due: datetime, waits: tuple[str, ...] = ()) -> Transition:
    """Nobody called in time: the letter goes by mail, once nothing else holds it (``waits``)."""
    return replace(_on("fell_back", due, waits), whys=_FOR_A_CALL)


def shadowed(waits: tuple[str, ...], by: str | None = None) -> Transition:
    """Its outcome is not live: nothing goes to candidates, whatever waited or was on its way."""
    # Whether it has left already is asked first.
    first = tuple(each for each in waits if each == RESTORED)
    waits = (*first, *in_order({*waits, Why.SHADOW} - {RESTORED}))
    return Transition(event="held", come_from=PENDING, to=Status.HELD, why=waits[0], waits=waits,
                      held_by=by, before_dot=True, detail={"why": Why.SHADOW})  # fmt: skip


def resolved_sent(now: datetime) -> Transition:
    """Proof, or a person, says that an unsure letter went out."""
    return Transition(event="resolved_sent", come_from=frozenset({Status.UNSURE}),
                      to=Status.SENT, sent_at=now)  # fmt: skip


def restored(waits: tuple[str, ...]) -> Transition:
    """The database is older than what was sent from it: a person says whether this was."""
    return Transition(event="held", come_from=PENDING, to=Status.HELD, why=RESTORED,
                      waits=(RESTORED, *waits), before_dot=True)  # fmt: skip


def sent_before_restore(now: datetime) -> Transition:
    """A person found it among what was sent before the database was restored."""
    return Transition(event="resolved_sent", come_from=_HELD, whys=frozenset({RESTORED}),
                      to=Status.SENT, sent_at=now)  # fmt: skip


def proved_sent(sent_at: datetime, evidence: Mapping[str, str]) -> Transition:
    """A copy in Sent, a bounce or a reply shows that the server took the letter.

    Also from ``queued`` and ``sending``: of a letter that was handed over before, such proof
    stops the next try. The store demands that a dot of its was pending once.
    """
    return Transition(event="proved_sent", come_from=_SENDING | {Status.UNSURE, Status.QUEUED},
                      to=Status.SENT, sent_at=sent_at, detail=evidence)  # fmt: skip


def proved_before_restore(sent_at: datetime, evidence: Mapping[str, str]) -> Transition:
    """A copy in Sent shows that it left in the time that the restored database has forgotten."""
    return replace(proved_sent(sent_at, evidence), come_from=_HELD, whys=frozenset({RESTORED}))


def taken_after_all(
    sent_at: datetime, detail: str | None, evidence: Mapping[str, str]
) -> Transition:
    """Our own worker comes late with the server's yes: also what a person holds by now has left."""
    return replace(proved_sent(sent_at, evidence), last_reply=detail,
                   come_from=PENDING | {Status.UNSURE})  # fmt: skip


def absent(now: datetime, evidence: Mapping[str, str]) -> Transition:
    """Looked for and not there, in an account whose Sent folder is known to show every letter."""
    return Transition(event="absent", come_from=frozenset({Status.UNSURE}), to=Status.QUEUED,
                      not_before=now, detail=evidence)  # fmt: skip


def bounced(why: str, detail: str, evidence: Mapping[str, str]) -> Transition:
    """The server took the letter, and it came back. A person mends what there is to mend.

    From ``unsure``, ``queued`` and ``sending`` as well: what came back has left, whatever was
    known of it. The store demands that a dot of its was pending once.
    """
    return Transition(event="bounced", to=Status.BOUNCED, why=why, last_reply=detail or why,
                      come_from=_SENDING | {Status.SENT, Status.UNSURE, Status.QUEUED},
                      detail=evidence)  # fmt: skip


def bounced_before_restore(why: str, detail: str, evidence: Mapping[str, str]) -> Transition:
    """What came back left in the time that the restored database has forgotten."""
    return replace(bounced(why, detail, evidence), come_from=_HELD, whys=frozenset({RESTORED}))


def resolved_not_sent(now: datetime) -> Transition:
    """A person says that an unsure letter did not go out: the same bytes may be sent."""
    return Transition(event="resolved_not_sent", come_from=frozenset({Status.UNSURE}),
                      to=Status.QUEUED, not_before=now)  # fmt: skip


def resend(now: datetime) -> Transition:
    """A person mended what made it fail or come back; the same bytes get all their tries again."""
    return Transition(event="resend", come_from=frozenset({Status.FAILED, Status.BOUNCED}),
                      to=Status.QUEUED, not_before=now, afresh=True)  # fmt: skip
