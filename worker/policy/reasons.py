"""What a letter may say about why: nothing, an approved sentence, or what HR wrote.

Pure. The company chooses the policy (CONTRACT section 7); the catalogue is read elsewhere. What
the policy needs and the decision lacks is a ``BadDecision``, so that the row is refused while a
person is looking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from worker.decision import Decision, Outcome
from worker.errors import BadDecision
from worker.policy.phrases import Kind, found_in_any

#: What no sentence about a person's application should say.
UNWANTED = (Kind.GROUND, Kind.COMPARISON, Kind.FILE, Kind.PROMISE)


class Policy(StrEnum):
    """``none``: no individual reasons in writing; ``catalogue``: approved sentences; ``free``."""

    NONE = "none"
    CATALOGUE = "catalogue"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved pair of sentences, in one language."""

    reason: str
    recommendation: str


#: code -> language -> the approved sentences
Catalogue = Mapping[str, Mapping[str, Approved]]


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences that the letter says; None is said by leaving it out."""

    reason: str | None = None
    recommendation: str | None = None


def what_to_tell(
    decision: Decision, policy: Policy, catalogue: Catalogue, languages: Sequence[str]
) -> Told:
    """The sentences for this letter. ``languages``: the tags its reader reads, best first.

    Raises ``BadDecision`` when the policy needs what the decision does not give.
    """
    match policy:
        case Policy.NONE:
            return Told()
        case Policy.CATALOGUE if decision.outcome is Outcome.REJECTED:
            return _approved(decision, catalogue, languages)
        case Policy.CATALOGUE:
            return Told()
        case Policy.FREE:
            return _free(decision)


def touches(text: str, *, promises: bool = True) -> list[str]:
    """What in a freely written sentence no letter should say, each with why; empty is good.

    Nobody says in which language people write, so it is read by the tables of all of them.
    ``promises=False`` is for a next step, which is a promise: "We will call you on Friday."
    """
    kinds = [kind for kind in UNWANTED if promises or kind is not Kind.PROMISE]
    return list(dict.fromkeys(f'"{phrase}": {why}' for phrase, why in found_in_any(text, kinds)))


def _approved(decision: Decision, catalogue: Catalogue, languages: Sequence[str]) -> Told:
    sentences = _sentences(decision.reason_code, catalogue)
    for language in languages:
        if language in sentences:
            approved = sentences[language]
            return Told(approved.reason, decision.recommendation or approved.recommendation)
    problem = (
        f"reason_code: {decision.reason_code} has no sentence in {_listed(languages)}, only in "
        f"{_listed(sorted(sentences))}; add one to the catalogue of reasons"
    )
    raise BadDecision([problem])


def _sentences(code: str | None, catalogue: Catalogue) -> Mapping[str, Approved]:
    known = _listed(sorted(catalogue)) or "(the catalogue is empty)"
    if code is None:
        raise BadDecision([f"reason_code: missing; a rejected letter needs one of {known}"])
    folded = {each.casefold(): each for each in catalogue}
    if code.casefold() not in folded:
        raise BadDecision([f"reason_code: {code!r} is not in the catalogue; it has {known}"])
    return catalogue[folded[code.casefold()]]


def _free(decision: Decision) -> Told:
    told = Told(decision.reason, decision.recommendation)
    if decision.outcome is Outcome.REJECTED:
        needed = {"reason": told.reason, "recommendation": told.recommendation}
        problems = [
            f"{name}: missing; write one sentence to the candidate, or set reasons.policy"
            for name, sentence in needed.items()
            if not sentence
        ]
        if problems:
            raise BadDecision(problems)
    return told


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
