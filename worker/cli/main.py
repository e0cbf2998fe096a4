"""All commands under one name, and what an error looks like to a person."""

import sys
from collections.abc import Sequence

import typer
from rich.console import Console

import worker
from worker.cli import acts, check, content, demo, look, pausing, reconcile, run, submit
from worker.errors import FollowupError

app = typer.Typer(
    name="followup",
    help="Sends the mail HR owes every candidate after an interview: at most once, and logged.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (run, demo, check, submit, look, acts, pausing, content, reconcile):
    app.add_typer(group.app)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        sys.stdout.write(f"followup {worker.__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),  # noqa: FBT001, FBT003 - Typer reads flags so
) -> None:
    """Every command reads config/followup.toml under FOLLOWUP_HOME, then FOLLOWUP_* variables."""


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit status (CONTRACT section 9)."""
    try:
        app(list(argv))
    except FollowupError as why:
        for line in str(why).splitlines():
            Console(stderr=True, highlight=False, soft_wrap=True).print(
                line, style="red", markup=False
            )
        return why.exit_code
    except SystemExit as end:  # Typer ends every command so, also after wrong usage
        return int(end.code or 0)
    return 0
