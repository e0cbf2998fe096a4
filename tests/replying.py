"""Replies to notices, as mail programs write them."""

from email.message import EmailMessage
from typing import Any

from decisions import mail
from mailplace import text

HR = "HR <hr@acme.example>"


def reply(notice: EmailMessage, line: str, *, headers: bool = True, **more: Any) -> bytes:
    """The answer to a notice with that first line; without ``headers``, only its text is quoted."""
    quoted = "\n".join(f"> {each}".rstrip() for each in text(notice).splitlines())
    threaded = {"In_Reply_To": str(notice["Message-ID"])} if headers else {}
    body = f"{line}\n\nOn Monday Acme Talent wrote:\n{quoted}\n"
    return mail(body, subject=f"Re: {notice['Subject']}", **{**threaded, **more})
