"""Servers for the delivery tests: scripted ones, with and without TLS."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from servers.scripted import ScriptedServer

from worker.delivery.connect import Account

AccountOf = Callable[..., Account]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_path(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def account_of(ca_path: Path) -> AccountOf:
    def make(server: ScriptedServer, **changed: object) -> Account:
        given: dict[str, object] = {
            "host": "localhost",
            "port": server.port,
            "security": "none",
            "ca_path": ca_path,
            "answer_timeout": timedelta(seconds=5),
            "pause": timedelta(minutes=1),
        }
        return Account(**(given | changed))  # type: ignore[arg-type]

    return make
