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
from worker.policy.guards import Guards, Hold, Why, holds, past_promises
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
    """A row that can be put in, and the letter as its reader will see it, if there is one.

    ``free`` is what the letter says in words that were written for this row, if such words are
    screened.
    """

    sealed: Sealed
    rendered: Rendered | None
    free: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who decides: a proved decider with the number of their decisions today, or the file.

    Decisions of the outcomes in ``confirms`` wait until the decider has confirmed them; ``weak`` is
    how the sender was proved.
    """

    decider: Decider | None = None
    decided_today: Callable[[], int] = lambda: 0
    confirms: frozenset[Outcome] = frozenset()
    weak: bool = False

    def unconfirmed(self, outcome: Outcome) -> Why | None:
        """What a decision waits for until its decider has confirmed it."""
        if outcome not in self.confirms:
            return None
        return Why.PROOF if self.weak else Why.CONFIRMATION


def judge(row: Row, house: House, by: By, token: str, now: datetime) -> Judged:
    """Judge one row. Raises ``BadDecision`` or ``RenderError`` with what to mend."""
    if row.problem is not None:
        raise BadDecision([row.problem])
    decision = _decided(read_decision(row.fields, house.reading), by)
    if decision.outcome is Outcome.WITHDRAWN or decision.channel is Channel.IN_PERSON:
        return Judged(_recorded(row, decision, by, token), None)
    told = what_to_tell(decision, house.policy, house.catalogue, house.renderer.languages(decision))
    rendered = house.renderer.render(decision, told)
    letter = compose(_parts(decision, rendered, house), token, now)
    found = _holds(decision, told, house, by=by, now=now)
    due = earliest(decision, now, house.timings, house.zone)
    sealed = _sealed(row, decision, letter, found=found, due=due)
    free = _kept(decision) + _free_sentences(decision, told) if house.guards.words else ()
    return Judged(sealed, rendered, "\n".join(filter(None, free)))


def _recorded(row: Row, decision: Decision, by: By, token: str) -> Sealed:
    """Nothing is mailed; but it may stop what is, so it is confirmed like any other."""
    sealed = Sealed(row=row.number, token=token, decision=decision, status=Status.DONE)
    why = by.unconfirmed(decision.outcome)
    return sealed if why is None else replace(sealed, status=Status.HELD, waits=(why,))


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


def _holds(decision: Decision, told: Told, house: House, *, by: By, now: datetime) -> list[Hold]:
    past = past_promises(decision, now.astimezone(house.zone).date())
    return holds(decision, house.guards, _touched(decision, told), past,
                 unconfirmed=by.unconfirmed(decision.outcome))  # fmt: skip


def _sealed(
    row: Row, decision: Decision, letter: Letter, *, found: list[Hold], due: datetime
) -> Sealed:
    return Sealed(
        row=row.number,
        token=letter.token,
        decision=decision,
        status=Status.HELD if found else Status.QUEUED,
        letter=letter,
        waits=tuple(each.why for each in found),
        note="; ".join(each.note for each in found) or None,
        not_before=due,
    )


def _touched(decision: Decision, told: Told) -> list[str]:
    """What free text says that no letter should; approved sentences are not screened.

    A next step or a condition is a promise by its nature, so promises pass there.
    """
    kept = [touches(text, promises=False) for text in _kept(decision) if text]
    screened = [touches(text) for text in _free_sentences(decision, told) if text]
    return [each for found in (*kept, *screened) for each in found]


def _kept(decision: Decision) -> tuple[str | None, str | None]:
    return decision.next_step, decision.conditions


def _free_sentences(decision: Decision, told: Told) -> tuple[str | None, str | None]:
    return (
        told.reason if told.reason == decision.reason else None,
        told.recommendation if told.recommendation == decision.recommendation else None,
    )
