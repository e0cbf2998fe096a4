"""Asking the DNS for a TXT record; the only user of dnspython.

What can go wrong: ``OSError`` when no server answers in time, which says nothing about the record.
"""

from __future__ import annotations

from dns.exception import DNSException
from dns.name import Name, from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

#: Seconds for one question, with all its repeats.
PATIENCE = 5.0


def look_up(name: str, resolver: Resolver | None = None) -> str | None:
    """The TXT record of exactly that name, its parts joined, or None.

    Of several records none is right, so that is None as well (RFC 6376 3.6.2.2). Without a
    ``resolver`` it asks whom this machine asks.
    """
    place = _place(name)
    if place is None:
        return None
    try:
        asked = resolver or Resolver()
        answer = asked.resolve(place, "TXT", lifetime=PATIENCE, search=False)
    except (NXDOMAIN, NoAnswer):
        return None
    except DNSException as why:
        raise OSError(f"no answer about {name}: {why}") from None
    records = [b"".join(record.strings) for record in answer]
    return records[0].decode("ascii", "replace") if len(records) == 1 else None


def _place(name: str) -> Name | None:
    """None for what no name can be (RFC 1035 2.3.4): nobody needs to be asked, now or later."""
    try:
        return from_text(f"{name}.")
    except DNSException:
        return None
