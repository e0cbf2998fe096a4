"""Decision mails as a provider hands them over, with its verdict on the sender above them."""

from email.message import EmailMessage
from itertools import count

AUTHSERV_ID = "mx.acme.example"
DECIDER = "dana@acme.example"

_NUMBERS = count(1)


def mail(
    body: str,
    *,
    sender: str = f"Dana Miller <{DECIDER}>",
    results: str = "dmarc=pass header.from=acme.example",
    attached: tuple[str, bytes] | None = None,
    subject: str = "Decision",
    **headers: str,
) -> bytes:
    """The raw mail. ``results`` is what our own server found; "" leaves its header out."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "hr@acme.example"
    made["Subject"] = subject
    made["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
    made["Message-ID"] = f"<{next(_NUMBERS)}@acme.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    if attached is not None:
        name, content = attached
        made.add_attachment(content, maintype="text", subtype="csv", filename=name)
    verdict = f"Authentication-Results: {AUTHSERV_ID}; {results}\r\n" if results else ""
    received = (
        f"Received: from mail.example by {AUTHSERV_ID} with ESMTPS;"
        " Mon, 23 Nov 2026 09:00:01 +0000\r\n"
    )
    raw = made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return (verdict + received).encode() + raw


def decision(number: int = 1, *, word: str = "reject", job: str = "Data Analyst") -> str:
    """The text of one decision."""
    return (
        f"Decision: {word}\n"
        f"Candidate: Ana Pérez <c{number}@candidates.example>\n"
        f"Job: {job}\n"
        f"Application: A-{number}\n"
        "Reason: We looked for hands-on experience with Kubernetes.\n"
        "Recommendation: Show a service of your own next time.\n"
        "\n"
        "Thanks! Please do not forward this, the salary was an issue too.\n"
    )
