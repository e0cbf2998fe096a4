"""``reconcile``: going on after the database was restored from a backup, or its fence was lost."""

import getpass
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from worker.cli import build, storage
from worker.steps.restore import Doubt, reconcile
from worker.store import beside, restored
from worker.store.engine import Store
from worker.store.fence import DOTS, Dot

app = typer.Typer()

_HOW = """\
What to do: find out what was sent meanwhile. The Sent folder and the bounces have the letter's
X-Followup-Id, which is the entry's name. Decisions that came in after the backup are unknown to
this database: do not drop their files again before you know.
Then: followup reconcile --done. Every letter that waits is held as "restored", and you go on
one by one: followup resolve ENTRY --sent for what went out, followup release ENTRY for what did
not, followup cancel ENTRY for what shall not."""


@app.command("reconcile")
def show_or_end(
    done: Annotated[bool, typer.Option("--done", help="You have looked; go on.")] = False,  # noqa: FBT002 - Typer reads flags so
    by: Annotated[str, typer.Option("--by", help="Who does this.")] = "",
) -> None:
    """After a restored backup: what may have been sent meanwhile, and how to go on."""
    given = build.settings()
    store = build.open_store(given)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    doubt = storage.doubt_of(given, store)
    if doubt is None:
        console.print("there is nothing to reconcile: this is the database that was sent from")
        return
    if not done:
        _show(console, store, doubt)
        raise typer.Exit(3)
    fences = beside.fences(store, storage.var(given), time.monotonic)
    held = reconcile(
        store, fences, storage.new_identity(), by=by or getpass.getuser(), now=build.now()
    )
    console.print(f"sending goes on; {held} letters are held as restored: see `followup list`")


def _show(console: Console, store: Store, doubt: Doubt) -> None:
    number, last = restored.undecided(store)
    console.print(f"Sending rests: {doubt.why}.", style="red")
    known = f"{last:%Y-%m-%d %H:%M:%S} UTC" if last else "never"
    console.print(f"The last letter that this database knows to have left: {known}.")
    _show_unknown(console, store, doubt.unknown)
    console.print(f"Letters that wait here, and may have been sent already: {number}.\n")
    console.print(_HOW, markup=False)


def _show_unknown(console: Console, store: Store, unknown: Sequence[Dot]) -> None:
    """The letters that left, or were about to, and that this database knows nothing of."""
    if not unknown:
        return
    known = restored.statuses(store, [dot.token for dot in unknown])
    at_least = "at least " if len(unknown) == DOTS else ""
    console.print(f"Letters that left, or were about to, unknown to it: {at_least}{len(unknown)}.")
    for dot in unknown:
        here = known.get(dot.token, "a decision that came after the backup")
        console.print(f"  {dot.at:%Y-%m-%d %H:%M:%S} UTC  X-Followup-Id {dot.token}  here: {here}")
