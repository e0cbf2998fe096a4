"""``pause`` and ``resume``, and how ``status`` and ``check`` tell what rests and at what pace."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from worker.cli import build
from worker.cli.acts import By
from worker.settings import Settings
from worker.settings.texts import per_minute
from worker.store import pauses, rate
from worker.store.engine import Store
from worker.store.pauses import PERSON, Pause

app = typer.Typer()

Why = Annotated[str, typer.Option("--why", help="For whoever asks `followup status`.")]


@app.command()
def pause(by: By, why: Why = "paused by hand") -> None:
    """Stop all sending, of every worker, until somebody resumes; the letter at hand is finished."""
    now = build.now()
    made = Pause(scope=PERSON, why=f"{why} ({by})", mend="`followup resume` lets it go on",
                 since=now, until=None)  # fmt: skip
    with build.open_store(build.settings()).write() as connection:
        done = pauses.pause_sending(connection, made, now=now, by=by)
    _say("sending rests until `followup resume`" if done else "sending is paused already")


@app.command()
def resume(by: By) -> None:
    """Let sending go on: after `pause`, after too many refusals, or to try again at once."""
    store, now = build.open_store(build.settings()), build.now()
    ended = pauses.resume(store, now=now, by=by)
    left = pauses.standing(store, now).holding
    for each in ended:
        _say(f"ended: {each.why}")
    for each in left:
        _say(f"stays: {each.why}; {each.mend}")
    if not left:
        _say("sending goes on" if ended else "sending does not rest")


def _say(text: str) -> None:
    Console(stderr=True, soft_wrap=True).print(text, markup=False, highlight=False)


def in_words(store: Store, now: datetime) -> Iterator[tuple[str, str, bool]]:
    """Each pause in force: what rests and why, how to mend it, and whether it was meant."""
    for each in pauses.standing(store, now).holding:
        until = f" until {each.until:%Y-%m-%d %H:%M:%S} UTC" if each.until else ""
        yield f"{_what(each)} rests{until}: {each.why}", each.mend, each.scope == PERSON


def _what(given: Pause) -> str:
    name = given.scope.removeprefix(pauses.DOMAIN)
    if name != given.scope:
        return f"mail to {name}"
    return "sending letters" if given.scope == pauses.BREAKER else "sending"


def as_json(store: Store, now: datetime) -> list[Mapping[str, object]]:
    """Each pause in force, for machines."""
    return [
        {"scope": each.scope, "why": each.why, "mend": each.mend, "since": _utc(each.since),
         "until": _utc(each.until)}
        for each in pauses.standing(store, now).holding
    ]  # fmt: skip


def _utc(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def pace(given: Settings, store: Store, now: datetime) -> tuple[float | None, bool]:
    """Letters a minute, None without a limit; and whether a server made it slower than set."""
    limit = per_minute(given.smtp.rate)
    found = rate.per_minute(store, limit, now)
    return found, found != limit
