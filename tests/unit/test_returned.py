"""What a bounce means to people: the words by status code, and the notice as it is rendered."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.cli import build
from worker.policy.returned import Mend, meaning
from worker.settings import load

VALUES: Mapping[str, object] = {
    "entry": "3f9c1a7be2d04568a1cd", "name": "Ana Pérez", "email": "ana@candidates.example",
    "job_title": "Data Analyst", "outcome": "rejected", "phone": "+49 30 1234567",
    "sent_at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "zone": "Europe/Berlin",
    "cause": "Nobody is reached at this address.", "mend": "address", "code": "5.1.1",
    "answer": "550 5.1.1 user unknown", "reporter": "mx.acme.example",
}  # fmt: skip


def body(tmp_path: Path, **changed: object) -> str:
    renderer = build.renderer(load({"FOLLOWUP_COMPANY__NAME": "Acme"}, tmp_path))
    return renderer.notice("bounced/body.txt", {**VALUES, **changed})


@pytest.mark.parametrize(
    ("status", "why", "mend"),
    [
        ("5.1.1", "no such address", Mend.ADDRESS),
        ("5.1.10", "no such address", Mend.ADDRESS),
        ("5.1.2", "no such domain", Mend.ADDRESS),
        ("5.1.3", "address not accepted", Mend.ADDRESS),
        ("5.2.1", "mailbox closed", Mend.ADDRESS),
        ("5.2.2", "mailbox full", Mend.LATER),
        ("4.2.2", "mailbox full", Mend.LATER),
        ("5.3.4", "letter not accepted", Mend.OURS),
        ("4.4.1", "not reached in time", Mend.LATER),
        ("5.4.7", "not reached in time", Mend.LATER),
        ("5.6.0", "letter not accepted", Mend.OURS),
        ("5.7.1", "refused by a filter", Mend.OURS),
        ("5.7.509", "refused by a filter", Mend.OURS),
        ("5.0.0", "returned", Mend.ADDRESS),
        ("", "returned", Mend.ADDRESS),
    ],
)
def test_a_status_code_in_plain_words(status: str, why: str, mend: Mend) -> None:
    found = meaning(status)
    assert (found.why, found.mend) == (why, mend)
    assert len(found.why) <= 32  # what the column holds
    assert found.told.endswith(".")


def test_the_notice_says_who_why_and_what_to_do(tmp_path: Path) -> None:
    told = body(tmp_path)
    assert "Ana Pérez <ana@candidates.example>" in told
    assert "10:00 (Europe/Berlin)" in told
    assert "Nobody is reached at this address." in told
    assert "Call +49 30 1234567" in told
    assert "hand in the decision again" in told
    assert "550 5.1.1 user unknown" in told
    assert "resend" not in told


def test_the_notice_without_a_number_an_answer_or_a_reporter_reads_well(tmp_path: Path) -> None:
    told = body(tmp_path, phone="", answer="", reporter="", sent_at=None, mend="later")
    assert "if you can find a number" in told
    assert "gave no words, only the status 5.1.1." in told
    assert "followup resend 3f9c1a7be2d04568a1cd" in told
    assert "Phone:" not in told
    assert "Reported by" not in told


def test_what_is_ours_to_mend_is_said_so(tmp_path: Path) -> None:
    assert "whoever looks after your mail" in body(tmp_path, mend="ours")
