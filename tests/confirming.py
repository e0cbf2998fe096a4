"""Decisions that wait for a confirmation, and answers to the receipt that asks for it."""

from typing import Any

from decisions import decision, mail
from mailplace import Place, text

OFFER = decision(word="offer").replace("Reason:", "Expires on: 2027-01-31\nReason:")


def asked(place: Place) -> str:
    """The subject of the receipt that asks for a confirmation."""
    (receipt,) = [each for each in place.receipts() if "[confirm " in each["Subject"]]
    assert "CONFIRM in its first line" in text(receipt)
    return str(receipt["Subject"])


def answer(subject: str, word: str = "CONFIRM", **more: Any) -> bytes:
    quoted = "\n\nOn Monday Acme Talent wrote:\n> Please confirm: Decision\n"
    return mail(word + quoted, subject=f"Re: {subject}", **more)
