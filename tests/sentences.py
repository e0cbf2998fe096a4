"""Our own sentences as people meet them, made by the code that says them.

So a change of words shows where they are put into other languages (``test_said``).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import ModuleType

import pytest
from mailed import mail

from worker.address import read_address
from worker.columns import read_outcome, words
from worker.decision import Channel, Decision, Outcome
from worker.errors import BadDecision, BadSubmission
from worker.intake.mailform import read_mail
from worker.intake.sheets import SheetRules, sheet_from_bytes
from worker.policy import adverse, batch, contradiction, repeat, standing
from worker.policy.deciders import Decider, objection
from worker.policy.guards import Guards, Why, holds
from worker.policy.ours import Ours, own
from worker.policy.phrases import PHRASES, Kind
from worker.policy.reasonpolicy import Ruling, left_out, named
from worker.policy.reasons import Approved, Policy, what_to_tell
from worker.policy.returned import meaning
from worker.policy.stale import stale
from worker.reading import Reading, read_decision
from worker.steps import namesakes
from worker.store import taking

WORDS = words()
READING = Reading(outcome=lambda text: read_outcome(text, WORDS))
PATTERN = replace(READING, date_format="%d.%m.%Y")
ANA = Decision(
    email="ana@acme.example", name="Ana Pérez", job_title="Data Analyst", outcome=Outcome.REJECTED
)
GOOD = {
    "email": "ana@candidates.example",
    "name": "Ana Pérez",
    "job_title": "Data Analyst",
    "outcome": "rejected",
}
TODAY = date(2026, 11, 23)


def problems(read: Callable[[], object]) -> list[str]:
    with pytest.raises((BadDecision, BadSubmission, ValueError)) as refused:
        read()
    why = refused.value
    return list(why.problems) if isinstance(why, BadDecision) else str(why).splitlines()


def of_rows() -> Iterator[str]:
    for changed in (
        {"email": "a@x.example; b@x.example"},
        {"email": "ana.example"},
        {"email": "a%b@x.example"},
        {"email": "jürgen@x.example"},
        {"email": "ana@аpple.example"},
        {"email": "", "name": "", "job_title": "", "outcome": ""},
        {"outcome": "perhaps?"},
        {"reason": "x" * 5000},
        {"channel": "pigeon"},
        {"channel": "phone"},
        {"decided_on": "03/04/2026"},
        {"send_not_before": "soon"},
        {"send_not_before": "9999-01-01T09:00"},
        {"timezone": "Mars"},
        {"language": "?"},
        {"job_country": "Utopia"},
        {"outcome": "on_hold"},
        {"outcome": "offer"},
        {"outcome": "advanced"},
    ):
        row = {**GOOD, **changed}
        yield from problems(partial(read_decision, row, READING))
    yield from problems(lambda: read_decision({**GOOD, "decided_on": "3.4"}, PATTERN))
    yield from problems(lambda: read_address("ana@ａcme.example"))


def of_reasons() -> Iterator[str]:
    catalogue = {"SKILL": {"en": Approved("We looked for it.", "Learn it.")}}
    for code in (None, "NONE", "SKILL"):
        asked = replace(ANA, reason_code=code)
        yield from problems(partial(what_to_tell, asked, Policy.CATALOGUE, catalogue, ["de"]))
    missing = problems(lambda: what_to_tell(ANA, Policy.FREE, catalogue, ["de"]))
    yield from missing
    yield from named(missing, Ruling(Policy.FREE, 'reasons.jobs."Data Analyst"'))
    left = left_out(replace(ANA, reason="x", reason_code="y"), Ruling(Policy.NONE))
    assert left
    yield left
    for kind in Kind:
        for each in (each for each in PHRASES["en"] if each.kind is kind):
            if kind not in {Kind.OUTCOME, Kind.UNFINISHED}:  # those are the linter's
                yield f'the text touches what no letter should say: "xyz": {each.why}'
    yield "the text names another candidate: Ben Ito"
    yield from problems(lambda: adverse.refuse_spelt({**GOOD, "reason_code": "credit check"}))


def of_guards() -> Iterator[str]:
    switched = Guards(second_person=frozenset(Outcome), shadow=True)
    grave = replace(ANA, channel=Channel.PHONE)
    found = holds(
        grave, switched, ['"xyz": it speaks of age'], ["update_on 2026-01-01"],
        unconfirmed=Why.CONFIRMATION,
    )  # fmt: skip
    yield from (each.note for each in found)
    yield "; ".join(each.note for each in found)
    yield from filter(None, (stale(replace(ANA, decided_on=day), timedelta(days=30), TODAY)
                             for day in (date(2026, 1, 1), date(2027, 1, 1))))  # fmt: skip
    known = Ours(frozenset({"hr@acme.example"}), frozenset({"acme.example"}))
    yield from filter(None, (own(ANA, known), own(replace(ANA, recruiter_email=ANA.email), known)))
    usual = batch.Shape(100, 30)
    for shape, before in (
        (batch.Shape(40, 3), usual),
        (batch.Shape(20, 20), usual),
        (batch.Shape(20, 20), batch.Shape(0, 0)),
    ):
        yield batch.unusual(shape, before, 25) or ""
    yield batch.AS_BEFORE


def sentences_of(module: ModuleType) -> Iterator[str]:
    """What a module says as a whole sentence, the places in it filled in."""
    for name, text in vars(module).items():
        if name.startswith("__") or not isinstance(text, str) or "{0}" not in text:
            continue
        yield text.format("entry 3f9c1a7b" if "({0})" in text else "3f9c1a7b", "offer", 3.0)
        if "({0})" in text:
            yield text.format("row 7 of the same file")


def of_standing() -> Iterator[str]:
    for module in (standing, contradiction, repeat, namesakes, taking):
        yield from sentences_of(module)
    yield "it needs no confirmation any more"
    yield "already taken in"
    yield "already taken in and cancelled since; if it is meant again, give it another stage"
    yield "already taken in, and it is bounced: see followup show 3f9c1a7b"


def of_deciders() -> Iterator[str]:
    lena = Decider(address="lena@acme.example", outcomes=frozenset({Outcome.ADVANCED}), per_day=3)
    other = replace(lena, outcomes=frozenset(Outcome))
    yield from filter(None, (objection(lena, ANA, 0), objection(other, ANA, 3)))


def of_mails() -> Iterator[str]:
    for body in (
        "Entscheidung: reject\nEntscheidung: offer\n",
        "Decision: reject\nhola\n",
        "Decision: reject\nCandidat: Ana\nColour: red\n",
        "Decision: reject\nReson: because\n",
        "Decision: reject\nKandidat: a@x.example b@x.example\n",
        "Decision: reject\nKandidat: Ana <ana@>\n",
    ):
        try:
            read_mail(mail(body), WORDS)
        except BadSubmission as why:
            yield from str(why).splitlines()
    with pytest.raises(BadSubmission) as refused:
        read_mail(mail("hello\n"), WORDS)
    yield str(refused.value).splitlines()[0]
    yield "the sender is proved, but is no decider"
    yield "dmarc is 'fail' for acme.example"
    yield "the mail has no DKIM signature; there is no DKIM key at s._domainkey.acme.example"
    yield "the mail has 31,457,280 octets, mailbox.max_bytes allows 26,214,400"


def of_sheets() -> Iterator[str]:
    for name, content in (
        ("a.csv", b""),
        ("a.csv", b"email,name\n"),
        ("a.csv", b"email,name,job,Entscheidung,Outcome\n"),
        ("a.csv", b'email,name,job,outcome\nb@x.example,"Ben\n'),
        ("a.xlsx", b"nothing"),
        ("a.ods", b"nothing"),
    ):

        def read(name: str = name, content: bytes = content) -> list[object]:
            return list(sheet_from_bytes(name, content, WORDS, SheetRules()).rows())

        yield from problems(read)


def of_returns() -> Iterator[str]:
    for status in ("5.1.1", "5.1.2", "5.1.3", "5.2.1", "5.2.2", "5.7.1", "5.3.4", "4.4.1", ""):
        yield meaning(status).told


SENTENCES = [
    *of_rows(), *of_reasons(), *of_guards(), *of_standing(), *of_deciders(), *of_mails(),
    *of_sheets(), *of_returns(),
]  # fmt: skip
