"""The text of a decision mail: flowed, in any charset and encoding, with any line ends."""

from __future__ import annotations

import pytest
from mailed import KEYS, WORDS, fields_of, mail, refusal

from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.mailform import DecisionMail, read_mail

FLOWED = "Content-Type: text/plain; charset=utf-8; format=flowed"


def test_flowed_text_is_joined_before_it_is_read() -> None:
    body = f"{KEYS}Reason: we looked for  \nmuch more: \n Kubernetes \nand Go\n-- \nReason: x"
    assert fields_of(body, FLOWED)["reason"] == "we looked for  much more: Kubernetes and Go"


def test_flowed_text_with_delsp_loses_the_space_of_the_break() -> None:
    body = "Job: 数据 \n分析师\n> Job: x"
    assert fields_of(body, f"{FLOWED}; delsp=yes") == {"job_title": "数据分析师"}


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("us-ascii", "utf-8"),
        ("utf-8", "utf-8"),
        ("ISO-8859-15", "iso-8859-15"),
    ],
)
def test_every_charset_gives_the_same_name(charset: str, encoding: str) -> None:
    body = "Name: Zoë O’Neill" if encoding == "cp1252" else "Name: Zoë Pérez"
    head = f"From: hr@acme.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    read = read_mail(head.encode() + body.encode(encoding), WORDS)
    assert isinstance(read, DecisionMail)
    assert read.rows == (Row(1, {"name": body.removeprefix("Name: ")}),)


@pytest.mark.parametrize("charset", ["utf-8", "x-unknown", "rot13", "hex", '"a\\0b"'])
def test_a_name_that_can_t_be_read_is_refused_and_never_guessed(charset: str) -> None:
    head = f"From: hr@acme.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    with pytest.raises(BadSubmission, match="Name: has characters that can't be read"):
        read_mail(head.encode() + "Name: Zoë".encode("cp1252"), WORDS)


@pytest.mark.parametrize("charset", ["idna", "punycode", "Unicode-Escape"])
def test_an_encoding_of_python_is_no_charset(charset: str) -> None:
    told = refusal("Name: Zoë", f"Content-Type: text/plain; charset={charset}")
    assert "names a charset that is none" in told


def test_lines_may_end_in_lf_alone() -> None:
    assert read_mail(mail(KEYS).replace(b"\r\n", b"\n"), WORDS) == read_mail(mail(KEYS), WORDS)


def test_unreadable_octets_in_the_free_text_do_not_matter() -> None:
    assert read_mail(mail(KEYS) + b"\r\n\xff\xfe\x00", WORDS) == read_mail(mail(KEYS), WORDS)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "RGVjaXNpb246IHJlamVjdA0KSm9iOiBCw6Rja2VyDQo="),
        ("quoted-printable", "Decision: re=\nject\nJob: B=C3=A4cker\n"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: str) -> None:
    kind = "Content-Type: text/plain; charset=utf-8"
    fields = fields_of(body, kind, f"Content-Transfer-Encoding: {encoding}")
    assert fields == {"outcome": "reject", "job_title": "Bäcker"}


def test_a_control_character_in_a_value_is_a_problem() -> None:
    assert "Job: has characters" in refusal("Job: Data\x07Analyst\n")
