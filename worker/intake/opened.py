"""A mail from the mailbox, opened once and read in every way that a step may ask for.

Pure, and the only part of the intake that touches the octets of strangers as a whole: so it is
what runs apart, where it can be ended (``jail``). What can go wrong: ``BadSubmission`` for a mail
that can't be opened at all; a mail that a person wrote and that is no decision has a ``problem``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from worker.columns import Words
from worker.errors import BadSubmission
from worker.intake.mailform import DecisionMail, Envelope, NotADecision, read_envelope, read_mail
from worker.intake.proof import Means, Proved, Unproved, prove
from worker.intake.replytext import read_reply
from worker.returns import Returned, read_quotes, read_returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How mail is read; ``own`` are the addresses this installation sends from.

    It is pickled on its way into the jail: plain values, and functions of a module.
    """

    words: Words
    own: Collection[str]
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mail as it was understood.

    ``automatic`` says why no person wrote it, or that we did; else it holds a ``decision``, or the
    ``problem`` that its sender is to mend. Of one without decisions in its text the ``first_line``
    may act; a word that lets go does not where what stands beside it may take it back
    (``excepted``).
    Beside that it may be a report of delivery (``returned``), or quote tokens of our letters
    (``quotes``) or of our notices (``references``).
    """

    envelope: Envelope
    proof: Proved | Unproved
    automatic: str | None = None
    decision: DecisionMail | None = None
    problem: str | None = None
    first_line: str = ""
    excepted: bool = False
    returned: Returned | None = None
    quotes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def open_mail(raw: bytes, reading: Reading) -> Opened:
    """Read a raw mail. Whose it is, is judged here too, over the same octets."""
    opened = _open(raw, reading)
    return replace(opened, returned=read_returned(raw), quotes=read_quotes(raw))


def _open(raw: bytes, reading: Reading) -> Opened:
    envelope = read_envelope(raw)
    proof = prove(raw, reading.means)
    try:
        read = read_mail(raw, reading.words, own=reading.own)
    except BadSubmission as why:
        return _with_reply(Opened(envelope=envelope, proof=proof, problem=str(why)), raw)
    if isinstance(read, NotADecision):
        return Opened(envelope=envelope, proof=proof, automatic=read.why)
    opened = Opened(envelope=envelope, proof=proof, decision=read)
    if read.sheet is None:
        return opened
    # The text beside a spreadsheet is free, and may say STOP to what it answers.
    return _with_reply(opened, raw)


def _with_reply(opened: Opened, raw: bytes) -> Opened:
    said = read_reply(raw)
    return replace(opened, first_line=said.first_line, excepted=said.excepted,
                   references=said.references)  # fmt: skip
