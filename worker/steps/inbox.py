"""Going through the mailbox: a mail that can't be taken in never stops those behind it.

What is about one mail is a matter of that mail: it is tried again at the next looks, and put aside
unread when that does not help. What is about the connection, the database or the jail ends the
look, and no mail is to blame. What could not be moved stays where it lies; it is committed, so it
is not read again, only moved again. What can't be judged yet, because the DNS does not answer, is
tried again before what came since; a look that gets no answer about one of these leaves the others.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from worker.errors import NoJail, SessionError, StoreError
from worker.intake.mailbox import Gone, MailRef, Refused, TooLarge
from worker.steps.mails import WAITING, Mails, not_moved, put_aside, take_in_mail

#: How often a mail is tried before it is put aside; one look a minute, as ``mailbox.poll`` says.
MOST_TRIES = 5

#: These lie in the done folder afterwards, ``noted`` where it lay, and all else in the problems.
_DONE = frozenset({"taken", "returned"})


class Box(Protocol):
    """The session with the mailbox, as far as it is needed here."""

    def pending(self) -> list[MailRef]:
        """What lies there, in the order it came."""

    def fetch(self, ref: MailRef) -> bytes | TooLarge | Gone | Refused:
        """The octets of a mail."""

    def move(self, ref: MailRef, folder: str) -> Refused | None:
        """Move a mail."""


@dataclass(slots=True)
class Trouble:
    """How often a mail could not be taken in, and why the last time."""

    why: str
    times: int = 1


@dataclass(slots=True, kw_only=True)
class Inbox:
    """How mail is taken in, where it goes, and what this run knows of the mails that lie there."""

    mails: Mails
    done_folder: str
    problem_folder: str
    crashed: Callable[[], None]
    troubles: dict[MailRef, Trouble] = field(default_factory=dict)
    noted: set[MailRef] = field(default_factory=set)
    stuck: set[MailRef] = field(default_factory=set)
    #: In the order in which they were last tried, which a set would not keep.
    waiting: dict[MailRef, None] = field(default_factory=dict)


def look_through(box: Box, inbox: Inbox, stopped: Callable[[], bool]) -> None:
    """Take in all that lies there. Raises what is not about one mail."""
    lying = box.pending()
    _forget(set(lying), inbox)
    new = [ref for ref in lying if ref not in inbox.noted and ref not in inbox.waiting]
    _try_again(box, inbox, stopped)
    for ref in new:
        if stopped():
            return
        _deal_with(box, ref, inbox)


def _try_again(box: Box, inbox: Inbox, stopped: Callable[[], bool]) -> None:
    """What waits, until one has to wait on: each may cost the seconds that the DNS is waited for.

    That one goes behind the others, so no mail that will never be judged keeps another from it.
    """
    for ref in list(inbox.waiting):
        if stopped():
            return
        del inbox.waiting[ref]
        _deal_with(box, ref, inbox)
        if ref in inbox.waiting:
            return


def _forget(lying: set[MailRef], inbox: Inbox) -> None:
    """Of mails that are gone, nothing is kept."""
    inbox.noted &= lying
    inbox.stuck &= lying
    inbox.waiting = {ref: None for ref in inbox.waiting if ref in lying}
    inbox.troubles = {ref: each for ref, each in inbox.troubles.items() if ref in lying}


def _deal_with(box: Box, ref: MailRef, inbox: Inbox) -> None:
    trouble = inbox.troubles.get(ref)
    if trouble is not None and trouble.times >= MOST_TRIES:
        state: str | None = put_aside(ref, trouble.why, inbox.mails)
    else:
        state = _take_in(box, ref, inbox)
    if state == "noted":
        inbox.noted.add(ref)
    elif state == WAITING:
        inbox.waiting[ref] = None
    elif state is not None:
        _move(box, ref, inbox, inbox.done_folder if state in _DONE else inbox.problem_folder)


def _take_in(box: Box, ref: MailRef, inbox: Inbox) -> str | None:
    try:
        state = take_in_mail(ref, partial(_fetch, box, inbox), inbox.mails)
    except (SessionError, StoreError, NoJail):
        raise
    except Exception as fault:  # noqa: BLE001 - a fault of ours in one mail must not stop the rest
        inbox.crashed()
        _blame(ref, f"it could not be taken in ({type(fault).__name__})", inbox)
        return None
    if state is not None:
        inbox.troubles.pop(ref, None)
    return state


def _fetch(box: Box, inbox: Inbox, ref: MailRef) -> bytes | TooLarge | Gone:
    try:
        got = box.fetch(ref)
    except SessionError as why:
        _blame(ref, f"it could not be read: {why}", inbox)
        raise
    if isinstance(got, Refused):
        _blame(ref, f"the mail server does not give it: {got.reply}", inbox)
        return Gone()
    return got


def _blame(ref: MailRef, why: str, inbox: Inbox) -> None:
    trouble = inbox.troubles.get(ref)
    inbox.troubles[ref] = Trouble(why, trouble.times + 1 if trouble else 1)
    inbox.mails.tell("mail_not_read", uid=ref.uid, why=why)


def _move(box: Box, ref: MailRef, inbox: Inbox, folder: str) -> None:
    refused = box.move(ref, folder)
    if refused is None:
        inbox.stuck.discard(ref)
    elif ref not in inbox.stuck:
        inbox.stuck.add(ref)
        not_moved(ref, refused.reply, inbox.mails)
