"""``submit``: take in one file from the command line, or only say what would become of it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli import build, look
from worker.cli.reporting import heard, reporting
from worker.errors import BadSubmission
from worker.intake import Row
from worker.intake.sheets import Sheet, open_sheet
from worker.steps.judge import House
from worker.steps.rehearse import rehearse
from worker.steps.take import Answer, Taking, Tally, take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending
from worker.store.upgrade import upgrade

app = typer.Typer()

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; keep nothing.")]


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="A .csv, .tsv, .txt or .xlsx file.")],
    dry_run: DryRun = False,  # noqa: FBT002 - Typer reads flags so
    as_json: look.Json = False,  # noqa: FBT002 - same
) -> None:
    """Take in a file of decisions, row by row; the file stays where it is."""
    given = build.settings()
    rules = build.house(given)
    try:
        sheet = open_sheet(file, rules.words, build.sheet_rules(given))
    except BadSubmission as why:
        raise BadSubmission(f"{file}: {why}") from None
    store = build.open_store(given)
    tally = Tally()
    into = heard(build.taking(store, rules), reporting(given, store, rules))
    answers = _rehearsed(sheet, store, rules) if dry_run else _taken(sheet, into, store, tally)
    _report(answers, tally, sheet, as_json=as_json)
    if tally.counts()["refused"]:
        raise typer.Exit(3)


def _taken(sheet: Sheet, into: Taking, store: Store, tally: Tally) -> Iterator[Answer]:
    """``tally`` is counted by the reader of the answers, before the submission is closed."""
    arrival = Arrival(id=build.new_token(), source="submit", name=sheet.name)
    ledger.begin(store, arrival, build.now())
    yield from take_rows(sheet.rows, arrival, into)
    ending = Ending(state="taken", event="submission_taken", counts=tally.counts())
    ledger.finish(store, arrival, ending, build.now())


def _rehearsed(sheet: Sheet, store: Store, rules: House) -> Iterator[Answer]:
    arrival = Arrival(id=build.new_token(), source="submit", name=sheet.name)
    with tempfile.TemporaryDirectory(prefix="followup-") as folder:
        scratch = Store(f"sqlite:///{folder}/scratch.db")
        upgrade(scratch)
        yield from rehearse(sheet.rows, arrival, build.taking(scratch, rules), store)
        scratch.close()


def _report(answers: Iterator[Answer], tally: Tally, sheet: Sheet, *, as_json: bool) -> None:
    console = Console(stderr=True)
    for warning in sheet.warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False)
    if as_json:
        look.write_lines(_line(each, tally) for each in answers)
    else:
        _table(answers, tally)
    counts = tally.counts()
    console.print(", ".join(f"{number} {name}" for name, number in counts.items()))


def _line(answer: Answer, tally: Tally) -> dict[str, object]:
    verdict = answer.verdict
    tally.add(verdict)
    sealed = answer.judged.sealed if answer.judged else None
    due = sealed.not_before if sealed else None
    return {
        "row": verdict.row, "status": verdict.status, "entry": verdict.entry,
        "problem": verdict.problem, "outcome": sealed.decision.outcome if sealed else None,
        "email": sealed.decision.email if sealed else _email(answer.row),
        "not_before": due.isoformat().replace("+00:00", "Z") if due else None,
    }  # fmt: skip


def _email(row: Row) -> str | None:
    return row.fields.get("email")


def _table(answers: Iterator[Answer], tally: Tally) -> None:
    table = Table(box=None, header_style="bold")
    for column in ("row", "status", "outcome", "to", "when", "note"):
        table.add_column(column, overflow="fold")
    for answer in answers:
        line = _line(answer, tally)
        table.add_row(
            str(line["row"]), look.coloured(line["status"]), str(line["outcome"] or ""),
            Text(str(line["email"] or "")), str(line["not_before"] or "")[:16].replace("T", " "),
            Text(str(line["problem"] or "")),
        )  # fmt: skip
    Console().print(table)
