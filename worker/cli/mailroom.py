"""The decision mailbox, wired: connected, looked through, waited at, and connected again."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from worker import retry
from worker.cli import build
from worker.errors import RenderError, SessionError
from worker.intake.mailbox import Mailbox, MailRef
from worker.intake.mailform import Envelope
from worker.intake.opened import Reading, open_mail
from worker.letter import Letter, Parts, compose
from worker.letter import Mailbox as Address
from worker.notices import Problem, Understood, receipt
from worker.policy.deciders import Decider
from worker.settings import Settings
from worker.steps.decisions import Deciding, take_decision
from worker.steps.judge import House
from worker.steps.mails import Mails, take_in_mail
from worker.steps.take import Answer
from worker.store.engine import Store

#: Seconds without the mailbox after a failure that trying again soon can't mend.
LASTING = 900.0


@dataclass(slots=True, kw_only=True)
class Mailroom:
    """One thread's connection to the mailbox, and what is done with its mail."""

    given: Settings
    mails: Mails
    stop: threading.Event
    box: Mailbox | None = field(default=None)
    _rest: float = field(default=0.0)

    def look(self) -> bool:
        """Take in all that lies there; False when the mailbox could not be reached."""
        try:
            box = self._opened()
            for ref in box.pending():
                if self.stop.is_set():
                    break
                self._take_in(box, ref)
        except SessionError as why:
            self._lost(why)
            return False
        self._rest = 0.0
        return True

    def look_and_wait(self) -> bool:
        """As a step of the loop: look, then wait for new mail, at the most ``mailbox.poll``."""
        poll = self.given.mailbox.poll.total_seconds()
        if not self.look():
            self.stop.wait(self._rest)
            return False
        try:
            if self.given.mailbox.idle and self.box is not None:
                self.box.wait(poll, self.stop)
            else:
                self.stop.wait(poll)
        except SessionError as why:
            self._lost(why)
        return False

    def close(self) -> None:
        """Log out."""
        if self.box is not None:
            self.box.close()
            self.box = None

    def _take_in(self, box: Mailbox, ref: MailRef) -> None:
        state = take_in_mail(ref, box.fetch, self.mails)
        mailbox = self.given.mailbox
        if state is not None:
            done = state == "taken"
            box.move(ref, mailbox.done_folder if done else mailbox.problem_folder)

    def _opened(self) -> Mailbox:
        if self.box is None:
            box = Mailbox(build.mailbox_account(self.given))
            retry.opening(box.open, self.stop)
            self.box = box
        return self.box

    def _lost(self, why: SessionError) -> None:
        """Let go of the connection; the next look makes a new one."""
        build.tell("mailbox_lost", stage=why.stage, why=str(why))
        self.close()
        self._rest = LASTING if why.lasting else self.given.mailbox.poll.total_seconds()


def mailroom(given: Settings, store: Store, rules: House, stop: threading.Event) -> Mailroom:
    """Wire it from the settings."""

    def answer(mail: Envelope, answers: Iterable[Answer], problem: str | None) -> Letter:
        return _receipt(given, rules, mail, list(answers), problem)

    reading = Reading(
        words=rules.words,
        own=frozenset({given.smtp.sender_address, given.mailbox.username or ""}),
        proof=given.mailbox.proof,
        authserv_id=given.mailbox.authserv_id,
    )
    deciding = Deciding(
        store=store,
        words=rules.words,
        rules=build.sheet_rules(given),
        deciders=_deciders(given),
        taking=lambda by: build.taking(store, rules, by),
        receipt=answer,
        now=build.now,
    )
    mails = Mails(
        store=store,
        opens=lambda raw: open_mail(raw, reading),
        takers=[partial(take_decision, into=deciding)],
        new_id=build.new_token,
        now=build.now,
        tell=build.tell,
    )
    return Mailroom(given=given, mails=mails, stop=stop)


def _deciders(given: Settings) -> dict[str, Decider]:
    return {
        each.address.casefold(): Decider(
            address=each.address,
            name=each.name or "",
            outcomes=each.outcomes,
            per_day=each.per_day,
        )
        for each in given.deciders
    }


def _receipt(
    given: Settings, rules: House, mail: Envelope, answers: list[Answer], problem: str | None
) -> Letter:
    """The answer to a decision mail, sealed like every letter."""
    understood = [_understood(each) for each in answers if each.verdict.status != "refused"]
    problems = [
        Problem(each.verdict.row, each.verdict.problem or "")
        for each in answers
        if each.verdict.status == "refused"
    ]
    if problem is not None:
        problems.insert(0, Problem(0, problem))
    notice = receipt(understood, problems, original=mail.subject, zone=given.company.timezone,
                     write=rules.renderer.notice)  # fmt: skip
    parts = Parts(
        sender=rules.sender,
        recipient=Address(mail.sender, mail.sender_name),
        subject=notice.subject,
        text=notice.text,
        in_reply_to=mail.message_id or None,
    )
    try:
        return compose(parts, build.new_token(), build.now())
    except (RenderError, UnicodeError):  # a name that no header can hold; the address is proved
        plain = replace(parts, recipient=Address(mail.sender), in_reply_to=None)
        return compose(plain, build.new_token(), build.now())


def _why(answer: Answer, waits: tuple[str, ...]) -> str | None:
    if answer.verdict.status != "held":
        return None
    return waits[0] if waits else "contradiction"


def _understood(answer: Answer) -> Understood:
    sealed = answer.judged.sealed if answer.judged else None
    assert sealed is not None  # noqa: S101 - only refused rows have none
    rendered = answer.judged.rendered if answer.judged else None
    decision = sealed.decision
    return Understood(
        row=answer.verdict.row,
        status=answer.verdict.status,
        why=_why(answer, sealed.waits),
        note=answer.verdict.problem,
        entry=answer.verdict.entry,
        name=decision.name,
        email=decision.email,
        job_title=decision.job_title,
        outcome=decision.outcome,
        not_before=sealed.not_before,
        subject=rendered.subject if rendered else None,
        text=rendered.text if rendered else None,
    )
