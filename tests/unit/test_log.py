"""The log says what happened, and about nobody."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from worker import log

CANARY = "ana.perez@candidates.example"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    yield io.StringIO()
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, log._Library)]


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(text: str) -> None:
    secret = CANARY
    raise ValueError(f"{text} {secret}")


def test_an_event_is_one_line_of_json_with_time_and_level(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    log.logger().info("taken in", submission="s1", rows=3, queued=2, refused=1)
    (event,) = events(stream)
    assert event.pop("at").endswith("Z")
    assert event == {
        "event": "taken in",
        "level": "info",
        "submission": "s1",
        "rows": 3,
        "queued": 2,
        "refused": 1,
    }


def test_the_console_form_is_for_people(stream: io.StringIO) -> None:
    log.configure("info", "console", stream)
    log.logger().info("letter sent", entry="E7", why=f"to {CANARY}")
    assert "letter sent" in stream.getvalue()
    assert "entry=E7" in stream.getvalue()
    assert "ana.perez" not in stream.getvalue()
    assert "…@candidates.example" in stream.getvalue()


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJociJ9.c2lnbmF0dXJl-_",
        "ya29.a0AfH6SMBx-_Z",
        "dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciB0MGszbgEB",
    ],
)
def test_an_access_token_that_a_server_repeated_is_left_out(
    stream: io.StringIO, token: str
) -> None:
    log.configure("info", "json", stream)
    log.logger().info("paused", why=f"auth refused: 500 unknown: AUTH XOAUTH2 {token} (5.5.1)")
    (event,) = events(stream)
    assert event["why"] == "auth refused: 500 unknown: AUTH XOAUTH2 … (5.5.1)"


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    log.configure("warning", "json", stream)
    log.logger().info("quiet")
    log.logger().warning("loud")
    assert [event["event"] for event in events(stream)] == ["loud"]


def test_a_key_that_is_not_on_the_list_leaves_its_name_only(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    log.logger().info("letter sent", entry="E7", subject=CANARY, name="Ana", body={"a": CANARY})
    (event,) = events(stream)
    assert event["dropped"] == ["body", "name", "subject"]
    assert event["entry"] == "E7"
    assert "Ana" not in stream.getvalue()
    assert "ana.perez" not in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (CANARY, "…@candidates.example"),
        (f"550 5.1.1 <{CANARY}>: unknown", "550 5.1.1 <…@candidates.example>: unknown"),
        (f"mailto:{CANARY},x@y.example", "…@candidates.example,…@y.example"),
        ('"ana perez"@candidates.example', "…@candidates.example"),
        ("ana.perez%40candidates.example", "…@candidates.example"),
        ("ana.perez＠candidates.example", "…@candidates.example"),
        ("ana.pérez@bücher.example", "…@bücher.example"),
        ("ana@[192.0.2.1]", "…@[192.0.2.1]"),
        ("postgresql+psycopg://user:password@db/followup", "…@db/followup"),
        ("nothing to hide: 250 2.0.0 Ok", "nothing to hide: 250 2.0.0 Ok"),
    ],
)
def test_of_an_address_only_the_domain_is_written(text: str, masked: str) -> None:
    assert log.mask(text) == masked


def test_an_address_is_masked_in_the_event_and_in_whatever_is_not_text(
    stream: io.StringIO,
) -> None:
    log.configure("info", "json", stream)
    log.logger().info(f"sent to {CANARY}", why=[CANARY], source={"from": CANARY})
    assert "ana.perez" not in stream.getvalue()
    assert stream.getvalue().count("…@candidates.example") == 3


def test_of_an_exception_stay_its_types_and_its_places(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    try:
        try:
            fail("Dear Ana")
        except ValueError as why:
            raise RuntimeError(CANARY) from why
    except RuntimeError:
        log.logger().exception("thread crashed", worker="w1")
    (event,) = events(stream)
    assert event["error"] == "RuntimeError from ValueError"
    assert event["trace"].startswith("unit/test_log.py:")
    assert "Ana" not in stream.getvalue()
    assert "ana.perez" not in stream.getvalue()


def test_an_exception_may_be_handed_over_after_it_was_caught(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    with pytest.raises(ValueError, match="Dear") as caught:
        fail("Dear Ana")
    log.logger().error("thread crashed", exc_info=caught.value)
    log.logger().error("thread crashed", exc_info=(caught.type, caught.value, caught.tb))
    for event in events(stream):
        assert event["error"] == "ValueError"
        assert event["trace"].count("unit/test_log.py:") == 2


def test_no_exception_at_hand_is_no_error(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    log.logger().info("fine", exc_info=True)
    (event,) = events(stream)
    assert "error" not in event


def test_a_library_warns_in_its_own_words_without_what_it_filled_in(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    log.configure("info", "json", stream)
    logging.getLogger("some.library").warning("could not parse %s", "Dear Ana")
    logging.getLogger("some.library").critical("gone: %s", CANARY)
    logging.getLogger("some.library").info("chatter")
    assert [(event["library"], event["level"], event["why"]) for event in events(stream)] == [
        ("some.library", "warning", "could not parse %s"),
        ("some.library", "error", "gone: %s"),
    ]
