"""A Dovecot of its own for each test that asks for one."""

from collections.abc import Iterator

import pytest
from servers.dovecot import Dovecot


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server
