"""From a row to a sealed letter: read it, ask the rules, render, compose. Nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.calendars import Calendars
from worker.columns import Words
from worker.decision import Channel, Decision, Outcome
from worker.errors import BadDecision
from worker.intake import Row
from worker.letter import Letter, Mailbox, Parts, compose
from worker.lifecycle import Status
from worker.policy.adverse import refuse_said, refuse_spelt
from worker.policy.deciders import Decider, objection
from worker.policy.doubts import doubts
from worker.policy.guards import Guards, Hold, Why, holds, in_order, past_promises
from worker.policy.ours import Ours
from worker.policy.promises import Duty, dues
from worker.policy.reasonpolicy import Policies, left_out, named, policy_for
from worker.policy.reasons import Catalogue, Told, touches, what_to_tell
from worker.policy.timing import Timing, earliest, late_after
from worker.reading import Reading, read_decision
from worker.render import Rendered, Renderer
from worker.store.taking import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything the configuration says about judging decisions and writing letters.

    ``confirm_call``, ``confirm_in_person``: what was told so is confirmed in writing.
    """

    words: Words
    reading: Reading
    renderer: Renderer
    sender: Mailbox
    reply_to: Mailbox
    guards: Guards
    policies: Policies
    catalogue: Catalogue
    timings: dict[Outcome, Timing]
    zone: ZoneInfo
    calendars: Calendars
    duty: Duty = field(default_factory=Duty)
    confirm_call: bool = False
    confirm_in_person: bool = False
    ours: Ours = field(default_factory=lambda: Ours(frozenset(), frozenset()))


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

    def ahead(self) -> "By":
        """For a look at rows before they are taken: nothing is counted for the day."""
        return replace(self, decided_today=lambda: 0)


def judge(row: Row, house: House, by: By, token: str, now: datetime) -> Judged:
    """Judge one row. Raises ``BadDecision`` or ``RenderError`` with what to mend."""
    decision = _decided(read_row(row, house), by)
    if decision.outcome is Outcome.WITHDRAWN or _is_told(decision, house):
        return Judged(_promising(_recorded(row, decision, by, token), house, now), None)
    told = told_of(decision, house)
    before = decision.channel if decision.channel is Channel.IN_PERSON else None
    rendered = house.renderer.render(decision, told, told_before=before)
    letter = compose(_parts(decision, rendered, house), token, now)
    found = _holds(decision, told, house, by=by, now=now)
    sealed = _timed(_sealed(row, decision, letter, found=found), house, now)
    sealed = replace(sealed, after_call=_after_call(decision, told, house, token=token, now=now))
    sealed = _promising(sealed, house, now)
    free = _kept(decision) + _free_sentences(decision, told) if house.guards.words else ()
    seen = _noted(rendered, decision, house)
    return Judged(sealed, seen, "\n".join(filter(None, free)))


def told_of(decision: Decision, house: House) -> Told:
    """What may be said about why. Raises ``BadDecision`` when the policy needs more."""
    ruling = policy_for(decision, house.policies)
    tags = house.renderer.languages(decision)
    try:
        return what_to_tell(decision, ruling.policy, house.catalogue, tags)
    except BadDecision as why:
        raise BadDecision(named(why.problems, ruling)) from None


def read_row(row: Row, house: House) -> Decision:
    """The decision, unless it is one that no letter may tell. Raises ``BadDecision``."""
    if row.problem is not None:
        raise BadDecision([row.problem])
    refuse_spelt(row.fields)
    decision = read_decision(row.fields, house.reading)
    refuse_said(decision)
    return decision


def _noted(rendered: Rendered, decision: Decision, house: House) -> Rendered:
    """With a warning where the letter may not say what the row gives."""
    note = left_out(decision, policy_for(decision, house.policies))
    return rendered if note is None else replace(rendered, warnings=(*rendered.warnings, note))


def _is_told(decision: Decision, house: House) -> bool:
    """Somebody told them in person, and that is all they get."""
    return decision.channel is Channel.IN_PERSON and not house.confirm_in_person


def _after_call(
    decision: Decision, told: Told, house: House, *, token: str, now: datetime
) -> bytes | None:
    """What confirms a call in writing: the same mail to the outbox, in other words."""
    if decision.channel is not Channel.PHONE or not house.confirm_call:
        return None
    rendered = house.renderer.render(decision, told, told_before=decision.channel)
    return compose(_parts(decision, rendered, house), token, now).content


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
    today = now.astimezone(house.zone).date()
    return holds(decision, house.guards, _touched(decision, told), past_promises(decision, today),
                 unconfirmed=by.unconfirmed(decision.outcome),
                 doubts=doubts(decision, house.guards, house.ours, today))  # fmt: skip


def _sealed(row: Row, decision: Decision, letter: Letter, *, found: list[Hold]) -> Sealed:
    return Sealed(
        row=row.number,
        token=letter.token,
        decision=decision,
        status=Status.HELD if found else Status.QUEUED,
        letter=letter,
        waits=in_order(each.why for each in found),
        note="; ".join(each.note for each in found) or None,
    )


def _timed(sealed: Sealed, house: House, now: datetime) -> Sealed:
    """With the moment from which on it may go, and the one after which HR is alarmed."""
    decision = sealed.decision
    timing, company = house.timings[decision.outcome], house.calendars.company()
    own = house.calendars.of(decision.job_country, decision.timezone)
    unknown = house.calendars.unknown(decision.job_country)
    return replace(
        sealed,
        not_before=earliest(decision, now, timing, company=company, own=own),
        late_after=late_after(decision, now, timing, company),
        note="; ".join(filter(None, (sealed.note, unknown))) or None,
    )


def _promising(sealed: Sealed, house: House, now: datetime) -> Sealed:
    """With every day by which the candidate is to hear more."""
    taken_on = now.astimezone(house.zone).date()
    return replace(sealed, dues=dues(sealed.decision, taken_on, house.duty))


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
