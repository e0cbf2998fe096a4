"""Real servers for the tests: each is private, on a free loopback port, under a temporary folder.

``need`` is the one place that decides what happens on a machine without such a server.
"""

import os
import shutil
import socket
from typing import NoReturn

import pytest

#: Where servers live on Debian; the PATH of an ordinary user lacks them.
_SBIN = ("/usr/sbin", "/usr/local/sbin", "/sbin")


def need(program: str) -> str:
    """The path of a program. Without it the test is skipped, or fails with REQUIRE_SERVERS=1."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SBIN])
    found = shutil.which(program, path=path)
    if not found:
        absent(f"{program} is not installed, so this was not run")
    return found


def absent(message: str) -> NoReturn:
    """Skip the test, or fail with REQUIRE_SERVERS=1."""
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
