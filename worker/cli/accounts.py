"""The accounts at the mail servers, from the settings, with their login by password or by token.

For ``build``. The modules of the OAuth2 providers are imported here, and only when theirs is set,
because their libraries take half a second; ``list`` and its like must not pay for that.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from worker.delivery.connect import Account
from worker.intake.mailbox import MailboxAccount
from worker.oauth import Grant, Tokens
from worker.settings import Settings
from worker.settings.mail import OAuth2
from worker.settings.section import Secret

Clock = Callable[[], datetime]


def smtp_account(given: Settings, now: Clock, pause: timedelta) -> Account:
    """The mail server."""
    smtp, tokens = given.smtp, smtp_tokens(given, now)
    return Account(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=_text(smtp.password),
        by_token=tokens.log_in if tokens else None,
        ca_path=smtp.ca_path,
        return_path=smtp.return_path,
        answer_timeout=smtp.answer_timeout,
        pause=pause,
    )


def mailbox_account(given: Settings, now: Clock) -> MailboxAccount:
    """The decision mailbox; the settings have made sure that all of it is there."""
    box, tokens = given.mailbox, mailbox_tokens(given, now)
    return MailboxAccount(
        host=box.host or "",
        port=box.port,
        security=box.security,
        username=box.username or "",
        password=_text(box.password) or "",
        by_token=tokens.log_in if tokens else None,
        folder=box.folder,
        done_folder=box.done_folder,
        problem_folder=box.problem_folder,
        ca_path=box.ca_path,
        max_bytes=box.max_bytes,
    )


def smtp_tokens(given: Settings, now: Clock) -> Tokens | None:
    """The tokens of the mail server's login; None when it has a password or no login."""
    if given.smtp.auth != "oauth2":
        return None
    return _tokens(given.oauth2, given.smtp.username or "", "smtp", now)


def mailbox_tokens(given: Settings, now: Clock) -> Tokens | None:
    """The tokens of the decision mailbox's login; None when it has a password."""
    if given.mailbox.auth != "oauth2":
        return None
    return _tokens(given.oauth2, given.mailbox.username or "", "mailbox", now)


@cache
def _tokens(oauth2: OAuth2, username: str, _server: str, now: Clock) -> Tokens:
    """One for each login in this process: what a server refuses to one sender, it refuses to all.

    ``_server`` parts SMTP from IMAP: one may be refused while the other goes on.
    """
    return Tokens(_grant(oauth2, username), now=now)


def _grant(oauth2: OAuth2, username: str) -> Grant:
    """The settings have made sure that what a provider needs is there."""
    match oauth2.provider:
        case "microsoft":
            from worker.oauth import microsoft  # noqa: PLC0415 - see the top

            return microsoft.by_secret(
                authority=oauth2.authority,
                tenant=oauth2.tenant or "",
                client_id=oauth2.client_id or "",
                client_secret=_text(oauth2.client_secret) or "",
                scope=oauth2.scope,
                ca_path=oauth2.ca_path,
            )
        case "google":
            from worker.oauth import google  # noqa: PLC0415 - same

            return google.by_key(
                key=_text(oauth2.key) or "",
                subject=username,
                scope=oauth2.scope,
                ca_path=oauth2.ca_path,
            )
        case _:
            from worker.oauth import custom  # noqa: PLC0415 - same

            return custom.by_form(
                token_url=oauth2.token_url or "",
                client_id=oauth2.client_id or "",
                client_secret=_text(oauth2.client_secret),
                refresh_token=_text(oauth2.refresh_token),
                scope=oauth2.scope,
                ca_path=oauth2.ca_path,
            )


def _text(secret: Secret | None) -> str | None:
    return secret.get_secret_value() if secret else None
