"""A question to the DNS, and each answer that it may get, from a name server of the test."""

import pytest
from dns.resolver import Resolver
from servers.nameserver import NameServer, resolver

from worker.intake.txt import look_up

NAME = "s1._domainkey.acme.example"


def test_the_parts_of_a_record_are_joined() -> None:
    with NameServer({NAME: ['"v=DKIM1; p=" "AAAA" "BBBB"']}) as server:
        assert look_up(NAME, resolver(server.port)) == "v=DKIM1; p=AAAABBBB"


@pytest.mark.parametrize("records", [[], ['"v=DKIM1; p=A"', '"v=DKIM1; p=B"']])
def test_no_record_and_more_than_one_are_none(records: list[str]) -> None:
    with NameServer({NAME: records}) as server:
        assert look_up(NAME, resolver(server.port)) is None


def test_a_name_that_is_not_there_is_none() -> None:
    with NameServer({}) as server:
        assert look_up(NAME, resolver(server.port)) is None


def test_a_server_that_fails_says_nothing_about_the_record() -> None:
    with (
        NameServer({}, away=[NAME]) as server,
        pytest.raises(OSError, match="no answer about"),
    ):
        look_up(NAME, resolver(server.port))


@pytest.mark.parametrize("name", ["x" * 64, ".".join(["x" * 60] * 5), "a..b"])
def test_what_no_name_can_be_has_no_record_and_nobody_is_asked(name: str) -> None:
    assert look_up(f"{name}._domainkey.acme.example", Resolver(configure=False)) is None


def test_without_any_server_nobody_can_say() -> None:
    with pytest.raises(OSError, match="no answer about"):
        look_up(NAME, Resolver(configure=False))
