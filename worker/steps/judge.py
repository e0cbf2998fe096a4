"""From a row to a sealed letter: read it, ask the rules, render, compose. Nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.columns import Words
from worker.decision import Channel, Decision, Outcome
from worker.errors import BadDecision
from worker.intake import Row
from worker.letter import Letter, Mailbox, Parts, compose
from worker.lifecycle import Status
from worker.policy.deciders import Decider, objection
from worker.policy.guards import Guards, holds, past_promises
from worker.policy.reasons import Catalogue, Policy, Told, touches, what_to_tell
from worker.policy.timing import Timing, earliest
from worker.reading import Reading, read_decision
from worker.render import Rendered, Renderer
from worker.store.taking import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything the configuration says about judging decisions and writing letters."""

    words: Words
    reading: Reading
    renderer: Renderer
    sender: Mailbox
    reply_to: Mailbox
    guards: Guards
    policy: Policy
    catalogue: Catalogue
    timings: dict[Outcome, Timing]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Judged:
    """A row that can be put in, and the letter as its reader will see it, if there is one."""

    sealed: Sealed
    rendered: Rendered | None


@dataclass(frozen=True, slots=True)
class By:
    """Who decides: a proved decider with the number of their decisions today, or the file."""

    decider: Decider | None = None
    decided_today: Callable[[], int] = lambda: 0


def judge(row: Row, house: House, by: By, token: str, now: datetime) -> Judged:
    """Judge one row. Raises ``BadDecision`` or ``RenderError`` with what to mend."""
    if row.problem is not None:
        raise BadDecision([row.problem])
    decision = _decided(read_decision(row.fields, house.reading), by)
    if decision.outcome is Outcome.WITHDRAWN or decision.channel is Channel.IN_PERSON:
        sealed = Sealed(row=row.number, token=token, decision=decision, status=Status.DONE)
        return Judged(sealed, None)
    told = what_to_tell(decision, house.policy, house.catalogue, house.renderer.languages(decision))
    rendered = house.renderer.render(decision, told)
    letter = compose(_parts(decision, rendered, house), token, now)
    return Judged(_sealed(row, decision, letter, house=house, now=now, told=told), rendered)


def _decided(decision: Decision, by: By) -> Decision:
    """The sender of a mail is who decides, whatever a column says."""
    if by.decider is None:
        return decision
    against = objection(by.decider, decision, by.decided_today())
    if against is not None:
        raise BadDecision([against])
    return replace(decision, decided_by=by.decider.address)


def _parts(decision: Decision, rendered: Rendered, house: House) -> Parts:
    recruiter = decision.recruiter_email
    return Parts(
        sender=house.sender,
        recipient=Mailbox(decision.email, decision.name),
        reply_to=Mailbox(recruiter, decision.recruiter_name or "") if recruiter else house.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=rendered.language,
    )


def _sealed(
    row: Row, decision: Decision, letter: Letter, *, house: House, now: datetime, told: Told
) -> Sealed:
    past = past_promises(decision, now.astimezone(house.zone).date())
    found = holds(decision, house.guards, _touched(decision, told), past)
    return Sealed(
        row=row.number,
        token=letter.token,
        decision=decision,
        status=Status.HELD if found else Status.QUEUED,
        letter=letter,
        waits=tuple(each.why for each in found),
        note="; ".join(each.note for each in found) or None,
        not_before=earliest(decision, now, house.timings, house.zone),
    )


def _touched(decision: Decision, told: Told) -> list[str]:
    """What free text says that no letter should; approved sentences are not screened.

    A next step or a condition is a promise by its nature, so promises pass there.
    """
    kept = [touches(text, promises=False) for text in (decision.next_step, decision.conditions)
            if text]  # fmt: skip
    screened = [touches(text) for text in _free_sentences(decision, told) if text]
    return [each for found in (*kept, *screened) for each in found]


def _free_sentences(decision: Decision, told: Told) -> tuple[str | None, str | None]:
    return (
        told.reason if told.reason == decision.reason else None,
        told.recommendation if told.recommendation == decision.recommendation else None,
    )
