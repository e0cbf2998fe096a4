"""Rows handed in as a file is, in the process of the test: judged, sealed and stored."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from workplace import as_csv, environment, settings

from worker.cli import build
from worker.errors import BadSubmission
from worker.intake.mailform import DecisionMail, read_mail
from worker.intake.sheets import open_sheet
from worker.settings import Settings
from worker.steps.take import Answer, take_rows
from worker.store import ledger
from worker.store.engine import Store
from worker.store.ledger import Arrival


@contextmanager
def house(home: Path, **more: str) -> Iterator[tuple[Settings, Store]]:
    home.mkdir(exist_ok=True)
    given = settings(home, environment(25, **more))
    store = build.open_store(given)
    try:
        yield given, store
    finally:
        store.close()


def take(given: Settings, store: Store, rows: Iterable[Mapping[str, str]]) -> list[Answer]:
    """The rows as a file, through everything that a dropped file goes through."""
    rules = build.house(given)
    file = given.csv.folder.parent / "rows.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(as_csv(list(rows)))
    arrival = Arrival(id=build.new_token(), source="csv", name="rows.csv")
    ledger.begin(store, arrival, build.now())
    sheet = open_sheet(file, rules.words, build.sheet_rules(given))
    return list(take_rows(sheet.rows, arrival, build.taking(store, rules)))


def take_mail(given: Settings, store: Store, raw: bytes) -> list[Answer]:
    """The decision in a mail that is believed; none when it can't be read."""
    rules = build.house(given)
    arrival = Arrival(id=build.new_token(), source="mailbox", name="uid 1")
    ledger.begin(store, arrival, build.now())
    try:
        read = read_mail(raw, rules.words)
    except BadSubmission:
        return []
    rows = read.rows if isinstance(read, DecisionMail) else None
    return list(take_rows(lambda: rows or (), arrival, build.taking(store, rules)))


def taken(home: Path, *rows: Mapping[str, str], **more: str) -> list[Answer]:
    with house(home, **more) as (given, store):
        return take(given, store, rows)
