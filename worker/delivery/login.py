"""Logging in to the mail server by OAuth2: the mechanism XOAUTH2, which smtplib has none of.

For ``connect`` only, which turns what goes wrong (smtplib's exceptions) into ``SessionError``. It
is Google's and Microsoft's own mechanism ("OAuth 2.0 Mechanism", developers.google.com;
"Authenticate an IMAP, POP or SMTP connection using OAuth", learn.microsoft.com), spoken within
AUTH (RFC 4954). A server that repeats what was said to it must not bring a token into a log.
"""

import base64
import smtplib

MECHANISM = "XOAUTH2"


def log_in(client: smtplib.SMTP, username: str, token: str) -> None:
    """Log in, or raise ``SMTPAuthenticationError`` with the server's words.

    ``SMTPNotSupportedError`` when the server does not offer the mechanism; nothing was said then.
    """
    if MECHANISM not in client.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError(f"{MECHANISM} is not offered (smtp.auth, smtp.port);")
    said = base64.b64encode(xoauth2(username, token)).decode()
    code, told = client.docmd("AUTH", f"{MECHANISM} {said}")
    if code == 334:  # noqa: PLR2004 - the refusal as a challenge; an empty answer brings the reply
        code, told = client.docmd("")
    if code != 235:  # noqa: PLR2004 - RFC 4954 4: the one reply that is a success
        raise smtplib.SMTPAuthenticationError(code, told.replace(said.encode(), b"..."))


def xoauth2(username: str, token: str) -> bytes:
    """What the client says at first, before it is encoded."""
    return f"user={username}\1auth=Bearer {token}\1\1".encode()
