"""``demo``: the main job on sample decisions, with a mail catcher instead of a mail server.

Needs no configuration, no root and no network, and touches nothing outside a temporary folder.
"""

import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli import build, look
from worker.cli.run import parts, run_until
from worker.delivery.catcher import Catcher
from worker.lifecycle import Status
from worker.loop import stopped_by_signals
from worker.settings import Settings, load
from worker.store import views
from worker.store.engine import Store

app = typer.Typer()

#: Seconds after which a demo that has not come to its end says so.
PATIENCE = 60


@app.command()
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="End when the letters are sent.")] = False,  # noqa: FBT002 - Typer reads flags so
) -> None:
    """Sample decisions in, letters out, caught as files to open."""
    home = Path(tempfile.mkdtemp(prefix="followup-demo-"))
    console = Console()
    with Catcher(home / "letters") as catcher:
        given = load(_environment(catcher.port), home)
        build.configure_log(given)
        store = build.open_store(given)
        stop = threading.Event()
        worker = threading.Thread(target=run_until, args=(parts(given, store, stop), stop))
        with stopped_by_signals(stop):
            worker.start()
            try:
                settled = _play(given, store, console, stop)
                _show(given, store, console, home)
                if not leave:
                    console.print("\nDrop files of your own there; Ctrl-C ends the demo.")
                    stop.wait()
            finally:
                stop.set()
                worker.join()
                store.close()
    if not settled:
        raise typer.Exit(1)


def _environment(port: int) -> dict[str, str]:
    return {
        "FOLLOWUP_COMPANY__NAME": "Acme GmbH",
        "FOLLOWUP_COMPANY__CAREERS_URL": "https://acme.example/careers",
        "FOLLOWUP_COMPANY__LINKS": '{"LinkedIn": "https://www.linkedin.example/company/acme"}',
        "FOLLOWUP_COMPANY__HR_ADDRESS": "hr@acme.example",
        "FOLLOWUP_SMTP__PORT": str(port),
        "FOLLOWUP_SMTP__SECURITY": "none",
        "FOLLOWUP_SMTP__SENDER": "Acme Talent <talent@acme.example>",
        "FOLLOWUP_TIMING__HOLD": "1s",
        "FOLLOWUP_TIMING__HOURS": "always",
        "FOLLOWUP_TIMING__HOLIDAYS": "[]",
        "FOLLOWUP_CSV__SETTLE": "0s",
        "FOLLOWUP_CSV__POLL": "1s",
    }


def _play(given: Settings, store: Store, console: Console, stop: threading.Event) -> bool:
    """Drop the sample and wait until nothing moves any more."""
    sample = build.SHIPPED / "examples" / "decisions.csv"
    console.print(f"Dropping {sample.name} into {given.csv.folder}")
    part = given.csv.folder / f".{sample.name}.tmp"
    shutil.copyfile(sample, part)
    part.rename(given.csv.folder / sample.name)
    result = given.csv.folder / "done" / f"{sample.stem}.result.csv"
    until = time.monotonic() + PATIENCE
    with console.status("taking in and sending"):
        while time.monotonic() < until and not stop.wait(0.2):
            counts = views.counts(store)
            if result.exists() and not counts[Status.QUEUED] and not counts[Status.SENDING]:
                return True
    return False


def _show(given: Settings, store: Store, console: Console, home: Path) -> None:
    table = Table(box=None, header_style="bold")
    for column in ("row", "candidate", "outcome", "status", "what that means"):
        table.add_column(column, overflow="fold")
    for row in views.entries(store, views.Asked()):
        status = look.coloured(row["status"])
        meaning = _MEANING.get(str(row["why"]), _MEANING.get(str(row["status"]), ""))
        table.add_row(str(row["row"]), Text(str(row["name"])), str(row["outcome"]), status, meaning)
    console.print(table)
    problems = given.csv.folder / "problems" / "decisions.csv"
    if problems.exists():
        console.print(f"\nRefused rows, with what to mend: {problems}", soft_wrap=True)
    console.print(f"The letters as files to open:     {home / 'letters'}", soft_wrap=True)
    console.print(f"To look closer:                   FOLLOWUP_HOME={home} ./run list"
                  f"\n                                  FOLLOWUP_HOME={home} ./run journal",
                  soft_wrap=True)  # fmt: skip


_MEANING = {
    "sent": "the mail server took it",
    "approval": "an offer needs a second person: followup approve",
    "call": "call first, then: followup called",
    "done": "recorded; nobody is mailed",
}


@app.command()
def catch(
    folder: Annotated[Path, typer.Option(help="Where the letters go.")] = Path("letters"),
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port.")] = 1025,
) -> None:
    """Run the mail catcher: every letter becomes files to open, nothing goes out."""
    stop = threading.Event()
    with Catcher(folder, host, port) as catcher, stopped_by_signals(stop):
        Console(stderr=True).print(f"catching on {host}:{catcher.port}, letters go to {folder}")
        stop.wait()
