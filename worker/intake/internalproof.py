"""Did Exchange take this mail from a signed-in colleague? For ``proof``; pure.

Mail inside one tenant of Exchange Online bears no DKIM signature and passes no SPF; what tells it
apart is ``X-MS-Exchange-Organization-AuthAs: Internal``. Exchange removes all headers of that
family from what comes from outside (its header firewall) and writes its own. So this proves
something only where the mailbox lies on Exchange, and the operator has seen a forged one being
stripped (docs/operating.md, "Proof by Exchange").

Not told apart: another account of the same tenant that may send as the decider, and devices that
use Direct Send and are let in by a connector as internal.
"""

from __future__ import annotations

from collections.abc import Collection

from worker.intake.mailhead import Head

_AUTH_AS = "x-ms-exchange-organization-authas"
_AUTH_SOURCE = "x-ms-exchange-organization-authsource"
#: The same said by the border between tenants; it is not always there.
_ACROSS = "x-ms-exchange-crosstenant-authas"


def doubt(head: Head, domain: str, ours: Collection[str]) -> str:
    """Why the mail may be from outside, in plain words; empty when Exchange says it is not."""
    if domain not in ours:
        return f"{domain} is not a domain of ours, so Exchange can't know its people"
    said = head.every(_AUTH_AS)
    if len(said) != 1:
        return (
            f"the mail has {len(said) or 'no'} X-MS-Exchange-Organization-AuthAs; it must have one"
        )
    for value in (*said, *head.every(_ACROSS)):
        if value.lower() != "internal":
            return f"Exchange took the mail as {value!a:.40}, not as Internal"
    sources = head.every(_AUTH_SOURCE)
    if len(sources) != 1 or not sources[0]:
        return "no single X-MS-Exchange-Organization-AuthSource says which server took the mail"
    return ""
