"""The decision mail (CONTRACT section 5): a raw mail becomes rows, a spreadsheet, or neither.

Pure; the steps use it, after ``proof`` has judged the sender. A decision is made of ``Key: value``
lines at the top of the text; a line that is no key continues the value above it, the first empty
line ends the reading, and nothing below it is read, stored or sent. What can go wrong:
``BadSubmission`` with every problem on a line of its own, written for the decider who gets it
back. Mail that is no decision by its kind (bounce, out of office, list, our own) is a value.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from worker.columns import Words
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.automail import why_automatic, why_machine_made
from worker.intake.mailhead import (
    MAX_HEAD,
    Head,
    Sender,
    read_fields,
    read_head,
    read_sender,
    split,
)
from worker.intake.mailkeys import Keys, read_keys
from worker.intake.mailparts import (
    Attachment,
    decoded,
    find_body,
    find_other_sheets,
    find_sheets,
    open_mail,
)
from worker.intake.mailtext import above_history, read_lines

__all__ = [
    "EXAMPLE",
    "Attachment",
    "DecisionMail",
    "Envelope",
    "NotADecision",
    "content_key",
    "read_envelope",
    "read_mail",
]

EXAMPLE = """\
A decision mail has its keys at the very top of the text, one to a line:

Decision: reject
Candidate: Ana Pérez <ana@example.org>
Job: Data Analyst
Reason: ...

Below an empty line you may write what you like; it is never sent to anybody. For many candidates \
attach exactly one .csv or .xlsx file instead and write no keys."""

_MAX_SUBJECT = 1_000
_MAX_DATE = 100
_MAX_ANSWERS = 20
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_SIGNED_FIELDS = frozenset({"from", "to", "date", "subject", "message-id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who wrote, what about and when; what is missing or malformed is empty (RFC 9051 7.5.2).

    ``message_id`` has its angle brackets and is safe to quote in ``In-Reply-To``; ``answers`` are
    those of the mails that this one answers (RFC 5322 3.6.4), the nearest first.
    """

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    message_id: str = ""
    date: datetime | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMail(Envelope):
    """A mail with decisions in it: either ``rows`` (of one row) or a ``sheet``, never both."""

    rows: tuple[Row, ...] | None = None
    sheet: Attachment | None = None


@dataclass(frozen=True, slots=True)
class NotADecision:
    """Mail that is put aside without an answer; ``why`` says what it is."""

    why: str


def content_key(raw: bytes) -> str:
    """The same for one mail wherever it lies and whichever way it came; for any octets.

    Received lines and flags differ between two deliveries of one mail, Message-ID alone can be
    claimed by a stranger: so it is what the sender wrote, header and body.
    """
    head, body = split(raw)
    if len(head) > MAX_HEAD:  # never taken, and not worth the memory of parting it
        return hashlib.sha256(raw).hexdigest()
    told = sorted(
        f"{name}:{' '.join(value.split())}"
        for name, value in read_fields(head)
        if name in _SIGNED_FIELDS
    )
    digest = hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape"))
    digest.update(b"\n\n" + body.replace(b"\r\n", b"\n").rstrip(b"\n"))
    return digest.hexdigest()


def read_envelope(raw: bytes) -> Envelope:
    """What a receipt needs to answer a mail, even one that ``read_mail`` refuses."""
    try:
        return _envelope(read_head(raw))
    except BadSubmission:
        return Envelope()


def read_mail(
    raw: bytes, words: Words, *, own: Collection[str] = ()
) -> DecisionMail | NotADecision:
    """Read a raw mail; ``own`` are the addresses this installation sends from.

    Raises ``BadSubmission`` with every problem found, one to a line.
    """
    try:
        return _read(raw, words, {address.casefold() for address in own})
    except (BadSubmission, MemoryError):
        raise
    except Exception as why:  # the parser of the standard library raises anything
        raise BadSubmission(
            f"the mail is built in a way that can't be read ({type(why).__name__}); "
            "write it anew as plain text"
        ) from why


def _read(raw: bytes, words: Words, own: set[str]) -> DecisionMail | NotADecision:
    head = read_head(raw)
    envelope = _envelope(head)
    aside = "our own mail" if envelope.sender.casefold() in own else why_automatic(head)
    if aside:
        return NotADecision(aside)
    mail = open_mail(raw)
    aside = why_machine_made(mail)
    if aside:
        return NotADecision(aside)
    if not envelope.sender:
        raise BadSubmission("the mail must be From exactly one address")
    return _decide(envelope, mail, words)


def _decide(envelope: Envelope, mail: Message, words: Words) -> DecisionMail:
    body = find_body(mail)
    keys = read_keys(above_history(read_lines(body)) if body else [], words)
    sheets, others = find_sheets(mail), find_other_sheets(mail)
    problems = _problems(keys, [each.name for each in sheets], others)
    if problems:
        raise BadSubmission("\n".join(problems))
    if sheets:
        return DecisionMail(**asdict(envelope), sheet=sheets[0])
    return DecisionMail(**asdict(envelope), rows=(Row(1, keys.fields),))


def _problems(keys: Keys, sheets: list[str], others: list[str]) -> list[str]:
    # Beside a spreadsheet the text is free, and "Note: ..." in it is not a mistyped key.
    problems = list(keys.problems) if keys.known or not sheets else []
    problems += [f"{name} can't be read; save it as .xlsx or .csv" for name in others]
    if len(sheets) > 1:
        names = ", ".join(sheets)
        problems.append(f"{len(sheets)} spreadsheets are attached ({names}); send one in a mail")
    if sheets and keys.known:
        problems.append(f"the mail has keys in its text and {sheets[0]} attached; send only one")
    if not (sheets or others or keys.known):
        problems.append(EXAMPLE)
    return problems


def _envelope(head: Head) -> Envelope:
    try:
        sender = read_sender(head)
    except ValueError:
        sender = Sender("", "")
    identity = _MESSAGE_ID.fullmatch(head.first("message-id"))
    return Envelope(
        sender=sender.address,
        sender_name=sender.name,
        subject=" ".join(decoded(head.first("subject")[:_MAX_SUBJECT]).split()),
        message_id=identity[0] if identity else "",
        date=_moment(head.first("date")),
        answers=_answers(head),
    )


def _answers(head: Head) -> tuple[str, ...]:
    told = " ".join([head.first("references"), head.first("in-reply-to")])
    return tuple(dict.fromkeys(reversed(_MESSAGE_ID.findall(told)[-_MAX_ANSWERS:])))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:_MAX_DATE])
    except (ValueError, OverflowError):
        return None
    # RFC 5322 3.3: "-0000" is UTC whose local zone is unknown; the library leaves it naive.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
