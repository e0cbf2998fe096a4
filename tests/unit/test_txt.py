"""A question to the DNS, and each answer that it may get, from a name server of the test."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from dns import flags, message, rcode, rrset
from dns.resolver import Resolver

from worker.intake.txt import look_up

NAME = "s1._domainkey.acme.example"


@contextmanager
def answering(records: Sequence[str], code: rcode.Rcode = rcode.NOERROR) -> Iterator[Resolver]:
    """A name server that gives every question the same answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        served = threading.Thread(target=serve, args=(line, records, code))
        served.start()
        resolver = Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = line.getsockname()[1]
        yield resolver
        line.sendto(b"", line.getsockname())
        served.join()


def serve(line: socket.socket, records: Sequence[str], code: rcode.Rcode) -> None:
    while True:
        octets, asker = line.recvfrom(65_535)
        if not octets:
            return
        asked = message.from_wire(octets)
        answer = message.make_response(asked)
        answer.flags |= flags.RA
        answer.set_rcode(code)
        if records:
            answer.answer.append(rrset.from_text(asked.question[0].name, 60, "IN", "TXT", *records))
        line.sendto(answer.to_wire(), asker)


def test_the_parts_of_a_record_are_joined() -> None:
    with answering(['"v=DKIM1; p=" "AAAA" "BBBB"']) as resolver:
        assert look_up(NAME, resolver) == "v=DKIM1; p=AAAABBBB"


@pytest.mark.parametrize("records", [[], ['"v=DKIM1; p=A"', '"v=DKIM1; p=B"']])
def test_no_record_and_more_than_one_are_none(records: list[str]) -> None:
    with answering(records) as resolver:
        assert look_up(NAME, resolver) is None


def test_a_name_that_is_not_there_is_none() -> None:
    with answering([], rcode.NXDOMAIN) as resolver:
        assert look_up(NAME, resolver) is None


def test_a_server_that_fails_says_nothing_about_the_record() -> None:
    with answering([], rcode.SERVFAIL) as resolver, pytest.raises(OSError, match="no answer about"):
        look_up(NAME, resolver)


def test_without_any_server_nobody_can_say() -> None:
    with pytest.raises(OSError, match="no answer about"):
        look_up(NAME, Resolver(configure=False))
