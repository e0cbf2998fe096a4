"""A token endpoint on loopback that does what a test tells it to, and keeps what it was asked.

``script`` holds one item a request for a token, and when it is used up every one is good. An item
is a status (500), an answer (a table, given with 400 as RFC 6749 5.2 says), or one of the words
below. It also tells Microsoft's configuration of a tenant: every path is one, but for
``/nowhere/``, ``/broken/`` (a web page) and ``/odd/`` (lacks what is needed).
"""

import json
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl

import jwt

from servers.listening import Leave, Listening

HANG, CLOSE, REDIRECT, GARBAGE = "<hang>", "<close>", "<redirect>", "<garbage>"

Item = int | str | dict[str, object]

#: For HS256, at least as long as its digest (RFC 7518 3.2).
KEY = b"a key of the tests, that signs tokens"


def signed(user: str, lifetime: timedelta = timedelta(hours=1), key: bytes = KEY) -> str:
    """A token as Dovecot validates it by itself; with a negative lifetime it has ended."""
    now = datetime.now(UTC)
    since = now - timedelta(hours=2)
    claims = {"sub": user, "email": user, "iat": since, "nbf": since, "exp": now + lifetime}
    return jwt.encode(claims, key, algorithm="HS256")


class TokenServer(Listening):
    """A context manager; ``mint`` gives the next token, ``lifetime`` is what it is said to last."""

    def __init__(
        self,
        script: Sequence[Item] = (),
        *,
        mint: Callable[[int], str] = "token-{}".format,
        lifetime: int = 3600,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__()
        self.script = list(script)
        self.mint, self.lifetime = mint, lifetime
        self.asked: list[dict[str, str]] = []
        self._tls, self.scheme = tls, "https" if tls else "http"
        self._asked = self._handler()

    @property
    def base(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.base}/token"

    def let_in(self, connection: socket.socket) -> Callable[[], None]:
        return partial(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        """One request; all of it happens in the constructor, which asks no HTTP server."""
        with self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as connection:
            self._asked(connection, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Asked(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.configure(self)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append(dict(parse_qsl(self.rfile.read(length).decode())))
                with suppress(OSError):
                    outer.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Asked

    def configure(self, request: BaseHTTPRequestHandler) -> None:
        """OpenID Connect Discovery 1.0, as far as msal reads it."""
        tenant = request.path.split("/")[1]
        if tenant == "nowhere":
            reply(request, 400, {"error": "invalid_tenant"})
            return
        if tenant == "broken":
            request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<html>welcome</html>")
            return
        if tenant == "odd":
            reply(request, 200, {"issuer": self.base})
            return
        where = f"{self.base}/{tenant}"
        names = ("issuer", "authorization_endpoint", "token_endpoint")
        reply(request, 200, {name: f"{where}/{name}" for name in names})

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        item: Item = self.script.pop(0) if self.script else 200
        match item:
            case "<hang>":
                self.hang()
            case "<close>":
                raise Leave
            case "<redirect>":
                request.send_response(307)
                request.send_header("Location", f"{self.base}/elsewhere")
                request.end_headers()
            case "<garbage>":
                request.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n<html>welcome</html>")
            case dict():
                reply(request, 200 if "access_token" in item else 400, item)
            case 200:
                token = self.mint(len(self.asked))
                told = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
                reply(request, 200, told)
            case int():
                reply(request, item, {})


def reply(request: BaseHTTPRequestHandler, status: int, told: dict[str, object]) -> None:
    content = json.dumps(told).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
