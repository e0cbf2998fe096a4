"""What letters look like before anybody gets one: ``preview``, ``templates lint``, ``list``."""

import json
import sys
import tempfile
import webbrowser
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from worker import catalogue
from worker.cli import build
from worker.decision import Outcome
from worker.errors import RenderError, SettingsError
from worker.lint import lint, lint_catalogue
from worker.render import Company, Rendered, Renderer

app = typer.Typer()
templates = typer.Typer(help="The letters' templates.")
app.add_typer(templates, name="templates")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")]

#: Stands in while there is no company.name yet: looking at letters needs no configuration.
EXAMPLE = Company(name="Example Company", careers_url="https://example.com/careers")


def _renderer() -> Renderer:
    given = build.settings()
    try:
        return build.renderer(given)
    except SettingsError:
        own = [given.templates_folder] if given.templates_folder else []
        return Renderer([*own, build.SHIPPED / "templates"], EXAMPLE)


@app.command()
def preview(
    outcome: Annotated[Outcome, typer.Argument(help="Which letter.")] = Outcome.REJECTED,
    language: Annotated[str, typer.Option(help="In which language.")] = "en",
    html: Annotated[Path | None, typer.Option(help="Write the HTML part to this file.")] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,  # noqa: FBT002 - Typer reads flags so
) -> None:
    """A letter with invented data, as the candidate would read it."""
    if outcome is Outcome.WITHDRAWN:
        raise RenderError("withdrawn is recorded and mails nobody; preview another outcome")
    letter = _renderer().sample(outcome, language)
    if opened and html is None:
        html = Path(tempfile.mkdtemp(prefix="followup-")) / f"{outcome}.html"
    if html is None:
        _print(letter)
        return
    html.write_text(letter.html, encoding="utf-8")
    Console(stderr=True).print(f"written to {html}")
    if opened:
        webbrowser.open(html.resolve().as_uri())


def _print(letter: Rendered) -> None:
    """As wide as a mail program shows plain text."""
    console = Console(width=min(80, Console().width))
    console.print(Panel(Text(letter.text), title=Text(letter.subject), title_align="left"))
    for warning in letter.warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False)


@templates.command("list")
def list_templates(as_json: Json = False) -> None:  # noqa: FBT002 - Typer reads flags so
    """Every letter: outcome, language, and the folder that wins."""
    for outcome, language, folder in _renderer().templates():
        row = {"outcome": outcome, "language": language, "folder": str(folder)}
        sys.stdout.write(json.dumps(row) if as_json else "  ".join(row.values()))
        sys.stdout.write("\n")


@templates.command("lint")
def lint_templates(as_json: Json = False) -> None:  # noqa: FBT002 - Typer reads flags so
    """Find what is wrong with letters and approved reasons; exit status 3 when something is."""
    reasons = build.reasons_path(build.settings())
    findings = [
        *lint(_renderer()),
        *lint_catalogue(catalogue.load_catalogue(reasons), reasons),
    ]
    console = Console(stderr=True, highlight=False)
    problems = [each for each in findings if not each.note]
    for each in findings:
        if as_json:
            sys.stdout.write(json.dumps(asdict(each), ensure_ascii=False) + "\n")
            continue
        place = f"{each.template}:{each.line}" if each.line else each.template
        console.print(f"{place}: {each.rule}: {each.message}; {each.mend}", markup=False,
                      soft_wrap=True)  # fmt: skip
    if problems:
        raise typer.Exit(3)
    console.print("nothing to mend")
