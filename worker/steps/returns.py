"""What comes back: bounces move their letter and tell its decider, answers of candidates are noted.

A report counts only when it names one of our tokens, and exactly one: 80 random bits that stand
in the letter and nowhere else outside. An address alone proves nothing. So all that a forger can
do is what a candidate can do with their own letter: have HR look after it. A bounce of a notice is
journalled and never told, or two mail servers would talk for ever. ``delayed`` and ``delivered``
are journalled. Nothing here reads a decision.

Asked before ``decisions``: what is taken here never gets there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from worker import verbs
from worker.address import domain_of
from worker.intake.opened import Opened
from worker.letter import Letter
from worker.lifecycle import Kind, Status
from worker.policy.deciders import Decider, find_decider
from worker.policy.returned import Meaning, meaning
from worker.returns import Fate, Returned
from worker.steps.mails import quarantine
from worker.steps.report import Report
from worker.store import ledger, returns, unsure
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending
from worker.store.returns import Named

#: In these a letter may have left all the same; the store asks whether a dot of its was out.
_UNPROVED = frozenset({Status.UNSURE, Status.QUEUED, Status.SENDING})

#: A shorter local part is part of too many words.
_TELLING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """How returns act. ``seal`` makes a notice, or None where there is nobody to tell.

    ``zone`` is for its times.
    """

    store: Store
    deciders: Mapping[str, Decider]
    seal: Callable[[Report], Letter | None]
    zone: str
    now: Callable[[], datetime]
    tell: Callable[..., None]


@dataclass(frozen=True, slots=True)
class _Case:
    """A report, the entry that it names, and the mail that brought it."""

    returned: Returned
    about: Named
    arrival: Arrival
    into: Returning


def take_return(opened: Opened, arrival: Arrival, into: Returning) -> Ending | None:
    """What becomes of a report of delivery; None when the mail is none."""
    if opened.returned is None:
        return None
    tokens = opened.returned.tokens
    if len(tokens) > 1:
        return quarantine("a report of delivery that names more than one letter of ours")
    about = returns.named(into.store, tokens[0]) if tokens else None
    if about is None:
        return Ending(state="ignored", event="mail_ignored",
                      problem="a report of delivery that names no letter of ours")  # fmt: skip
    ledger.begin(into.store, arrival, into.now())
    return _take(_Case(opened.returned, about, arrival, into))


def _take(case: _Case) -> Ending:
    about, fate = case.about, case.returned.fate
    if not _is_about_its_recipient(case):
        return _puzzle(case, "it is about another recipient than the letter's")
    if fate is Fate.FAILED:
        return _bounced(case)
    _note(case, "delayed" if fate is Fate.DELAYED else "returned")
    if fate is Fate.DELAYED and about.status in _UNPROVED:
        _prove(about, "a notice of delay that names it", case.arrival, case.into)
    return _DONE


def _is_about_its_recipient(case: _Case) -> bool:
    """As far as it says; whole addresses are folded, for servers change the case of both parts."""
    named = {each.casefold() for each in case.returned.recipients}
    return not named or case.about.email.casefold() in named


def _puzzle(case: _Case, why: str) -> Ending:
    """It has our token, and still can't be right: for people, who find it with the problems."""
    _note(case, "returned", why)
    return quarantine(f"a report of delivery of entry {case.about.token}: {why}")


def _bounced(case: _Case) -> Ending:
    about, into = case.about, case.into
    cause = meaning(case.returned.status)
    verb = verbs.bounced_before_restore if about.status is Status.HELD else verbs.bounced
    change = verb(cause.why, _answer(case), _evidence(case))
    notice = _notice(case, cause) if about.kind is Kind.LETTER else None
    if returns.bounce(into.store, about, change, notice, by=case.arrival.id, now=into.now()):
        into.tell("bounced" if notice else "bounced_untold", entry=about.token,
                  domain=domain_of(about.email), code=case.returned.status)  # fmt: skip
    elif about.status is not Status.BOUNCED:
        return _puzzle(case, f"it is a bounce, and the entry is {about.status}")
    return _DONE


def _notice(case: _Case, cause: Meaning) -> tuple[str, Letter] | None:
    """Who decided is told where they are known, else HR; once for each time that it was sent."""
    about, into = case.about, case.into
    decider = find_decider(about.decided_by, into.deciders)
    told = Report(
        key=f"bounced:{about.token}:{about.dot_at:%Y%m%d%H%M%S}" if about.dot_at
        else f"bounced:{about.token}",
        template="bounced",
        values=_values(case, cause),
        to=decider.address if decider else None,
    )  # fmt: skip
    sealed = into.seal(told)
    return (told.key, sealed) if sealed else None


def _values(case: _Case, cause: Meaning) -> Mapping[str, object]:
    about, returned = case.about, case.returned
    return {
        "entry": about.token, "name": _line(about.name), "email": about.email,
        "job_title": _line(about.job_title), "outcome": about.outcome,
        "phone": _line(about.phone), "sent_at": about.sent_at, "zone": case.into.zone,
        "cause": cause.told, "mend": cause.mend, "code": returned.status,
        "answer": _line(_answer(case)), "reporter": _line(returned.reporter),
    }  # fmt: skip


def take_reply(opened: Opened, arrival: Arrival, into: Returning) -> Ending | None:
    """An answer to a letter, written by a person: noted, and left where it lies for people.

    None for what answers no letter, for automatic answers, and for deciders: theirs are decisions.
    """
    sender = opened.envelope.sender
    automatic = opened.automatic is not None or opened.returned is not None
    if automatic or not sender or find_decider(sender, into.deciders) is not None:
        return None
    found = [returns.named(into.store, token) for token in opened.quotes]
    letters = [each for each in found if each is not None and each.kind is Kind.LETTER]
    if not letters:
        return None
    ledger.begin(into.store, arrival, into.now())
    for each in letters:
        returns.note(into.store, each, "replied", {"domain": domain_of(sender)},
                     submission=arrival.id, now=into.now())  # fmt: skip
        if each.status in _UNPROVED and sender.casefold() == each.email.casefold():
            _prove(each, "an answer of the candidate that names it", arrival, into)
    return Ending(state="noted", event="reply_noted")


def _prove(about: Named, proof: str, arrival: Arrival, into: Returning) -> None:
    """Only what the server took can be late, or be answered."""
    if unsure.proved(into.store, about.token, {"proof": proof}, into.now(), by=arrival.id):
        into.tell("proved_sent", entry=about.token)


def _note(case: _Case, event: str, why: str = "") -> None:
    told = {"fate": str(case.returned.fate), "why": why, "reply": _answer(case), **_evidence(case)}
    detail = {key: each for key, each in told.items() if each}
    returns.note(case.into.store, case.about, event, detail, submission=case.arrival.id,
                 now=case.into.now())  # fmt: skip


def _evidence(case: _Case) -> Mapping[str, str]:
    return {"code": case.returned.status, "reporter": case.returned.reporter}


def _answer(case: _Case) -> str:
    """What the server said; some say the name before the @ alone, which nobody else could mask."""
    local, told = case.about.email.rpartition("@")[0], case.returned.diagnostic
    if len(local) < _TELLING:
        return told
    return re.sub(re.escape(local), "…", told, flags=re.IGNORECASE)


def _line(text: str) -> str:
    """One line without control characters, which no header and no notice may hold."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


_DONE = Ending(state="returned", event="mail_returned")
