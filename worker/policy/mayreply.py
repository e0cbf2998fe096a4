"""Who may have what done by a reply to a notice. Pure.

To stop is easy: whoever was sent the notice may, HR may, and so may every decider who may decide
that outcome. Who only shares our domain may have it held. To let go takes more. Where the sender is
proved weakly, only what was sent to that very address shows that it is theirs: a forwarded notice
then lets nobody stop being who they are.
"""

from dataclasses import dataclass
from enum import StrEnum

from worker.decision import Outcome
from worker.policy.deciders import Decider, is_same_person
from worker.policy.replywords import Word


class Objection(StrEnum):
    """Why somebody may not do this to an entry. ``HOLDS``: to stop it, but to have it held."""

    OUTCOME = "outcome"
    APPROVER = "approver"
    OWN = "own"
    CALLER = "caller"
    WEAK = "weak"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who replies. ``is_reader``: the notice was sent to them; ``weak``: how they are proved.

    ``is_ours``: their address lies in a domain of ours, as of who reads a shared mailbox.
    """

    address: str
    decider: Decider | None
    is_hr: bool = False
    is_reader: bool = False
    is_ours: bool = False
    weak: bool = False

    @property
    def is_known(self) -> bool:
        """Whether they are answered at all."""
        return self.has_a_part or self.is_ours

    @property
    def has_a_part(self) -> bool:
        """Whether they have more to do with it than to share our domain."""
        return self.decider is not None or self.is_hr or self.is_reader

    def may_decide(self, outcome: Outcome) -> bool:
        """Whether a decision of that outcome could be theirs."""
        return self.decider is not None and outcome in self.decider.outcomes

    def has_decided(self, decided_by: str | None) -> bool:
        """Whether it is theirs; a spreadsheet may give a name instead of an address, or both."""
        return is_same_person(decided_by, self.address, [self.decider] if self.decider else [])


def objects(
    word: Word, person: Person, outcome: Outcome, decided_by: str | None
) -> Objection | None:
    """Why this person may not do that to an entry of that outcome; None when they may."""
    against = _objects(word, person, outcome, decided_by)
    if against is None and word is not Word.STOP and person.weak and not person.is_reader:
        return Objection.WEAK
    return against


def _objects(
    word: Word, person: Person, outcome: Outcome, decided_by: str | None
) -> Objection | None:
    """The same as if everybody were proved well."""
    decides = person.is_hr or person.may_decide(outcome)
    match word:
        case Word.STOP:
            return None if decides or person.is_reader else _against_stop(person)
        case Word.SEND_NOW:
            return None if decides else Objection.OUTCOME
        case Word.APPROVE:
            return _against_approval(person, outcome, decided_by)
        case Word.CALLED:
            may = person.is_reader or person.is_hr or person.has_decided(decided_by)
            return None if may else Objection.CALLER


def _against_stop(person: Person) -> Objection:
    """Somebody behind a shared address may know better; a decider of other outcomes may not."""
    only_holds = person.is_ours and not person.has_a_part
    return Objection.HOLDS if only_holds else Objection.OUTCOME


def _against_approval(person: Person, outcome: Outcome, decided_by: str | None) -> Objection | None:
    if person.has_decided(decided_by):
        return Objection.OWN
    if person.decider is None or not person.decider.may_approve:
        return Objection.APPROVER
    return None if person.may_decide(outcome) else Objection.OUTCOME
