"""What a person does to an entry, by its verbs: hold, release, approve, cancel and the rest."""

import getpass
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console

from worker.cli import build
from worker.errors import NotAllowed
from worker.steps.act import act
from worker.steps.actall import act_on_all

app = typer.Typer()

Entry = Annotated[str, typer.Argument(help="The entry's name, or how it begins.")]
By = Annotated[str, typer.Option("--by", help="Who does this.", default_factory=getpass.getuser)]
All = Annotated[
    bool,
    typer.Option("--all", help="And all of the same file or mail that waits for the same thing."),
]


def _do_all(entry: str, verb: str, by: str) -> None:
    given = build.settings()
    acting = build.acting(given, build.open_store(given))
    done = act_on_all(acting, entry, verb, by=by, now=build.now())
    states = Counter(f"{each.fields['status']}{_why(each.fields['why'])}" for each in done.entries)
    told = Console(stderr=True)
    for state, number in states.items():
        told.print(f"{number} {'entry is' if number == 1 else 'entries are'} now {state}")
    if done.refused:
        more = f" (and {len(done.refused) - 1} more)" if done.refused[1:] else ""
        raise NotAllowed(f"{done.refused[0]}{more}")


def _do(entry: str, verb: str, by: str) -> None:
    given = build.settings()
    acting = build.acting(given, build.open_store(given))
    fields = act(acting, entry, verb, by=by, now=build.now()).fields
    why = _why(fields["why"])
    when = f", due {fields['not_before']}" if fields["status"] == "queued" else ""
    Console(stderr=True).print(f"entry {fields['entry']} is now {fields['status']}{why}{when}")


def _why(why: object) -> str:
    """What stopped a letter that somebody meant to let go is said in full."""
    if why == "superseded":
        return " (superseded: a newer decision about this application was taken in)"
    return f" ({why})" if why else ""


@app.command()
def hold(entry: Entry, by: By) -> None:
    """Stop the clock of a queued entry."""
    _do(entry, "hold", by)


@app.command()
def release(entry: Entry, by: By, *, all_of_them: All = False) -> None:
    """Let a held entry go."""
    (_do_all if all_of_them else _do)(entry, "release", by)


@app.command()
def approve(entry: Entry, by: By, *, all_of_them: All = False) -> None:
    """Agree as the second person; never the one who decided."""
    (_do_all if all_of_them else _do)(entry, "approve", by)


@app.command()
def cancel(entry: Entry, by: By, *, all_of_them: All = False) -> None:
    """Stop an entry for good; once confirmed, no letter leaves."""
    (_do_all if all_of_them else _do)(entry, "cancel", by)


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
