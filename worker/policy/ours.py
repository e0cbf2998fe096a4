"""Which addresses are ours: who may be told things, and who is no ordinary candidate. Pure.

A domain of ours is one that we send from, are written to, or decide from. The large providers of
free mail are nobody's: of those only the very addresses count.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from worker.address import domain_of, read_address
from worker.decision import Decision

#: Where everybody may have an address.
FREE_MAIL = frozenset({
    "aol.com", "aol.de", "arcor.de", "bluewin.ch", "btinternet.com", "comcast.net",
    "fastmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com",
    "gmx.de", "gmx.es", "gmx.fr", "gmx.net", "googlemail.com", "hey.com", "hotmail.ca",
    "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr", "icloud.com",
    "laposte.net", "live.ca", "live.co.uk", "live.com", "live.de", "live.fr", "mac.com",
    "mail.com", "mailbox.org", "me.com", "msn.com", "orange.fr", "outlook.at", "outlook.com",
    "outlook.de", "outlook.es", "outlook.fr", "outlook.ie", "pm.me", "posteo.de", "proton.me",
    "protonmail.com", "rogers.com", "sfr.fr", "sympatico.ca", "t-online.de", "telefonica.net",
    "tuta.com", "tutanota.com", "wanadoo.fr", "web.de", "yahoo.ca", "yahoo.co.uk", "yahoo.com",
    "yahoo.com.mx", "yahoo.de", "yahoo.es", "yahoo.fr", "ymail.com", "zoho.com",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ours:
    """Our addresses and domains, folded in case."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def has(self, address: str) -> bool:
        """Whether the address is one of ours, or lies in a domain of ours."""
        folded = address.casefold()
        return folded in self.addresses or domain_of(folded) in self.domains

    def hears(self, *addresses: str | None) -> str | None:
        """The first of these that is ours, for a notice; None is HR.

        What a spreadsheet names may be anybody, and a notice holds a letter to a candidate. It may
        be no address at all, and still end in a domain of ours.
        """
        bare = map(_bare, addresses)
        return next((each for each in bare if each and self.has(each)), None)


def _bare(named: str | None) -> str | None:
    """The address as mail can be sent to it; None for what is not exactly one."""
    try:
        return read_address(named) if named else None
    except ValueError:
        return None


def ours(addresses: Iterable[str]) -> Ours:
    """From every address that the configuration names."""
    known = frozenset(each.casefold() for each in addresses)
    return Ours(known, frozenset(map(domain_of, known)) - FREE_MAIL)


def own(decision: Decision, known: Ours) -> str | None:
    """Why its candidate is no ordinary one, for people: one of ours, or who decided it.

    A forwarded mail, or a column that slipped, makes a colleague the candidate.
    """
    named = (decision.decided_by, decision.recruiter_email)
    if decision.email.casefold() in {each.casefold() for each in named if each}:
        return f"the candidate has the address of who decides or signs. {_MEND}"
    if known.has(decision.email):
        return f"the candidate's address is one of ours. {_MEND}"
    return None


_MEND = "Cancel it and give the candidate's own address, or release it if it is meant"
