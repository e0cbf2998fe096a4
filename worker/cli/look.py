"""Looking: ``list``, ``show``, ``journal``, ``status``. For people a table, for machines JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from worker.cli import build, channels, measured, pausing, promising
from worker.lifecycle import Kind, Status
from worker.plain import plain
from worker.store import dues, pauses, shadow, views

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")]

#: What each status looks like: to be done is yellow, done is green, gone wrong is red.
COLOURS: Mapping[str, str] = {
    "held": "yellow", "queued": "cyan", "sending": "cyan", "sent": "green", "done": "green",
    "unsure": "bold red", "failed": "red", "bounced": "red", "cancelled": "dim",
}  # fmt: skip


def write_lines(rows: Iterable[Mapping[str, object]]) -> None:
    """One JSON object a line, to standard output."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def coloured(status: object) -> Text:
    """A status, as people see it everywhere."""
    return Text(str(status), style=COLOURS.get(str(status), ""))


@app.command("list")
def list_entries(
    status: Annotated[list[Status] | None, typer.Option(help="Only these.")] = None,
    notices: Annotated[bool, typer.Option(help="Mail to deciders instead of letters.")] = False,  # noqa: FBT002 - Typer reads flags so
    last: Annotated[int | None, typer.Option(min=1, help="Only the newest N.")] = None,
    due: Annotated[bool, typer.Option(help="Promised days that are open instead.")] = False,  # noqa: FBT002 - same
    as_json: Json = False,  # noqa: FBT002 - same
) -> None:
    """The entries: one row for each decision that was taken in."""
    if due:
        _list_days(as_json=as_json)
        return
    asked = views.Asked(
        status=status or (),
        kind=Kind.NOTICE if notices else Kind.LETTER,
        limit=last,
        newest_first=last is not None,
    )
    rows = views.entries(build.open_store(build.settings()), asked)
    if as_json:
        write_lines(rows)
        return
    table = Table(box=None, header_style="bold")
    table.add_column("entry", no_wrap=True, min_width=20)
    for column in ("status", "outcome", "to", "job", "when", "last answer"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row))
    Console().print(table if table.row_count else "No entries yet.")


def _list_days(*, as_json: bool) -> None:
    given = build.settings()
    days = promising.open_days(given, build.open_store(given), build.now())
    if as_json:
        write_lines(days)
        return
    table = promising.as_table(days)
    Console().print(table if table.row_count else "No promised day is open.")


def _cells(row: Mapping[str, object]) -> tuple[str | Text, ...]:
    state = coloured(row["status"])
    if row["why"]:
        state.append(f" ({row['why']})", style="dim")
    when = row["sent_at"] or (row["not_before"] if row["status"] == "queued" else None)
    who = f"{row['name'] or ''} <{row['email']}>".strip()
    return (
        str(row["entry"]), state, str(row["outcome"] or ""), Text(who),
        Text(str(row["job_title"] or "")), str(when or "")[:16].replace("T", " "),
        Text(str(row["last_reply"] or "")),
    )  # fmt: skip


@app.command()
def show(
    entry: Annotated[str, typer.Argument(help="The entry's name, or how it begins.")],
    as_json: Json = False,  # noqa: FBT002 - Typer reads flags so
    source: Annotated[bool, typer.Option(help="The letter's bytes as sealed.")] = False,  # noqa: FBT002 - same
) -> None:
    """One entry: the decision, its history, the sealed letter."""
    store = build.open_store(build.settings())
    found = views.find(store, entry)
    if source:
        sys.stdout.buffer.write(found.content or b"")
        return
    history = list(views.journal_lines(store, found.id))
    if as_json:
        write_lines([{**found.fields, "decision": dict(found.decision), "journal": history}])
        return
    console = Console()
    console.print(_pairs({**found.fields, **found.decision}))
    if (letter := plain(found.content)) is not None:
        console.print(Panel(Text(letter.text.strip()), title=Text(letter.subject)))
    console.print(_history(history))


def _pairs(fields: Mapping[str, object]) -> Table:
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in fields.items():
        if value not in (None, [], ""):
            told = ", ".join(value) if isinstance(value, list) else str(value)
            table.add_row(name, coloured(value) if name == "status" else Text(told))
    return table


def _history(lines: Iterable[Mapping[str, object]]) -> Table:
    table = Table(box=None, header_style="bold", title_justify="left")
    for column in ("at", "entry", "event", "status", "detail"):
        table.add_column(column, overflow="fold")
    for line in lines:
        detail = line["detail"]
        told = ", ".join(f"{k}: {v}" for k, v in _told(line, detail))
        table.add_row(str(line["at"])[:19].replace("T", " "), str(line["entry"] or ""),
                      str(line["event"]), coloured(line["status"] or ""), Text(told))  # fmt: skip
    return table


def _told(line: Mapping[str, object], detail: object) -> Iterator[tuple[str, object]]:
    """The detail, and who did it; a lease (with its colons) says nothing to people."""
    if isinstance(detail, dict):
        yield from detail.items()
    who = str(line["worker"] or "")
    if who and ":" not in who:
        yield "by", who


@app.command()
def journal(
    entry: Annotated[str | None, typer.Argument(help="Only this entry's.")] = None,
    as_json: Json = False,  # noqa: FBT002 - Typer reads flags so
) -> None:
    """Everything that happened, oldest first: the log of delivery."""
    store = build.open_store(build.settings())
    lines = views.journal_lines(store, views.find(store, entry).id if entry else None)
    if as_json:
        write_lines(lines)
    else:
        Console().print(_history(lines))


@app.command()
def status(as_json: Json = False) -> None:  # noqa: FBT002 - Typer reads flags so
    """How many entries are in each state, what is next, and whether sending rests."""
    given, now = build.settings(), build.now()
    store = build.open_store(given)
    counts, due = views.counts(store), views.next_due(store)
    short = store.shortage()
    next_due = due.isoformat().replace("+00:00", "Z") if due else None
    follow_up = measured.follow_up(given, store, now)
    overdue = dues.overdue(store, promising.today(given, now))
    in_shadow = shadow.waiting(store)
    if as_json:
        rests = pauses.paused(store, now)
        write_lines([{
            **counts, "next_due": next_due, "paused": rests.why if rests else short,
            "pauses": pausing.as_json(store, now),
            "letters_a_minute": pausing.pace(given, store, now)[0],
            "overdue": overdue, "shadow": dict(in_shadow),
            "follow_up": measured.as_json(follow_up),
        }])  # fmt: skip
        return
    table = Table(box=None, show_header=False)
    for name, number in counts.items():
        table.add_row(coloured(name), str(number))
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    console.print(f"next due: {next_due or 'nothing waits'}")
    pace, slowed = pausing.pace(given, store, now)
    if pace is not None:
        why = ", slowed down because the server finds us too fast" if slowed else ""
        console.print(f"pace: {pace:g} letters a minute{why}")
    if short:
        console.print(f"sending rests: {short}", style="red")
    for why, mend, _ in pausing.in_words(store, now):
        console.print(Text(why, style="red"), Text(f"\n    {mend}"), sep="")
    for told in channels.in_words(given, in_shadow):
        console.print(told, style="yellow")
    if overdue:
        console.print(f"overdue: {overdue} promised days; see followup list --due", style="red")
    if follow_up:
        console.print(f"\n{measured.TITLE}", measured.as_table(follow_up), sep="\n")
