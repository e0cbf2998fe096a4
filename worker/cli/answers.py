"""What deciders are answered: the receipt of a decision mail, and the word on a confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from worker.cli import build
from worker.cli.reporting import language_of
from worker.errors import RenderError
from worker.intake.mailform import Envelope
from worker.letter import Letter, Mailbox, Parts, compose
from worker.notices import Notice, Occasion, Problem, Understood, Write, receipt, subject_of
from worker.settings import Settings
from worker.steps.confirm import mark
from worker.steps.decisions import Receipt
from worker.steps.judge import House
from worker.steps.take import Answer


@dataclass(frozen=True, slots=True)
class Answers:
    """The words for deciders, sealed like every letter."""

    given: Settings
    rules: House

    def receipt(self, told: Receipt) -> Letter:
        """What was understood of a decision mail, what is to be mended, and how to go on."""
        understood = [_understood(each) for each in told.answers if not _is_refused(each)]
        problems = [
            Problem(each.verdict.row, each.verdict.problem or "")
            for each in told.answers
            if _is_refused(each)
        ]
        if told.problem is not None:
            problems.insert(0, Problem(0, told.problem))
        about = Occasion(
            original=told.mail.subject,
            zone=self.given.company.timezone,
            confirm=mark(told.confirm) if told.confirm else None,
            answers_us=told.answers_us,
        )
        notice = receipt(understood, problems, about, self._words(told.to))
        return self._sealed(notice, told.to, told.mail)

    def confirmed(self, mail: Envelope, entries: Sequence[str], problem: str | None) -> Letter:
        """What an answer with CONFIRM did."""
        values: Mapping[str, object] = {
            "entries": entries, "problem": problem, "original": subject_of(mail.subject),
        }  # fmt: skip
        write = self._words(mail.sender)
        title = " ".join(write("confirmed/subject.txt", values).split())
        return self._sealed(Notice(title, write("confirmed/body.txt", values)), mail.sender, mail)

    def _words(self, to: str) -> Write:
        """In the language of that decider."""
        return partial(self.rules.renderer.notice, language=language_of(self.given, to))

    def _sealed(self, notice: Notice, to: str, mail: Envelope) -> Letter:
        parts = Parts(
            sender=self.rules.sender,
            recipient=Mailbox(to, mail.sender_name),
            subject=notice.subject,
            text=notice.text,
            in_reply_to=mail.message_id or None,
        )
        try:
            return compose(parts, build.new_token(), build.now())
        except (RenderError, UnicodeError):  # a name that no header can hold; the address is proved
            plain = replace(parts, recipient=Mailbox(to), in_reply_to=None)
            return compose(plain, build.new_token(), build.now())


def answers(given: Settings, rules: House) -> Answers:
    """Wire them."""
    return Answers(given, rules)


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
