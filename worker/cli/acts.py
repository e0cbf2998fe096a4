"""What a person does to an entry, by its verbs: hold, release, approve, cancel and the rest."""

import getpass
from typing import Annotated

import typer
from rich.console import Console

from worker.cli import build
from worker.steps.act import act

app = typer.Typer()

Entry = Annotated[str, typer.Argument(help="The entry's name, or how it begins.")]
By = Annotated[str, typer.Option("--by", help="Who does this.", default_factory=getpass.getuser)]


def _do(entry: str, verb: str, by: str) -> None:
    given = build.settings()
    acting = build.acting(given, build.open_store(given))
    fields = act(acting, entry, verb, by=by, now=build.now()).fields
    why = f" ({_told(str(fields['why']))})" if fields["why"] else ""
    when = f", due {fields['not_before']}" if fields["status"] == "queued" else ""
    Console(stderr=True).print(f"entry {fields['entry']} is now {fields['status']}{why}{when}")


def _told(why: str) -> str:
    """What stopped a letter that somebody meant to let go is said in full."""
    if why == "superseded":
        return "superseded: a newer decision about this application was taken in"
    return why


@app.command()
def hold(entry: Entry, by: By) -> None:
    """Stop the clock of a queued entry."""
    _do(entry, "hold", by)


@app.command()
def release(entry: Entry, by: By) -> None:
    """Let a held entry go."""
    _do(entry, "release", by)


@app.command()
def approve(entry: Entry, by: By) -> None:
    """Agree as the second person; never the one who decided."""
    _do(entry, "approve", by)


@app.command()
def cancel(entry: Entry, by: By) -> None:
    """Stop an entry for good; once confirmed, no letter leaves."""
    _do(entry, "cancel", by)


@app.command("send-now")
def send_now(entry: Entry, by: By) -> None:
    """Skip what is left of the undo window, or of a retry's wait."""
    _do(entry, "send-now", by)


@app.command()
def called(entry: Entry, by: By) -> None:
    """The candidate was told by phone; the entry is done."""
    _do(entry, "called", by)


@app.command()
def resend(entry: Entry, by: By) -> None:
    """Try a failed entry again, with the same letter; mend what made it fail first."""
    _do(entry, "resend", by)


@app.command()
def resolve(
    entry: Entry,
    by: By,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="What you found out.")],
) -> None:
    """Say what became of an unsure entry, or of one held as restored, once you know it."""
    _do(entry, "sent" if sent else "not-sent", by)
