"""The receipt says what was understood, shows the letter, and how to stop it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from worker.notices import Notice, Occasion, Problem, Understood, receipt
from worker.render import Company, Renderer

WRITE = Renderer([Path(__file__).parents[2] / "templates"], Company("Acme GmbH")).notice
ANA = Understood(
    row=1,
    status="queued",
    entry="k7m2",
    name="Ana Pérez",
    email="ana@example.org",
    job_title="Data Analyst",
    outcome="rejected",
    not_before=datetime(2027, 1, 4, 9, 30, tzinfo=UTC),
    subject="Your application for Data Analyst at Acme GmbH",
    text="Dear Ana,\n\nWe have not selected you.\n",
)


def answer(understood: list[Understood], problems: list[Problem], original: str = "Ana") -> Notice:
    return receipt(understood, problems, Occasion(original=original, zone="Europe/Berlin"), WRITE)


def test_the_mark_to_confirm_stands_in_front_and_earlier_ones_are_gone() -> None:
    about = Occasion(original=f"Re: [confirm {'0' * 20}] Ana", zone="UTC", confirm="[confirm 1]")
    told = receipt([ANA], [], about, WRITE)
    assert told.subject == "[confirm 1] Please confirm: Re: Ana"


def test_an_answer_that_is_not_understood_does_not_say_that_nothing_is_sent() -> None:
    about = Occasion(original="Re: Taken in: Ana", zone="UTC", answers_us=True)
    told = receipt([], [Problem(0, "no keys")], about, WRITE)
    assert told.subject == "Not understood: Re: Taken in: Ana"
    assert "may be sent" in told.text
    assert "nothing is sent to anybody" not in told.text


def test_one_decision_is_told_back_with_its_letter_and_how_to_stop_it() -> None:
    notice = answer([ANA], [])
    assert notice.subject == "Taken in: Ana"
    assert "Ana Pérez <ana@example.org>" in notice.text
    assert "Monday, January 4, 2027, 10:30 (Europe/Berlin)" in notice.text
    assert "  followup cancel k7m2\n" in notice.text
    assert "  | Subject: Your application for Data Analyst at Acme GmbH\n  |\n" in notice.text
    assert "  | Dear Ana,\n  |\n  | We have not selected you." in notice.text


def test_a_held_decision_says_what_it_waits_for_and_names_no_time() -> None:
    text = answer([replace(ANA, status="held", why="approval")], []).text
    assert "waits for a person: a second person has to approve it" in text
    assert "Not before" not in text


def test_an_unforeseen_reason_for_holding_is_told_as_it_is() -> None:
    assert "waits for a person: moon" in answer([replace(ANA, status="held", why="moon")], []).text


def test_a_decision_without_a_letter_offers_nothing_to_stop() -> None:
    silent = replace(ANA, status="done", outcome="withdrawn", subject=None, text=None)
    text = answer([silent], []).text
    assert "no letter is sent" in text
    assert "followup cancel" not in text
    assert "as it will be sent" not in text


def test_a_batch_lists_every_row_and_shows_one_letter_of_each_outcome() -> None:
    ben = replace(ANA, row=2, name="Ben Ito", entry="b2", text="Dear Ben,")
    eve = replace(ANA, row=3, name="Eve Roy", entry="e3", outcome="on_hold", text="Dear Eve,")
    notice = answer([ANA, ben, eve], [Problem(4, "email: missing"), Problem(5, "outcome: maybe")])
    assert notice.subject == "Taken in with problems: Ana"
    assert all(name in notice.text for name in ("Ana Pérez", "Ben Ito", "Eve Roy"))
    assert "- Row 4: email: missing\n- Row 5: outcome: maybe\n" in notice.text
    assert "Dear Ana," in notice.text
    assert "Dear Ben," not in notice.text
    assert 'first letter for "on hold"' in notice.text
    assert "Dear Eve," in notice.text


def test_a_mail_with_problems_only_shows_what_a_decision_mail_looks_like() -> None:
    notice = answer([], [Problem(0, "no Decision: line found")])
    assert notice.subject == "Not taken in: Ana"
    assert "nothing is sent to anybody" in notice.text
    assert "- no Decision: line found\n" in notice.text
    assert "Decision: rejected\n" in notice.text


def test_what_strangers_wrote_stays_on_its_line_and_is_never_run() -> None:
    notice = answer([], [Problem(1, "bad\r\nBcc: x")], original="hi\r\nBcc: eve@x {{ 7*7 }}\x00")
    assert notice.subject == "Not taken in: hi Bcc: eve@x {{ 7*7 }}"
    assert "- Row 1: bad Bcc: x\n" in notice.text


def test_a_mail_without_a_subject_is_named_so() -> None:
    assert answer([ANA], [], original=" ").subject == "Taken in: (no subject)"
