"""What people are answered: receipts of mails and files, and what their replies did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from worker.cli import build, people
from worker.cli.reporting import language_of
from worker.cli.sealing import seal
from worker.errors import RenderError
from worker.intake.mailform import Envelope
from worker.letter import Letter, Mailbox, Parts
from worker.notices import (
    Notice,
    Occasion,
    Problem,
    Understood,
    Write,
    line_of,
    receipt,
    subject_of,
    who,
    written,
)
from worker.policy.ours import Ours
from worker.settings import Settings
from worker.steps import acted
from worker.steps.act import Acting, in_hours
from worker.steps.acted import Acted
from worker.steps.confirm import mark
from worker.steps.judge import House
from worker.steps.receipts import FileReceipt, Receipt
from worker.steps.take import Answer


@dataclass(frozen=True, slots=True)
class Answers:
    """The words for people of ours, sealed like every letter."""

    given: Settings
    rules: House
    people: Ours

    def receipt(self, told: Receipt) -> Letter:
        """What was understood of a decision mail, what is to be mended, and how to go on."""
        about = Occasion(
            original=told.mail.subject,
            zone=self.given.company.timezone,
            confirm=mark(told.confirm) if told.confirm else None,
            answers_us=told.answers_us,
            counts=told.counts,
            replies=self.given.mailbox.enabled,
        )
        notice = receipt(*_sorted(told.answers, told.problem), about, self._words(told.to))
        return self._answer(notice, told.to, told.mail)

    def of_file(self, told: FileReceipt) -> Letter | None:
        """The same of a dropped file; None where there is nobody to tell, or it can't be worded.

        The rows are in by then, so a template that is wrong must not keep the file from its end.
        """
        to = self.people.hears(told.decided_by) or self.given.company.hr_address
        if to is None:
            return None
        about = Occasion(
            original=told.name,
            zone=self.given.company.timezone,
            file=True,
            lies_in=told.lies_in,
            counts=told.counts,
            replies=self.given.mailbox.enabled,
        )
        try:
            notice = receipt(*_sorted(told.answers, told.problem), about, self._words(to))
            return seal(self.given, self._parts(notice, Mailbox(to)), answerable=True)
        except RenderError as why:
            build.tell("no_receipt", why=str(why))
            return None

    def confirmed(self, mail: Envelope, entries: Sequence[str], problem: str | None) -> Letter:
        """What an answer with CONFIRM did."""
        values: Mapping[str, object] = {
            "entries": entries, "problem": problem, "original": subject_of(mail.subject),
        }  # fmt: skip
        notice = written("confirmed", values, self._words(mail.sender))
        return self._answer(notice, mail.sender, mail)

    def acted(self, acting: Acting, told: acted.Answer) -> Letter:
        """What a reply to a notice did, by how the entries stand after it."""
        values: Mapping[str, object] = {
            "original": subject_of(told.mail.subject),
            "word": told.word,
            "trouble": told.trouble,
            "entries": [_stands(acting, each) for each in told.acted[:SHOWN]],
            "hidden": max(0, len(told.acted) - SHOWN),
            "rows": list(told.rows)[:SHOWN],
            "left_out": line_of(told.left_out) if told.left_out else None,
            "zone": self.given.company.timezone,
        }
        return self._answer(written("acted", values, self._words(told.to)), told.to, told.mail)

    def _words(self, to: str) -> Write:
        """In the language of that decider."""
        return partial(self.rules.renderer.notice, language=language_of(self.given, to))

    def _parts(self, notice: Notice, to: Mailbox) -> Parts:
        return Parts(sender=self.rules.sender, recipient=to, subject=notice.subject,
                     text=notice.text)  # fmt: skip

    def _answer(self, notice: Notice, to: str, mail: Envelope) -> Letter:
        plain = self._parts(notice, Mailbox(to))
        named = replace(plain, recipient=Mailbox(to, mail.sender_name),
                        in_reply_to=mail.message_id or None)  # fmt: skip
        try:
            return seal(self.given, named, answerable=True)
        except (RenderError, UnicodeError):  # a name that no header can hold; the address is proved
            return seal(self.given, plain, answerable=True)


#: An answer shows this many entries.
SHOWN = 100


def answers(given: Settings, rules: House) -> Answers:
    """Wire them."""
    return Answers(given, rules, people.ours_of(given))


def file_receipt(given: Settings, rules: House) -> Callable[[FileReceipt], Letter | None]:
    """How people are told about dropped files; with ``csv.receipt`` off, nobody is."""
    return answers(given, rules).of_file if given.csv.receipt else lambda _: None


def _sorted(
    answers: Sequence[Answer], problem: str | None
) -> tuple[list[Understood], list[Problem]]:
    """What was taken in, and what was not."""
    understood = [_understood(each) for each in answers if not _is_refused(each)]
    problems = [
        Problem(each.verdict.row, each.verdict.problem or "")
        for each in answers
        if _is_refused(each)
    ]
    whole = [Problem(0, problem)] if problem is not None else []
    return understood, whole + problems


def _is_refused(answer: Answer) -> bool:
    return answer.verdict.status == "refused"


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


def _stands(acting: Acting, each: Acted) -> Mapping[str, object]:
    stands = each.stands
    return {
        "row": each.row,
        "entry": stands.token,
        "who": who(stands.name, stands.email),
        "job_title": stands.job_title,
        "outcome": stands.outcome,
        "status": stands.status,
        "why": stands.why,
        "left": _leaves(acting, stands.decision, stands.not_before),
        "sent_at": stands.sent_at,
        "against": each.against,
        "doubtful": each.doubtful,
        "perhaps_sent": "restored" in stands.waits,
    }


def _leaves(
    acting: Acting, decision: Mapping[str, str], not_before: datetime | None
) -> datetime | None:
    """When it may leave, with its hours; None for at once."""
    if not_before is None:
        return None
    due = in_hours(acting, decision, max(not_before, build.now()))
    return due if due > build.now() else None
