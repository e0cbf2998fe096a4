"""What servers really say, from ``tests/smtp/golden``: the cases that the taxonomy is held to."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from worker.delivery.replies import enhanced_code
from worker.delivery.taxonomy import Action, Scope, Stage
from worker.result import Reply


class Case(NamedTuple):
    """What was said at which stage, whom it is about, what to do, and where it is known from."""

    stage: Stage
    reply: Reply
    scope: Scope
    action: Action
    source: str


def read_cases() -> list[Case]:
    found = []
    for path in sorted((Path(__file__).parent / "smtp" / "golden").glob("*.toml")):
        for given in tomllib.loads(path.read_text("utf-8"))["case"]:
            found.append(  # noqa: PERF401 - two loops in one line are hard to read
                Case(Stage(given["stage"]), reply_of(given["reply"]), Scope(given["scope"]),
                     Action(given["action"]), given["source"])
            )  # fmt: skip
    return found


def reply_of(text: str) -> Reply:
    code, _, words = text.partition(" ")
    return Reply(int(code), words, enhanced_code(words))
