"""The three providers against a token endpoint of the tests."""

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from servers.tokens import CLOSE, GARBAGE, HANG, REDIRECT, Item, TokenServer

from worker.errors import SessionError
from worker.oauth import Grant, custom, google, microsoft
from worker.oauth.endpoint import Endpoint, session, telling

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CANARY = "c4n4ry-s3cret"

#: Of every assertion, wherever it is sent (google-auth).
AUDIENCE = "https://oauth2.googleapis.com/token"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_path(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def by_microsoft(ca_path: Path) -> Callable[..., Grant]:
    def make(server: TokenServer, **changed: Any) -> Grant:
        given: dict[str, Any] = {
            "authority": server.base,
            "tenant": "acme",
            "client_id": "app",
            "ca_path": ca_path,
        }
        return microsoft.by_secret(**(given | {"client_secret": CANARY} | changed))

    return make


@pytest.fixture
def by_google(private_key: str) -> Callable[..., Grant]:
    def make(server: TokenServer) -> Grant:
        key = {
            "type": "service_account",
            "client_email": "followup@project.example",
            "private_key": private_key,
            "token_uri": server.url,
        }
        return google.by_key(key=json.dumps(key), subject="talent@acme.example")

    return make


def by_custom(server: TokenServer, **more: Any) -> Grant:
    given: dict[str, Any] = {"token_url": server.url, "client_id": "app", "client_secret": CANARY}
    return custom.by_form(**(given | more))


def refused(grant: Grant) -> SessionError:
    with pytest.raises(SessionError) as told:
        grant(NOON)
    assert told.value.stage == "auth"
    assert CANARY not in str(told.value)
    return told.value


def test_microsoft_gives_a_token_for_the_application(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext
) -> None:
    with TokenServer(tls=tls, lifetime=3599) as server:
        token = by_microsoft(server)(NOON)
    assert (token.text, token.ends) == ("token-1", NOON + timedelta(seconds=3599))
    (asked,) = server.asked
    assert asked["grant_type"] == "client_credentials"
    assert asked["scope"] == "https://outlook.office365.com/.default"
    assert (asked["client_id"], asked["client_secret"]) == ("app", CANARY)


def test_microsoft_is_asked_anew_for_each_token(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext
) -> None:
    with TokenServer(tls=tls) as server:
        grant = by_microsoft(server)
        assert [grant(NOON).text, grant(NOON).text] == ["token-1", "token-2"]


def test_what_microsoft_says_is_told_without_the_ids_of_the_request(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext
) -> None:
    description = (
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request"
        " is the client secret value.\r\nTrace ID: 1234\r\nCorrelation ID: 5678"
    )
    answer: Item = {"error": "invalid_client", "error_description": description}
    with TokenServer([answer], tls=tls) as server:
        why = refused(by_microsoft(server))
    assert why.lasting
    assert "AADSTS7000215: Invalid client secret provided." in str(why)
    assert "oauth2.client_secret" in str(why)
    assert "1234" not in str(why)


def test_a_tenant_that_is_none_is_told(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext
) -> None:
    with TokenServer(tls=tls) as server:
        why = refused(by_microsoft(server, tenant="nowhere"))
    assert why.lasting
    assert "oauth2.tenant" in str(why)
    assert server.asked == []


@pytest.mark.parametrize("tenant", ["odd", "broken"])
def test_a_configuration_of_another_shape_is_told(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext, tenant: str
) -> None:
    with TokenServer(tls=tls) as server:
        refused(by_microsoft(server, tenant=tenant))
    assert server.asked == []


def test_google_gives_a_token_for_the_mailbox(
    by_google: Callable[..., Grant], private_key: str
) -> None:
    with TokenServer() as server:
        token = by_google(server)(datetime.now(UTC))
    assert token.text == "token-1"
    assert timedelta(minutes=59) < token.ends - token.since < timedelta(minutes=61)
    (asked,) = server.asked
    public = serialization.load_pem_private_key(private_key.encode(), None).public_key()
    said = jwt.decode(asked["assertion"], public, ["RS256"], audience=AUDIENCE)  # type: ignore[arg-type]
    assert (said["sub"], said["scope"]) == ("talent@acme.example", "https://mail.google.com/")
    assert said["iss"] == "followup@project.example"


def test_what_google_says_is_told(by_google: Callable[..., Grant]) -> None:
    description = "Client is unauthorized to retrieve access tokens using this method"
    answer: Item = {"error": "unauthorized_client", "error_description": description}
    with TokenServer([answer]) as server:
        why = refused(by_google(server))
    assert why.lasting
    assert f"unauthorized_client: {description}" in str(why)


def test_a_key_that_is_no_key_is_told(private_key: str) -> None:
    key = {"client_email": "a@b.example", "private_key": CANARY, "token_uri": "https://x.example"}
    why = refused(google.by_key(key=json.dumps(key), subject="talent@acme.example"))
    assert why.lasting
    assert "oauth2.key" in str(why)
    assert private_key


def test_another_endpoint_is_asked_with_client_credentials() -> None:
    with TokenServer(lifetime=600) as server:
        token = by_custom(server, scope="mail")(NOON)
    assert token.ends == NOON + timedelta(minutes=10)
    assert server.asked == [
        {"grant_type": "client_credentials", "client_id": "app", "client_secret": CANARY,
         "scope": "mail"}
    ]  # fmt: skip


def test_another_endpoint_is_asked_with_a_refresh_token_when_there_is_one() -> None:
    with TokenServer() as server:
        by_custom(server, client_secret=None, refresh_token="r")(NOON)
    assert server.asked == [
        {"grant_type": "refresh_token", "client_id": "app", "refresh_token": "r"}
    ]


@pytest.mark.parametrize(
    ("life", "seconds"),
    [(None, 3600), ("1200", 1200), (0, 1), (10**12, 86_400), (float("inf"), 3600), ("soon", 3600)],
)
def test_a_lifetime_may_be_missing_or_odd(life: object, seconds: int) -> None:
    with TokenServer([{"access_token": "t", "expires_in": life}]) as server:
        token = by_custom(server)(NOON)
    assert token.ends - token.since == timedelta(seconds=seconds)


FAULTS = {
    "500": (500, False, "it answered 500"),
    "429": (429, False, "it answered 429"),
    "close": (CLOSE, False, "no connection"),
    "garbage": (GARBAGE, False, "no answer that OAuth2 knows"),
    "redirect": (REDIRECT, True, "it sends us elsewhere"),
    "invalid_client": ({"error": "invalid_client"}, True, "invalid_client"),
    "busy": ({"error": "temporarily_unavailable"}, False, "temporarily_unavailable"),
    "two lines": ({"access_token": "t\r\nQUIT"}, False, "its token is none"),
    "echo": ({"error": f"no {CANARY}"}, True, "no …"),
}


@pytest.mark.parametrize(("item", "lasting", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_whatever_an_endpoint_does_is_told_and_asked_once(
    item: Item, *, lasting: bool, told: str
) -> None:
    with TokenServer([item]) as server:
        why = refused(by_custom(server))
    assert (why.lasting, told in str(why)) == (lasting, True), str(why)
    assert len(server.asked) == 1


@pytest.mark.parametrize("item", [500, GARBAGE, CLOSE])
def test_the_libraries_of_the_providers_ask_once_too(
    item: Item, by_google: Callable[..., Grant], by_microsoft: Callable[..., Grant],
    tls: ssl.SSLContext,
) -> None:  # fmt: skip
    with TokenServer([item]) as server:
        assert not refused(by_google(server)).lasting
    with TokenServer([item], tls=tls) as over_tls:
        assert not refused(by_microsoft(over_tls)).lasting
    assert (len(server.asked), len(over_tls.asked)) == (1, 1)


def test_an_endpoint_that_says_nothing_is_left() -> None:
    endpoint = Endpoint("slow", patience=(5.0, 0.05))
    with (
        TokenServer([HANG]) as server,
        pytest.raises(SessionError, match="no answer in time") as told,
        telling(endpoint),
        session(endpoint) as http,
    ):
        http.post(server.url, data={"grant_type": "client_credentials"})
    assert not told.value.lasting


def test_an_endpoint_that_is_not_there_is_told() -> None:
    with TokenServer() as server:
        pass
    assert "no connection" in str(refused(by_custom(server)))


def test_a_certificate_that_is_not_trusted_gets_no_secret(
    by_microsoft: Callable[..., Grant], tls: ssl.SSLContext
) -> None:
    with TokenServer(tls=tls) as server:
        assert "oauth2.ca_path" in str(refused(by_microsoft(server, ca_path=None)))
        assert refused(by_custom(server)).lasting
    assert server.asked == []
