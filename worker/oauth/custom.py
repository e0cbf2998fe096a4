"""Tokens of any other endpoint: client credentials or a refresh token (RFC 6749 4.4 and 6).

The client's name and secret go into the body (RFC 6749 2.3.1), which every endpoint at hand takes.
A refresh token is used as it was set: an endpoint that gives a new one each time and forgets the
old one can't be used.
"""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from worker.oauth.endpoint import Endpoint, session, telling, token_of
from worker.oauth.tokens import Grant, Token


def by_form(
    *,
    token_url: str,
    client_id: str,
    client_secret: str | None = None,
    refresh_token: str | None = None,
    scope: str | None = None,
    ca_path: Path | None = None,
) -> Grant:
    """A grant by refresh token when there is one, else by client credentials."""
    asked = {
        "grant_type": "refresh_token" if refresh_token else "client_credentials",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_secret,
        "scope": scope,
    }
    form = {name: value for name, value in asked.items() if value}
    secrets = tuple(each for each in (client_secret, refresh_token) if each)
    endpoint = Endpoint(urlsplit(token_url).hostname or "", ca_path, secrets)

    def grant(now: datetime) -> Token:
        with telling(endpoint), session(endpoint) as http:
            answer = http.post(token_url, data=form, headers={"Accept": "application/json"})
            return token_of(endpoint, answer.json(), now)

    return grant
