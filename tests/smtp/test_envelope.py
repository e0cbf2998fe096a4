"""What is asked of a server that offers DSN or SIZE, and of one that does not."""

from dataclasses import replace

import pytest
from sample import letter
from servers.scripted import ScriptedServer

from worker.delivery.envelope import Offer, envelope, offered, too_large, xtext
from worker.delivery.smtp import open_session
from worker.result import Accepted, Refused

from .conftest import AccountOf

TOKEN = "3f9c1a7be2d04568a1cd"


def commands(offer: Offer, return_path: str | None = None, to: str = "c1@a.example") -> list[str]:
    return [line for _, line in envelope(letter(to, TOKEN), offer, return_path)]


def test_without_an_offer_nothing_is_asked() -> None:
    assert commands(Offer()) == [
        "MAIL FROM:<talent@acme.example>", "RCPT TO:<c1@a.example>", "DATA",
    ]  # fmt: skip


def test_where_dsn_is_offered_failures_and_delays_are_asked_for_under_the_token() -> None:
    mail, rcpt, _ = commands(Offer(dsn=True))
    assert mail == f"MAIL FROM:<talent@acme.example> RET=HDRS ENVID={TOKEN}"
    assert rcpt == "RCPT TO:<c1@a.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;c1@a.example"


def test_where_size_is_offered_it_is_told() -> None:
    size = len(letter("c1@a.example", TOKEN).content)
    assert commands(Offer(size=True))[0] == f"MAIL FROM:<talent@acme.example> SIZE={size}"


def test_bounces_go_to_the_return_path_and_the_letter_is_not_touched() -> None:
    mail, *_ = commands(Offer(), "bounces@acme.example")
    assert mail == "MAIL FROM:<bounces@acme.example>"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ana@a.example", "ana@a.example"),
        ("ana+jobs=1@a.example", "ana+2Bjobs+3D1@a.example"),
        ('"a b"@a.example', '"a+20b"@a.example'),
        ("é@a.example", "+C3+A9@a.example"),
    ],
)
def test_parameters_are_written_as_xtext(address: str, written: str) -> None:
    assert xtext(address) == written


@pytest.mark.parametrize(
    ("extensions", "offer"),
    [
        ({}, Offer()),
        ({"dsn": "", "8bitmime": ""}, Offer(dsn=True)),
        ({"size": "10240000"}, Offer(size=True, most=10_240_000)),
        ({"size": ""}, Offer(size=True)),
        ({"size": "0"}, Offer(size=True)),
        ({"size": "lots and lots"}, Offer(size=True)),
        ({"size": "²"}, Offer(size=True)),
    ],
)
def test_what_a_server_says_it_offers(extensions: dict[str, str], offer: Offer) -> None:
    assert offered(extensions) == offer


def test_a_letter_is_too_large_beyond_the_limit_and_no_sooner() -> None:
    sealed = letter()
    size = len(sealed.content)
    assert too_large(sealed, Offer(size=True, most=size)) is None
    assert too_large(sealed, Offer(size=True)) is None
    assert isinstance(too_large(sealed, Offer(size=True, most=size - 1)), Refused)


def test_a_letter_that_is_too_large_is_refused_before_a_word_is_said(
    account_of: AccountOf,
) -> None:
    with ScriptedServer(ehlo="250-scripted\r\n250 SIZE 100") as server:
        session = open_session(account_of(server))
        result = session.send(letter(), lambda: True)
        session.close()
    assert isinstance(result, Refused)
    assert "RFC 1870" in result.detail
    assert [each.split()[0].upper() for each in server.commands] == ["EHLO", "QUIT"]


def test_the_parameters_are_said_to_a_server_that_offers_them(account_of: AccountOf) -> None:
    account = replace(account_of(server := ScriptedServer(ehlo="250-s\r\n250-DSN\r\n250 SIZE")),
                      return_path="bounces@acme.example")  # fmt: skip
    with server:
        session = open_session(account)
        result = session.send(sealed := letter(token=TOKEN), lambda: True)
        session.close()
    assert isinstance(result, Accepted)
    assert (
        f"MAIL FROM:<bounces@acme.example> SIZE={len(sealed.content)} RET=HDRS ENVID={TOKEN}"
        in server.commands
    )
