"""Speaking to a token endpoint, for ``microsoft``, ``google`` and ``custom``.

Their libraries all take a session of requests; the one made here has limits that requests lacks:
a time for every step, no redirect (it would carry the secret on), and the certificates that the
operator trusts. Proxies are taken from the environment (``HTTPS_PROXY``), as requests does.

Everything that goes wrong becomes a ``SessionError`` here. Lasting is what the endpoint says of us
(RFC 6749 5.2) and a certificate that is not trusted; the rest may pass.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from worker.errors import SessionError
from worker.oauth.tokens import Token

#: In seconds. RFC 6749 5.1 lets an endpoint leave the lifetime out, and a token for a year is
#: renewed each day all the same; one that ended is noticed anyway.
USUAL_LIFE, LONGEST_LIFE = 3600, 86_400

#: RFC 6749 5.2, and 4.1.2.1 for the two that may pass.
_MEND = {
    "invalid_client": "check oauth2.client_id and oauth2.client_secret, and that it has not ended",
    "unauthorized_client": "the provider must allow this client what it asks for",
    "invalid_grant": "check the username, and oauth2.refresh_token or oauth2.key",
    "invalid_scope": "check oauth2.scope",
    "invalid_request": "check oauth2.tenant and oauth2.scope",
}
_PASSES = {"temporarily_unavailable", "server_error", "internal_failure"}

#: RFC 6750 2.1: what a token is made of, so that it can end no line of SMTP or IMAP.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who is asked, in words for a person, and what must not be in an error of theirs.

    ``patience`` is seconds for the connection, and for each silence in the answer.
    """

    name: str
    ca_path: Path | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    patience: tuple[float, float] = (10.0, 20.0)


class _Bounded(HTTPAdapter):
    """Every request in time, with our certificates; an endpoint in trouble raises."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        kwargs["timeout"] = self._endpoint.patience
        if self._endpoint.ca_path:
            kwargs["verify"] = str(self._endpoint.ca_path)
        response = super().send(request, *args, **kwargs)
        # Before google-auth sees it: that would ask three times over by itself.
        if response.status_code >= 500 or response.status_code == 429:  # noqa: PLR2004 - RFC 9110 15.6, RFC 6585 4
            response.close()
            raise requests.HTTPError(f"it answered {response.status_code}")
        return response


def session(endpoint: Endpoint) -> requests.Session:
    """A session with its limits."""
    made = requests.Session()
    made.max_redirects = 0
    for scheme in ("https://", "http://"):  # which http:// is allowed, the settings decide
        made.mount(scheme, _Bounded(endpoint))
    return made


@contextmanager
def telling(endpoint: Endpoint) -> Iterator[None]:
    """Turn what requests raises into ``SessionError``."""
    try:
        yield
    except requests.exceptions.SSLError:
        mend = "set oauth2.ca_path to who signed its certificate"
        raise failure(endpoint, "its certificate is not trusted", mend, lasting=True) from None
    except requests.TooManyRedirects:
        raise failure(
            endpoint, "it sends us elsewhere", "check oauth2.token_url", lasting=True
        ) from None
    except requests.Timeout:
        raise failure(endpoint, "no answer in time", "it is asked again later") from None
    except requests.HTTPError as why:
        raise failure(endpoint, str(why), "it is asked again later") from None
    except requests.ConnectionError:
        mend = "check that it can be reached from here (HTTPS_PROXY)"
        raise failure(endpoint, "no connection", mend) from None
    except (requests.RequestException, ValueError, TypeError, LookupError, ArithmeticError) as why:
        # The last three are the libraries' ways with an answer of another shape than theirs.
        told = f"no answer that OAuth2 knows ({type(why).__name__})"
        raise failure(endpoint, told, "check oauth2.token_url") from None


def token_of(endpoint: Endpoint, answer: Any, now: datetime) -> Token:
    """The token in an answer (RFC 6749 5.1). Raises ``SessionError`` when it is a refusal."""
    if not isinstance(answer, Mapping):
        raise failure(endpoint, "no answer that OAuth2 knows", "check oauth2.token_url")
    text = answer.get("access_token")
    if not isinstance(text, str):
        raise refusal(endpoint, answer.get("error"), answer.get("error_description"))
    if not _TOKEN.fullmatch(text):
        raise failure(endpoint, "its token is none (RFC 6750 2.1)", "check oauth2.token_url")
    return Token(text, now, now + timedelta(seconds=_life(answer.get("expires_in"))))


def refusal(endpoint: Endpoint, error: Any, description: Any) -> SessionError:
    """What the endpoint says of us (RFC 6749 5.2)."""
    word = str(error or "no token and no error")
    # Microsoft's texts go on with ids and times of the request, over several lines.
    told = str(description or "").partition("Trace ID")[0]
    mend = _MEND.get(word, "look it up in docs/oauth.md")
    said = f"{word}: {told}" if told.strip() else word
    return failure(endpoint, said, mend, lasting=word not in _PASSES)


def failure(endpoint: Endpoint, said: str, mend: str, *, lasting: bool = False) -> SessionError:
    """No token came, and why; a secret that the endpoint repeats is left out."""
    for secret in endpoint.secrets:
        said = said.replace(secret, "…")
    told = " ".join(said.split())[:_LONGEST]
    return SessionError(
        f"oauth2: no token from {endpoint.name} ({told}); {mend}", stage="auth", lasting=lasting
    )


def _life(told: Any) -> int:
    """Some endpoints write the number as a text."""
    try:
        return min(max(int(told), 1), LONGEST_LIFE)
    except (TypeError, ValueError, OverflowError):
        return USUAL_LIFE
