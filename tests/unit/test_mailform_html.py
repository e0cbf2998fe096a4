"""Decision mails that came as HTML: the lines a person sees, and nothing below or behind them."""

from __future__ import annotations

import pytest

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake.mailform import DecisionMail, read_mail

WORDS = words()
FIELDS = {
    "outcome": "reject",
    "name": "Ana Pérez",
    "email": "ana@example.org",
    "job_title": "Analyst",
}
ANA = "Ana P&eacute;rez &lt;ana@example.org&gt;"
D, C, J = "Decision: reject", f"Candidate: {ANA}", "Job: Analyst"
FREE = "Reason: too old"


def mail(html: str) -> bytes:
    head = "From: hr@acme.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return (head + html).encode()


def fields_of(html: str) -> dict[str, str]:
    read = read_mail(mail(html), WORDS)
    assert isinstance(read, DecisionMail)
    assert read.rows is not None
    return dict(read.rows[0].fields)


BODIES = {
    "br": f"<html><body>{D}<br>{C}<br/>{J}<br><br>{FREE}</body></html>",
    "divs of Gmail": f"<div dir=ltr>{D}<div>{C}</div><div>{J}</div>"
    f"<div><br></div><div>{FREE}</div></div>",
    "a paragraph for each": f"<p>{D}</p>\n<p>{C}</p>\n<p>{J}</p>\n<p>She was late.</p>",
    "one paragraph": f"<p>{D}<br>\n{C}<br>\n{J}</p><p>{FREE}</p>",
    "Outlook": "".join(f"<p class=MsoNormal>{x}<o:p></o:p></p>" for x in (D, C, J, "&nbsp;", FREE)),
    "Outlook without margins": f"<P style='margin:0'>{D}</P><P style='margin:0'>{C}</P>"
    f"<P style='margin:0'>{J}</P><P style='margin:0'><BR></P><P style='margin:0'>{FREE}</P>",
    "Outlook, then a paragraph with a margin": f"<p class=MsoNormal>{D}</p>"
    f"<p class=MsoNormal>{C}</p><p class=MsoNormal>{J}</p>"
    f"<p class=MsoNormal style='margin-top:12pt'>{FREE}</p>",
    "a table": "<table><tr><th>Decision</th><td>reject</td></tr>"
    f"<tr><td>Candidate:</td><td>{ANA}</td></tr><tr><td><p class=MsoNormal><b>Job</b></p></td>"
    f"<td><p class=MsoNormal>Analyst</p></td></tr></table>{FREE}",
    "a table around it all": f"<table><tr><td><p>{D}<br>{C}<br>{J}</p>"
    f"<p>{FREE}</p></td></tr></table>",
    "a list": f"<ul><li>{D}</li><li>{C}</li><li>{J}</li></ul>{FREE}",
    "bold keys": f"<b>Decision:</b> reject<br><b>Candidate</b>: {ANA}<br><i>Job:</i> Analyst",
    "links": "Decision: reject<br>Candidate: Ana P&eacute;rez &lt;<a href='mailto:ana@example.org'>"
    "ana@example.org</a>&gt;<br>Job: Analyst",
    "a head with style and script": "<head><style>p{}</style><title>Decision: offer</title></head>"
    f"<script>Decision: offer</script><!-- Decision: offer -->{D}<br>{C}<br>{J}",
    "what is not shown": f"<div style='display: none'>Decision: offer<div>x</div></div>"
    f"<span hidden>Decision: offer</span>{D}<br>{C}<br>{J}",
    "white space of the source": f"\n  <div>\n    Decision:\n   reject\n</div>"
    f"<div>{C}</div><div>{J}</div>",
    "tags that are never closed": f"<p>{D}<p>{C}<p>{J}",
    "cells that are never closed": f"<table><tr><td>{D}<br>{C}<br>{J}",
}  # fmt: skip


@pytest.mark.parametrize("html", BODIES.values(), ids=BODIES.keys())
def test_the_lines_that_a_person_sees_are_the_keys(html: str) -> None:
    assert fields_of(html) == FIELDS


@pytest.mark.parametrize(
    "mark",
    [
        "<blockquote>{}</blockquote>",
        "<blockquote type=cite><div>{}</div></blockquote>",
        "<div class='gmail_quote gmail_quote_container'><div>On Monday wrote</div>{}</div>",
        "<div id=divRplyFwdMsg dir=ltr><b>From:</b> x</div>{}",
        "<div id='appendonsend'></div><hr>{}",
        "<div class=moz-cite-prefix>On Monday</div>{}",
        "<div class='gmail_signature'>Hanna</div>{}",
        (
            "<div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b> Max<br>"
            "<b>Gesendet:</b> Montag<br><b>An:</b> HR<br><b>Betreff:</b> x</p></div>{}"
        ),
        "<div>-----Original Message-----</div>{}",
        "<div>-- </div>{}",
    ],
)
def test_quoted_history_is_never_read(mark: str) -> None:
    older = mark.format("<div>Reason: older</div>")
    assert fields_of(f"<div>{D}</div><div>{C}</div><div>{J}</div>{older}") == FIELDS
    with pytest.raises(BadSubmission, match="at the very top"):
        read_mail(mail(mark.format(f"<div>{D}</div>")), WORDS)


def test_a_mistyped_key_in_a_paragraph_of_its_own_is_not_passed_over() -> None:
    with pytest.raises(BadSubmission, match="Jbo: is not a key"):
        read_mail(mail(f"<p>{D}</p><p>Jbo: Analyst</p>"), WORDS)


BROKEN = [
    "<",
    "<!--",
    "<a ",
    "</",
    "<![x",
    "&#x110000;",
    "<a b='>",
    "<tr>",
    "<table><tr><td>",
    "<p",
]


@pytest.mark.parametrize("piece", BROKEN)
@pytest.mark.timeout(10)
def test_broken_html_ends_in_an_answer_however_long_it_is(piece: str) -> None:
    with pytest.raises(BadSubmission, match="at the very top"):
        read_mail(mail(piece * 50_000), WORDS)
