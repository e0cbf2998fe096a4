"""The circuit breaker: when so much is refused for good that sending must stop and a person look.

Pure. It watches the last letters only. A wrong list, a blocked address and a broken template look
alike from here: letter after letter is refused. What may pass by itself never opens it, because
people switch off a breaker that does (listmonk #734).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: So many letters are looked at; those before what is remembered went well.
WINDOW = 20

#: So many refused one after the other, or so many of the last 20, are too many: a fifth is borne.
IN_A_ROW, OF_THE_WINDOW = 3, WINDOW // 5

#: Of wrong addresses half is borne: a list has a few, and each is a matter of its own.
WITH_ADDRESSES = WINDOW // 2

#: So many domains that refuse us within so long a time are no peculiarity of one of them.
DOMAINS, WITHIN = 2, timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one letter: ``reply`` is None when it was taken.

    ``about`` is ``us`` when it was refused for our reputation, by policy, as spam; ``recipient``
    when there is no such mailbox; empty when it was the letter, or nobody knows.
    """

    at: datetime
    domain: str
    reply: str | None = None
    about: str = ""


def why_open(last: Sequence[Outcome], now: datetime) -> str | None:
    """Why sending must stop, after the letters of ``last``, the newest first; None to go on."""
    window = last[:WINDOW]
    refused = [each for each in window if each.reply is not None]
    us = {each.domain for each in refused if each.about == "us" and now - each.at <= WITHIN}
    if len(us) >= DOMAINS:
        return f"{len(us)} domains refuse our mail by policy: {_told(refused)}"
    others = [each for each in window if each.about != "recipient"]
    row = others[:IN_A_ROW]
    if len(row) == IN_A_ROW and all(each.reply is not None for each in row):
        return f"{IN_A_ROW} letters in a row were refused for good: {_told(row)}"
    unborne = sum(each.reply is not None for each in others)
    if unborne > OF_THE_WINDOW or len(refused) > WITH_ADDRESSES:
        return (
            f"{len(refused)} of the last {WINDOW} letters were refused for good: {_told(refused)}"
        )
    return None


def _told(refused: Sequence[Outcome]) -> str:
    """The last reply of each domain, the newest first."""
    by_domain: dict[str, str] = {}
    for each in refused:
        by_domain.setdefault(each.domain, each.reply or "")
    return "; ".join(f"{domain} said {reply}" for domain, reply in list(by_domain.items())[:5])
