"""The grammar of a decision mail: what its keys say, and what is refused."""

from __future__ import annotations

import pytest
from mailed import FIELDS, KEYS, WORDS, fields_of, mail, refusal

from worker.columns import words
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.mailform import DecisionMail, read_mail


def test_keys_above_an_empty_line_are_one_row_and_the_rest_is_never_read() -> None:
    read = read_mail(mail(f"{KEYS}\nDecision: offer\nReason: she is too old\n"), WORDS)
    assert isinstance(read, DecisionMail)
    assert read.rows == (Row(1, FIELDS),)
    assert read.sheet is None
    assert (read.sender, read.sender_name) == ("hr@acme.example", "Hanna Roth")
    assert (read.subject, read.message_id) == ("decision", "<1@acme.example>")
    assert read.date is not None
    assert read.date.isoformat() == "2026-11-23T09:00:00+01:00"


@pytest.mark.parametrize(
    "body",
    [
        "\n \n\t\n" + KEYS,
        "\ufeff" + KEYS,
        KEYS.replace(": ", ":"),
        KEYS.replace(": ", " :   "),
        KEYS.replace(": ", "："),
        KEYS.replace(" ", "\xa0"),
        KEYS.replace("Decision", "D\u200be\u2060cision").replace("ana@", "\u200eana\u200b@"),
        "".join(f"- {line}\n" for line in KEYS.splitlines()),
        "".join(f"* {line}\n" for line in KEYS.splitlines()),
        "".join(f"  • {line}\n" for line in KEYS.splitlines()),
        "".join(f"{n}. {line}\n" for n, line in enumerate(KEYS.splitlines(), 1)),
        KEYS.replace("Decision:", "*Decision:*").replace("Job:", "**Job**:"),
        KEYS.replace("Decision: reject", "**Decision: reject**").replace("Job:", "- __Job:__"),
        KEYS.replace("reject", "*reject*").replace("Data Analyst", "**Data Analyst**"),
        KEYS.replace("Ana Pérez", "“Ana Pérez”").replace("Data Analyst", "„Data Analyst“"),
        KEYS.replace("Ana Pérez", '"Ana Pérez"').replace("Data Analyst", "«Data Analyst»"),
        KEYS.replace("ana@example.org", "ana@example.org<mailto:ana@example.org>"),
        KEYS.replace("ana@example.org", "[ana@example.org](mailto:ana@example.org)"),
        KEYS.replace("<ana@example.org>", "(ana@example.org)"),
        KEYS.replace(" <ana@example.org>", ", ana@example.org"),
        KEYS.replace("Ana Pérez <ana@example.org>", "ana@example.org - Ana Pérez"),
        KEYS.replace("Candidate: Ana Pérez ", "Candidate:\n  Ana Pérez\n"),
        KEYS.upper().replace("REJECT", "reject").replace("ANA PÉREZ <ANA@EXAMPLE.ORG>",
            "Ana Pérez <ana@example.org>").replace("DATA ANALYST", "Data Analyst"),
        "Entscheidung: reject\nBewerberin: Ana Pérez <ana@example.org>\nStelle: Data Analyst",
        "Décision : reject\nCandidat : Ana Pérez <ana@example.org>\nPoste : Data Analyst",
        "Decisión: reject\nCandidata: Ana Pérez <ana@example.org>\nPuesto: Data Analyst",
        "Outcome: reject\nName: Ana Pérez\nE-Mail: <ana@example.org>\njob_title: Data Analyst",
        "Decision: reject\nCandidate: Ana Pérez\nEmail: ana@example.org\nJob: Data Analyst",
    ],
)  # fmt: skip
def test_the_ways_people_and_programs_write_the_same_keys(body: str) -> None:
    assert fields_of(f"{body}\n\nfree text") == FIELDS


def test_words_of_the_configuration_are_keys_too() -> None:
    ours = words({"job_title": ["Stelle bei uns"]})
    read = read_mail(mail("Stelle bei uns: Data Analyst"), ours)
    assert isinstance(read, DecisionMail)
    assert read.rows == (Row(1, {"job_title": "Data Analyst"}),)


def test_a_value_may_hold_colons_addresses_and_links() -> None:
    body = (
        "Next step: call: https://meet.example/x\nSend: 2026-11-25 09:00\nNext step on: 2026-12-01"
    )
    assert fields_of(body) == {
        "next_step": "call: https://meet.example/x",
        "send_not_before": "2026-11-25 09:00",
        "next_step_on": "2026-12-01",
    }


def test_a_wrapped_value_with_a_link_or_a_sentence_with_a_colon_goes_on() -> None:
    body = "Reason: we looked for\nhttps://example.org/x\nand one more of these things: tests"
    assert fields_of(body)["reason"] == (
        "we looked for https://example.org/x and one more of these things: tests"
    )


def test_a_key_without_a_value_is_as_if_it_were_not_there() -> None:
    assert fields_of(f"{KEYS}Reason:\n") == FIELDS


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    told = refusal(KEYS.replace("Decision", "Descision"))
    assert "Descision: is not a key that is known; the nearest is Decision" in told
    assert "nearest is Candidate" in refusal(KEYS.replace("Candidate", "Canddate"))
    assert "Zzz: is not a key" in refusal(f"{KEYS}Zzz: 1\n")


def test_a_key_that_stands_twice_is_a_problem() -> None:
    assert "Outcome: stands twice, first as Decision:" in refusal(f"{KEYS}Outcome: offer\n")
    assert "Email: stands twice, first as Candidate:" in refusal(f"{KEYS}Email: x@example.org\n")
    assert "Candidate: stands twice" in refusal(f"{KEYS}Candidate: \n")


@pytest.mark.parametrize("value", ["a@example.org, b@example.org", "Ana <ana@>", "@"])
def test_a_candidate_is_exactly_one_person(value: str) -> None:
    assert "Candidate:" in refusal(KEYS.replace("Ana Pérez <ana@example.org>", value))


def test_every_problem_is_told_at_once_each_on_its_line() -> None:
    told = refusal("Descision: reject\nJob: a\nJob: b\nCandidate: a@x.example b@x.example\n")
    assert len(told.splitlines()) == 3


def test_a_mail_without_keys_is_answered_with_how_one_looks() -> None:
    told = refusal("Hi,\n\nplease reject Ana.\n\nDecision: reject\n")
    assert "Decision: reject\nCandidate: Ana Pérez <ana@example.org>" in told
    assert "please" not in told


@pytest.mark.parametrize(
    "mark",
    [
        "> Decision: offer",
        " > quoted",
        "On Mon, 23 Nov 2026 at 09:00, Max <max@acme.example> wrote:",
        "On Mon, 23 Nov 2026 at 09:00,\nMax Müller <max@acme.example>\nwrote:",
        "Am 23.11.2026 um 09:00 schrieb Max Müller <max@acme.example>:",
        "Max Müller <max@acme.example> schrieb am Mo., 23. Nov. 2026, 09:00:",
        "Le lun. 23 nov. 2026 à 09:00, Max <max@acme.example> a écrit :",
        "El lun, 23 nov 2026 a las 9:00, Max (<max@acme.example>) escribió:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "-------- Weitergeleitete Nachricht --------",
        "Begin forwarded message:",
        "From: Max <max@acme.example>\nSent: Monday\nTo: HR\nSubject: x",
        "Von: Max <max@acme.example>\nGesendet: Montag\nAn: HR\nBetreff: x",
        "*De :* Max <max@acme.example>\n*Envoyé :* lundi\n*À :* HR\n*Objet :* x",
        "De: Max <max@acme.example>\nEnviado el: lunes\nPara: HR\nAsunto: x",
        "________________________________",
        "-- ",
        "--",
        "Sent from my iPhone",
    ],
)
def test_history_forwards_and_signatures_end_the_reading(mark: str) -> None:
    assert fields_of(f"{KEYS}{mark}\nReason: older\n") == FIELDS
    assert "A decision mail has its keys" in refusal(f"{mark}\n{KEYS}")
    assert "A decision mail has its keys" in refusal(f"\n{mark}\n\n{KEYS}")


@pytest.mark.parametrize(
    "prefix", ["Re: ", "AW: ", "RE: ", "Antw: ", "Fwd: ", "WG: ", "TR: ", "RV: "]
)
def test_a_prefix_of_the_subject_changes_nothing(prefix: str) -> None:
    assert fields_of(KEYS, subject=f"{prefix} Ana") == FIELDS
    forwarded = f"FYI\n\n---------- Forwarded message ---------\nFrom: <ana@x.example>\n\n{KEYS}"
    with pytest.raises(BadSubmission):
        read_mail(mail(forwarded, subject=f"{prefix} Ana"), WORDS)


def test_a_remark_under_a_key_never_becomes_part_of_its_value() -> None:
    remark = "she was far too old for us, but do not tell her"
    with pytest.raises(BadSubmission, match="put an empty line above"):
        read_mail(mail(f"{KEYS.rstrip()}\n{remark}\n"), WORDS)
