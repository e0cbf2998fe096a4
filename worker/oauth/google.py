"""Tokens of Google Workspace: a service account that acts for one mailbox, by google-auth.

Google's pages "Using OAuth 2.0 for Server to Server Applications" and "Control API access with
domain-wide delegation": an administrator allows the account's client the scope, once.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from worker.errors import SessionError
from worker.oauth.endpoint import Endpoint, failure, refusal, session, telling, token_of
from worker.oauth.tokens import Grant, Token

#: google-auth carries no types.
_account: Any = Credentials.from_service_account_info

#: The one scope that IMAP and SMTP of Gmail take ("OAuth 2.0 Mechanism", developers.google.com).
SCOPE = "https://mail.google.com/"


def by_key(
    *, key: str, subject: str, scope: str | None = None, ca_path: Path | None = None
) -> Grant:
    """A grant for the mailbox ``subject``. ``key`` is the JSON key of the service account."""
    told = json.loads(key)
    endpoint = Endpoint("Google", ca_path, (told.get("private_key", ""),))

    def grant(now: datetime) -> Token:
        with telling(endpoint), session(endpoint) as http:
            return _asked(endpoint, Request(http), told, subject=subject,
                          scope=scope or SCOPE, now=now)  # fmt: skip

    return grant


def _asked(
    endpoint: Endpoint, request: Request, key: dict[str, str], *,
    subject: str, scope: str, now: datetime,
) -> Token:  # fmt: skip
    try:
        who = _account(key, scopes=[scope], subject=subject)
        who.refresh(request)
    except TransportError as why:
        raise why.__cause__ or requests.ConnectionError() from None
    except RefreshError as why:
        raise _refusal(endpoint, why) from None
    except (GoogleAuthError, ValueError) as why:
        raise failure(endpoint, f"the key is none of a service account ({type(why).__name__})",
                      "check oauth2.key", lasting=True) from None  # fmt: skip
    token = token_of(endpoint, {"access_token": who.token}, now)
    return replace(token, ends=who.expiry.replace(tzinfo=UTC)) if who.expiry else token


def _refusal(endpoint: Endpoint, why: RefreshError) -> SessionError:
    told = why.args[1] if len(why.args) > 1 else None
    if isinstance(told, dict):
        return refusal(endpoint, told.get("error"), told.get("error_description"))
    return failure(endpoint, "no answer that OAuth2 knows", "check token_uri in oauth2.key")
