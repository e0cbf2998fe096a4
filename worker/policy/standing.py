"""What a new decision means beside those that stand already. Pure.

The rule: no letter goes out while another decision about the same application speaks against it.
A newer decision stops an older one that is still pending; what can't be told apart by a program
(two answers in one file, a repeat with other content, one application for two people) is held for
a person; an exact repeat is a duplicate. Two decisions are about one application when they give
the same id, or when one of them gives none and address and job are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from worker.decision import Decision, Outcome, fold
from worker.lifecycle import PENDING, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An entry about the same application, as far as it matters here; oldest first in lists."""

    id: int
    token: str
    submission: str
    row: int
    email: str
    outcome: str
    stage: str
    substance: str
    manner: str
    status: str
    why: str | None
    held_by: str | None
    taken_as: str
    waits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do: ``same`` is the entry that the row repeats, else an entry is made.

    ``hold`` says why the new entry waits. ``stop`` are superseded, ``held`` wait for a person,
    ``freed`` had been held by an earlier row of this same submission.
    """

    same: Standing | None = None
    note: str | None = None
    hold: str | None = None
    stop: tuple[Standing, ...] = ()
    held: tuple[Standing, ...] = ()
    freed: tuple[Standing, ...] = ()


#: What speaks against no other decision: after a bounce one with a mended address is welcome.
_REACHED_NOBODY = frozenset({Status.CANCELLED, Status.BOUNCED})


def weigh(
    decision: Decision, stands: Sequence[Standing], submission: str, *, guard: bool
) -> Verdict:
    """Weigh a decision against what stands; ``guard`` is ``guards.contradiction``."""
    live = [each for each in stands if each.status not in _REACHED_NOBODY]
    alike = [each for each in stands if _is_alike(decision, each)]
    for each in alike:
        if _is_same(decision, each):
            return _repeat(decision, each, live, submission)
    living = [each for each in alike if each.status not in _REACHED_NOBODY]
    if living and decision.outcome is Outcome.WITHDRAWN:
        return _repeat(decision, living[0], live, submission)
    if living and not guard and living[0].email == decision.email:
        return Verdict(same=living[0], note=_CHANGED.format(living[0].token))
    verdict = _new(decision, live, living, submission, guard=guard)
    return replace(verdict, stop=(*verdict.stop, *_past(decision, stands)))


def _past(decision: Decision, stands: Sequence[Standing]) -> list[Standing]:
    """With a newer decision in, what came back, or still may, is not for ``resend`` any more."""
    person = decision.email.casefold()
    return [
        each
        for each in stands
        if each.status == Status.BOUNCED
        or (
            each.status == Status.SENT
            and each.email.casefold() == person
            and not _is_alike(decision, each)
        )
    ]


def _is_alike(decision: Decision, each: Standing) -> bool:
    return (each.outcome, each.stage) == (decision.outcome, fold_stage(decision))


def fold_stage(decision: Decision) -> str:
    """The stage as it is compared."""
    return fold(decision.stage or "")


def _is_same(decision: Decision, each: Standing) -> bool:
    """How a letter is told matters only while it has not gone out."""
    if each.substance != decision.substance:
        return False
    return each.status not in PENDING or each.manner == decision.manner


_CHANGED = (
    "the same decision was taken in before with other content (entry {0}); to send a corrected"
    " letter cancel that one first, or give the new round a stage"
)
_TWO = "two rows of this file decide about the same application (see entry {0}); release one"
_PEOPLE = "the same application belongs to somebody else (entry {0}); mend application_id or email"
_AT_THE_DOT = "an earlier decision (entry {0}) may be reaching the candidate right now"
_AFTER_NO = "the candidate was told before that they were not selected (entry {0})"


def _repeat(
    decision: Decision, same: Standing, live: Sequence[Standing], submission: str
) -> Verdict:
    """A duplicate; but a later decision that waits contradicts it now, so a person looks at both.

    A file that grows tells its older rows first: when it comes to the later decision again, that
    one is free again.
    """
    if same.why == "contradiction" and same.held_by == submission:
        return Verdict(same=same, note=_already(same), freed=(same,))
    later = tuple(
        each
        for each in live
        if each.id > same.id and each.status in PENDING and not _is_alike(decision, each)
        if each.why != "contradiction"
    )
    note = _already(same)
    if later:
        note += f"; the later decision (entry {later[-1].token}) is held, for this contradicts it"
    return Verdict(same=same, note=note, held=later)


def _already(same: Standing) -> str:
    if same.status == Status.CANCELLED:
        # A file dropped again must not bring back what a person, or a newer decision, stopped.
        return "already taken in and cancelled since; if it is meant again, give it another stage"
    if same.status in {Status.FAILED, Status.UNSURE, Status.BOUNCED}:
        return f"already taken in, and it is {same.status}: see followup show {same.token}"
    return "already taken in"


def _new(
    decision: Decision,
    live: Sequence[Standing],
    alike: Sequence[Standing],
    submission: str,
    *,
    guard: bool,
) -> Verdict:
    pending = tuple(each for each in live if each.status in PENDING)
    strangers = tuple(each for each in live if each.email.casefold() != decision.email.casefold())
    twins = tuple(each for each in live if each.submission == submission)
    withdrawn = decision.outcome is Outcome.WITHDRAWN
    if strangers:
        held = tuple(each for each in pending if each in strangers)
        return Verdict(hold=_PEOPLE.format(strangers[0].token), held=held)
    if guard and twins and not withdrawn:
        held = tuple(each for each in pending if each in twins)
        stop = tuple(each for each in pending if each not in twins and each not in alike)
        return Verdict(hold=_TWO.format(twins[0].token), held=held, stop=stop)
    if alike and not withdrawn:
        return Verdict(hold=_CHANGED.format(alike[0].token))
    stop = tuple(each for each in live if each.status in {*PENDING, Status.UNSURE, Status.FAILED})
    return Verdict(hold=_against(decision, live, guard=guard), stop=stop)


def _against(decision: Decision, live: Sequence[Standing], *, guard: bool) -> str | None:
    if decision.outcome is Outcome.WITHDRAWN:
        return None
    unsure = [each for each in live if each.status == Status.UNSURE]
    if unsure:
        return _AT_THE_DOT.format(unsure[0].token)
    told = [each for each in live if each.status == Status.SENT and each.outcome == "rejected"]
    if guard and told and decision.outcome is not Outcome.REJECTED:
        return _AFTER_NO.format(told[0].token)
    return None


def at_the_dot(each: Standing) -> str:
    """Why a newer decision waits when the older one could not be stopped any more."""
    return _AT_THE_DOT.format(each.token)
