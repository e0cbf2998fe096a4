"""Reading a raw mail as a report of delivery, or as an answer that quotes our mail.

The package tells who may use it and what is bounded.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message

from worker.returns.bounds import field, parsed
from worker.returns.naming import answered, repeated, tokens
from worker.returns.report import read_report
from worker.returns.returned import Returned
from worker.returns.wild import read_wild

_LONGEST = 600
#: Who signs reports of delivery (RFC 5321 4.5.1, RFC 2142 5, and what servers do).
_DAEMON = re.compile(
    r"(?:^|[\s<\"])(?:mailer[-_.]?daemon|post-?master|mail[-_.]?daemon|mdaemon|mmdf)(?:@|>|$)",
    re.IGNORECASE,
)
#: An address in a server's words; what is kept of it is the domain.
_LOCAL_PART = re.compile(r"""(?:"[^"\n]{1,64}"|[^\s<>()\[\]"',;:=@]{1,200})@""")


def read_returned(raw: bytes) -> Returned | None:
    """What a report says of our mail; None for a mail that is none, or that can't be read."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - parsers of strangers' octets raise anything, RecursionError among it
        return None


def read_quotes(raw: bytes) -> tuple[str, ...]:
    """The tokens of ours that a mail quotes or answers."""
    try:
        mail = parsed(raw)
        return tokens([*answered(mail, whole_thread=True), *repeated(mail)])
    except Exception:  # noqa: BLE001 - same
        return ()


def _read(raw: bytes) -> Returned | None:
    mail = parsed(raw)
    signed = _is_signed_by_a_server(mail)
    found = read_report(mail) if signed or _has_no_return_path(mail) else None
    if found is None and signed:
        found = read_wild(raw)
    if found is None:
        return None
    return replace(
        found,
        tokens=tokens([*found.tokens, *answered(mail, whole_thread=False), *repeated(mail)]),
        diagnostic=_LOCAL_PART.sub("…@", found.diagnostic)[:_LONGEST],
        reporter=_LOCAL_PART.sub("…@", found.reporter)[:255],
    )


def _is_signed_by_a_server(mail: Message) -> bool:
    """Whether the words may count: people quote bounces, and out of office is none."""
    if mail.get_content_type() == "multipart/report":
        # Not a read receipt (RFC 8098), and no complaint (RFC 5965).
        kind = str(mail.get_param("report-type") or "delivery-status").lower()
        return kind.endswith("delivery-status")
    return bool(_DAEMON.search(field(mail, "from")) or field(mail, "x-failed-recipients"))


def _has_no_return_path(mail: Message) -> bool:
    return field(mail, "return-path").replace(" ", "") == "<>"
