"""Delivery status notifications by their standard (RFC 3464; RFC 6533 for other alphabets).

For ``reader``. One report may tell of several recipients, as when an address stands for more
than one; the gravest fate counts, and the recipients it met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from worker.returns.bounds import PARTS, field, leaves
from worker.returns.codes import code_in, precise
from worker.returns.naming import as_token
from worker.returns.returned import Fate, Returned

_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_GRAVEST = list(Fate)
#: RFC 3463 2, for reports that give a status and no action.
_BY_CLASS = {"5": Fate.FAILED, "4": Fate.DELAYED, "2": Fate.DELIVERED}
_TYPE = re.compile(r"^[a-z0-9-]{1,40}\s*;\s*", re.IGNORECASE)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 4
_ADDRESS = re.compile(r"[^\s<>@;,]{1,64}@[^\s<>@;,]{1,255}")


def read_report(mail: Message) -> Returned | None:
    """What the report says, or None when it is not of this form. Names no token but ENVID's."""
    blocks = [block for part in leaves(mail) if _is_status(part) for block in _blocks(part)]
    fates = [(fate, block) for block in blocks[:PARTS] if (fate := _fate(block))]
    if not fates:
        return None
    worst = min((fate for fate, _ in fates), key=_GRAVEST.index)
    met = [block for fate, block in fates if fate is worst]
    diagnostic = _TYPE.sub("", _first(met, "diagnostic-code"))
    return Returned(
        fate=worst,
        tokens=tuple(as_token(_first(blocks, "original-envelope-id"))),
        recipients=tuple(dict.fromkeys(each for block in met for each in _recipients(block))),
        status=precise(code_in(_first(met, "status")), diagnostic),
        diagnostic=diagnostic,
        reporter=_TYPE.sub("", _first(blocks, "reporting-mta")),
    )


def _is_status(part: Message) -> bool:
    return part.get_content_type() in _TYPES


def _blocks(part: Message) -> Iterator[Message]:
    """Its groups of fields; the standard library parts them for one of the two types only."""
    inside = part.get_payload()
    if not isinstance(inside, list):
        return
    for each in inside[:PARTS]:
        if isinstance(each, Message):
            yield each
            rest = each.get_payload()
            if isinstance(rest, str):
                yield from (message_from_string(group) for group in _groups(rest))


def _groups(rest: str) -> list[str]:
    return [group.strip() for group in re.split(r"\r?\n\r?\n", rest) if group.strip()][:PARTS]


def _fate(block: Message) -> Fate | None:
    """Of one recipient; some servers write remarks behind the action, OpenSMTPD says error."""
    action = field(block, "action").lower()
    if action.startswith(("fail", "error")):
        return Fate.FAILED
    for fate in Fate:
        if action.startswith(fate):
            return fate
    return _BY_CLASS.get(field(block, "status")[:1]) if not action else None


def _first(blocks: list[Message], name: str) -> str:
    return next((value for block in blocks if (value := field(block, name))), "")


def _recipients(block: Message) -> Iterator[str]:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        for found in _ADDRESS.findall(_TYPE.sub("", field(block, name)))[:1]:
            yield found
            # Encoded or not: "+41" may be one character, or half of somebody's address.
            yield _XTEXT.sub(lambda code: chr(int(code[1], 16)), found)
