"""Who may decide what, by the address that was proved. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from worker.decision import Decision, Outcome, fold

#: An address in what says who decided: ``Dana Miller <dana+jobs@acme.example>``. What stands behind
#: the plus is the same mailbox (RFC 5233).
_ADDRESS = re.compile(r"""([^\s<>()\[\],;:"'+@]+)(?:\+[^\s@]*)?@([^\s<>()\[\],;:"'@]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """A person who may decide by mail. ``per_day`` bounds the decisions of 24 hours.

    ``language`` is that of the notices to them; None is the company's.
    """

    address: str
    name: str = ""
    outcomes: frozenset[Outcome] = frozenset(Outcome)
    per_day: int | None = None
    may_approve: bool = False
    language: str | None = None


def find_decider(address: str, deciders: Mapping[str, Decider]) -> Decider | None:
    """The decider with that address; the local part is compared as written, folded in case."""
    return deciders.get(address.casefold())


def is_same_person(one: str | None, other: str | None, deciders: Collection[Decider] = ()) -> bool:
    """Whether both name one person, as far as what they are called shows it; nobody names none.

    Of the ``deciders`` the address and the name are known to be the same person's.
    """
    known = [_names(each.address) | _names(each.name) for each in deciders]
    return not _all_names(one, known).isdisjoint(_all_names(other, known))


def _all_names(person: str | None, known: Collection[frozenset[str]]) -> frozenset[str]:
    names = _names(person)
    return names.union(*(theirs for theirs in known if not theirs.isdisjoint(names)))


def _names(person: str | None) -> frozenset[str]:
    folded = fold(person or "")
    addresses = ("@".join(found) for found in _ADDRESS.findall(folded))
    return frozenset({folded, *addresses} - {""})


def objection(decider: Decider, decision: Decision, decided_today: int) -> str | None:
    """Why this person may not make this decision now; None when they may."""
    if decision.outcome not in decider.outcomes:
        allowed = ", ".join(sorted(decider.outcomes))
        return (
            f"outcome: {decider.address} may not decide {decision.outcome}, only {allowed}"
            " (deciders.outcomes in config/followup.toml)"
        )
    if decider.per_day is not None and decided_today >= decider.per_day:
        return (
            f"{decider.address} may make {decider.per_day} decisions in 24 hours"
            " (deciders.per_day in config/followup.toml); send the rest later"
        )
    return None
