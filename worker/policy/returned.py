"""What the status code of a bounce means to a person, and what can be done about it. Pure.

The subjects and details are those of RFC 3463 3 with the codes registered since (RFC 7505, RFC
7372), read as the large providers use them: a code alone is often vague, so the words are careful.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Mend(StrEnum):
    """What helps: another address, the same one later, or our own side."""

    ADDRESS = "address"
    LATER = "later"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``why`` is short, for listings; ``told`` a sentence for people."""

    why: str
    told: str
    mend: Mend


#: From the special to the general, over subject and detail (``1.1`` of ``5.1.1``).
_MEANINGS: tuple[tuple[str, Meaning], ...] = (
    (r"1\.[01679]|1\.10", Meaning(
        "no such address",
        "Nobody is reached at this address: it is mistyped, or the mailbox is no more.",
        Mend.ADDRESS)),
    (r"1\.[24]", Meaning(
        "no such domain",
        "There is no mail server for what stands behind the @ of this address.", Mend.ADDRESS)),
    (r"1\.\d+", Meaning(
        "address not accepted",
        "The mail server does not accept this address as it is written.", Mend.ADDRESS)),
    (r"2\.[01]", Meaning(
        "mailbox closed",
        "The mailbox is closed or locked and takes no mail.", Mend.ADDRESS)),
    (r"2\.2|3\.1", Meaning(
        "mailbox full", "The mailbox is full and takes no more mail.", Mend.LATER)),
    (r"7\.\d+", Meaning(
        "refused by a filter",
        "The candidate's mail server turned the letter away by a rule or a spam filter. The"
        " address may well be right.", Mend.OURS)),
    (r"[36]\.\d+|2\.3", Meaning(
        "letter not accepted",
        "The candidate's mail server does not accept this letter as it is. The address may well"
        " be right.", Mend.OURS)),
    (r"4\.\d+", Meaning(
        "not reached in time",
        "The candidate's mail server could not be reached for so long that ours gave up.",
        Mend.LATER)),
)  # fmt: skip

_UNKNOWN = Meaning(
    "returned",
    "The letter was not delivered, and the report of it gives no cause that followup knows.",
    Mend.ADDRESS,
)


def meaning(status: str) -> Meaning:
    """Of a status code of RFC 3463; of "" as well."""
    _, _, cause = status.partition(".")
    return next((found for pattern, found in _MEANINGS if re.fullmatch(pattern, cause)), _UNKNOWN)
