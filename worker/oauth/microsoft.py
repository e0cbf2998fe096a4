"""Tokens of Microsoft Entra for Exchange Online: client credentials with a secret, by msal.

Microsoft's page "Authenticate an IMAP, POP or SMTP connection using OAuth" (learn.microsoft.com).
The token is the application's; which mailboxes it opens is granted in Exchange.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from msal.application import ConfidentialClientApplication

from worker.oauth.endpoint import Endpoint, failure, session, telling, token_of
from worker.oauth.tokens import Grant, Token

#: msal carries no types.
_application: Any = ConfidentialClientApplication

#: For IMAP and SMTP alike; a token for Microsoft Graph is refused by both.
SCOPE = "https://outlook.office365.com/.default"


def by_secret(
    *,
    authority: str,
    tenant: str,
    client_id: str,
    client_secret: str,
    scope: str | None = None,
    ca_path: Path | None = None,
) -> Grant:
    """A grant for an application of that tenant. ``authority`` differs in national clouds."""
    endpoint = Endpoint("Microsoft", ca_path, (client_secret,))

    def grant(now: datetime) -> Token:
        # msal keeps tokens, and failures, for itself: a new client asks each time.
        with telling(endpoint), session(endpoint) as http:
            client = _client(endpoint, f"{authority.rstrip('/')}/{tenant}", client_id,
                             secret=client_secret, http=http)  # fmt: skip
            answer = client.acquire_token_for_client([scope or SCOPE])
            return token_of(endpoint, answer, now)

    return grant


def _client(
    endpoint: Endpoint, authority: str, client_id: str, *, secret: str, http: object
) -> Any:
    """It reads the authority's configuration, which a tenant that does not exist lacks."""
    try:
        return _application(
            client_id,
            client_credential=secret,
            authority=authority,
            instance_discovery=False,  # the authority is the operator's word, not to be looked up
            http_client=http,
        )
    except ValueError as why:
        mend = "check oauth2.tenant and oauth2.authority"
        told = f"{authority} is no tenant that it knows"
        raise failure(endpoint, told, mend, lasting=True) from why
