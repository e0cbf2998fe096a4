"""What a new decision means beside those that stand already. Pure.

The rule: no letter goes out while another decision about the same application speaks against it.
A newer decision stops an older one that is still pending; what can't be told apart by a program
(two answers in one file, a repeat with other content, one application for two people) is held for
a person; an exact repeat is a duplicate. Two decisions are about one application when they give
the same id, or when one of them gives none and address and job are the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from worker.decision import Channel, Decision, Outcome, fold
from worker.lifecycle import PENDING, RESTORED, Status
from worker.policy.contradiction import Telling, contradicts
from worker.policy.stands import Standing, Verdict

#: What speaks against no other decision: after a bounce one with a mended address is welcome.
_REACHED_NOBODY = frozenset({Status.CANCELLED, Status.BOUNCED})


def weigh(
    decision: Decision,
    stands: Sequence[Standing],
    submission: str,
    *,
    guard: bool,
    proved: bool,
    telling: Telling,
) -> Verdict:
    """Weigh a decision against what stands; ``guard`` is ``guards.contradiction``.

    ``proved``: it waits for no confirmation, so what may be forged is no match for it.
    ``telling``: when its submission came in, and what was taken after that is the newer one.
    """
    live = [each for each in stands if each.status not in _REACHED_NOBODY]
    alike = [each for each in stands if _is_alike(decision, each)]
    doubted = [each for each in alike if proved and each.was_doubted]
    alike = [each for each in alike if each not in doubted]
    for each in sorted(alike, key=lambda each: each.status in _REACHED_NOBODY):
        if _is_same(decision, each):
            return _repeat(decision, each, live, submission)
    if proved:
        alike = [each for each in alike if not each.is_unconfirmed]
    living = [each for each in alike if each.status not in _REACHED_NOBODY]
    theirs = [each for each in living if each.email.casefold() == decision.email.casefold()]
    if theirs and decision.outcome is Outcome.WITHDRAWN:
        return _repeat(decision, theirs[0], live, submission)
    if theirs and not guard:
        note = _CHANGED.format(theirs[0].token)
        return _repeat(decision, theirs[0], live, submission, note=note)
    newer = [
        each for each in live if each.created_at > telling.came_in and each.submission != submission
    ]
    if newer:
        return _overtaken(decision, newer)
    verdict = _new(decision, live, living, submission, guard=guard)
    if verdict.hold is None and guard and decision.outcome is not Outcome.WITHDRAWN:
        verdict = replace(verdict, hold=contradicts(decision, stands, telling))
    hold = verdict.hold or (_DOUBTED.format(doubted[-1].token) if doubted else None)
    return replace(verdict, hold=hold, stop=(*verdict.stop, *_past(decision, stands)))


def _overtaken(decision: Decision, newer: Sequence[Standing]) -> Verdict:
    """It came in first and is taken last: it stops nothing, and a person looks at both.

    A withdrawal has no letter that could be held, so what may go out beside it is.
    """
    held = tuple(each for each in newer if each.status in PENDING)
    withdrawn = decision.outcome is Outcome.WITHDRAWN
    return Verdict(hold=_OVERTAKEN.format(newer[-1].token), held=held if withdrawn else ())


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
    """How a letter is told matters only while it has not gone out.

    What may be forged is repeated only word for word, for a repeat may confirm it.
    """
    if each.is_unconfirmed:
        return each.says_all_of(decision)
    if each.substance != decision.substance:
        return False
    return each.status not in PENDING or each.told_like(decision)


def is_known(decision: Decision, stands: Sequence[Standing]) -> bool:
    """Whether it only repeats what stands; for a look ahead, as ``weigh`` would find it."""
    return any(
        _is_alike(decision, each) and _is_same(decision, each) and not each.was_doubted
        for each in stands
    )


_CHANGED = (
    "the same decision was taken in before with other content (entry {0}); to send a corrected"
    " letter cancel that one first, or give the new round a stage"
)
_TWO = "two rows of this file decide about the same application (see entry {0}); release one"
_PEOPLE = "the same application belongs to somebody else (entry {0}); mend application_id or email"
_AT_THE_DOT = "an earlier decision (entry {0}) may be reaching the candidate right now"
_LEFT = "an earlier letter about this application (entry {0}) has left already"
_OVERTAKEN = "another decision (entry {0}) came in later than this one, and was taken in before it"
_DOUBTED = "the same decision was cancelled before anybody had confirmed it (entry {0})"


def _repeat(
    decision: Decision,
    same: Standing,
    live: Sequence[Standing],
    submission: str,
    *,
    note: str | None = None,
) -> Verdict:
    """A duplicate; but a later decision that waits contradicts it now, so a person looks at both.

    A file that grows tells its older rows first: when it comes to the later decision again, that
    one is free again.
    """
    note = note or _already(same)
    if same.why == "contradiction" and same.held_by == submission:
        return Verdict(same=same, note=note, freed=(same,))
    later = tuple(each for each in _others(decision, live) if each.id > same.id)
    return Verdict(same=same, note=note, held=later)


def _others(decision: Decision, live: Sequence[Standing]) -> tuple[Standing, ...]:
    """What says something else, and could still go out by itself or by one word of a person."""
    return tuple(
        each
        for each in live
        if each.status in PENDING and not _is_alike(decision, each) and each.why != "contradiction"
    )


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
        hold = _PEOPLE.format(strangers[0].token)
        own = tuple(each for each in pending if each not in strangers)
        if withdrawn:
            held = tuple(each for each in pending if each in strangers)
            return Verdict(hold=hold, held=held, stop=own)
        held = tuple(each for each in pending if each not in own or not _is_alike(decision, each))
        return Verdict(hold=hold, held=held)
    if guard and twins and not withdrawn:
        held = tuple(each for each in pending if each in twins)
        stop = tuple(each for each in pending if each not in twins and each not in alike)
        return Verdict(hold=_TWO.format(twins[0].token), held=held, stop=stop)
    if alike and not withdrawn:
        # Whoever was told in person may not need the letter that still waits for its time.
        in_person = decision.channel is Channel.IN_PERSON
        held = pending if in_person else _others(decision, live)
        return Verdict(hold=_CHANGED.format(alike[0].token), held=held)
    stop = tuple(each for each in live if each.status in {*PENDING, Status.UNSURE, Status.FAILED})
    # A withdrawal has no letter to hold; what it could not stop is all that is told.
    return Verdict(hold=_may_be_out(live) or (_left(live) if withdrawn else None), stop=stop)


def _left(live: Sequence[Standing]) -> str | None:
    sent = [each for each in live if each.status == Status.SENT]
    return _LEFT.format(sent[-1].token) if sent else None


def _may_be_out(live: Sequence[Standing]) -> str | None:
    unsure = [each for each in live if each.status == Status.UNSURE or RESTORED in each.waits]
    return _AT_THE_DOT.format(unsure[0].token) if unsure else None


def at_the_dot(each: Standing) -> str:
    """Why a newer decision waits when the older one could not be stopped any more."""
    return _AT_THE_DOT.format(each.token)
