"""Which line of an answer may act: above history, below a greeting, and what stands beside it."""

import pytest
from mailed import mail

from worker.intake.replytext import read_reply


@pytest.mark.parametrize(
    "greeting",
    ["Hi,", "Hi Dana,", "Hallo zusammen,", "Bonjour,", "Bonjour :", "Hola:",
     "Liebe Frau Dr. Müller,", "Good morning", "Sehr geehrte Frau Müller!"],
)  # fmt: skip
def test_a_greeting_above_it_does_not_count(greeting: str) -> None:
    assert read_reply(mail(f"{greeting}\n\nSTOP 3\n\nDana")).first_line == "STOP 3"


@pytest.mark.parametrize(
    "line", ["Hi, STOP", "Hi stop", "Hola, no enviar", "Hallo bitte nicht senden",
             "Hi Ana, Bo, Cy,", "Hello dear all of you,", "Hidden"],
)  # fmt: skip
def test_what_says_more_than_a_greeting_is_the_first_line(line: str) -> None:
    assert read_reply(mail(f"{line}\nAPPROVE")).first_line == line


def test_a_greeting_alone_says_nothing() -> None:
    assert read_reply(mail("Hi Dana,\n\n> APPROVE")).first_line == ""


@pytest.mark.parametrize(
    "body",
    ["APPROVE\nbut not Ana", "Hello not Ana\nAPPROVE", "APPROVE\nThanks\nexcept row 3",
     f"APPROVE{' ' * 200}not", "APPROVE\n\nBut not Ana, please.",
     "APPROVE\n\nDana\n\nWait with Ana", "SEND NOW\n\nBitte nicht an Ana",
     "Aprobar\n\nSin Ana, por favor"],
)  # fmt: skip
def test_what_its_paragraph_or_the_opening_of_a_line_takes_back_is_seen(body: str) -> None:
    assert read_reply(mail(body)).excepted


@pytest.mark.parametrize(
    "body",
    [
        "APPROVE",
        "APPROVE\nThanks, Dana",
        "APPROVE\n\nI have not seen Bo.",
        "Aprobar\n\nSin otro particular, un saludo\nAna Ruiz",
        "Aprobar\n\nSin más, un saludo",
        "APPROVE\n\nIf you are not the intended recipient, do not read this.",
        "APPROVE\n> but not Ana",
    ],
)
def test_what_stands_further_below_takes_nothing_back(body: str) -> None:
    assert not read_reply(mail(body)).excepted


def test_a_program_that_makes_a_paragraph_of_every_line_hides_no_exception() -> None:
    page = "<p>APPROVE</p><p>but not Ana</p>"
    assert read_reply(mail(page, "Content-Type: text/html")).excepted
    apart = "<p>APPROVE</p><p><br></p><p>I have not seen Bo.</p>"
    assert not read_reply(mail(apart, "Content-Type: text/html")).excepted
