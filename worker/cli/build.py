"""The composition root: settings become the parts that steps work with. Shared with the tests.

The only place that reads the clock, the environment, the host's name and randomness.
"""

import os
import secrets
import socket
import sys
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import worker
from worker import catalogue, columns, log
from worker.calendars import Calendars
from worker.cli import accounts, people
from worker.delivery.connect import Account
from worker.errors import SettingsError
from worker.intake.mailbox import MailboxAccount
from worker.intake.sheets import SheetRules
from worker.letter import Mailbox
from worker.policy.guards import Guards
from worker.policy.promises import Duty
from worker.policy.reasonpolicy import Policies
from worker.reading import Reading
from worker.render import Company, Renderer
from worker.settings import Settings, load
from worker.steps.act import Acting
from worker.steps.judge import By, House, judge, read_row
from worker.steps.take import Taking
from worker.store.engine import Checkpoint, Store, pass_by
from worker.store.upgrade import upgrade

VERSION = worker.__version__

_HOST = socket.gethostname()[:24]

#: Where templates, the catalogue and the examples that come with followup lie.
SHIPPED = Path(worker.__file__).parent.parent


def now() -> datetime:
    """The clock of everything."""
    return datetime.now(UTC)


def new_token() -> str:
    """The name of an entry: 80 random bits, unguessable, short enough to read out."""
    return secrets.token_hex(10)


def new_lease() -> str:
    """Who holds an entry: this host and process, and a number that no other claim has."""
    return f"{_HOST}:{os.getpid()}:{secrets.token_hex(6)}"


def settings() -> Settings:
    """The settings of this process. Raises ``SettingsError``."""
    return load(os.environ)


def open_store(given: Settings, checkpoint: Checkpoint = pass_by) -> Store:
    """The database, brought up to date. Raises ``StoreError``."""
    store = Store(given.store.url.get_secret_value(), checkpoint,
                  network_disk=given.store.network_disk)  # fmt: skip
    upgrade(store)
    return store


def words(given: Settings) -> columns.Words:
    """The headers and spellings that are understood."""
    return columns.words(given.csv.aliases, given.csv.outcomes)


def renderer(given: Settings) -> Renderer:
    """The templates: the operator's own first."""
    own = [given.templates_folder] if given.templates_folder else []
    return Renderer([*own, SHIPPED / "templates"], company(given))


def company(given: Settings) -> Company:
    """The company as letters name it. Raises ``SettingsError`` when its name is not set."""
    if given.company.name is None:
        raise SettingsError([
            p for p in given.problems_for_sending() if p.startswith("company.name")
        ])  # fmt: skip
    return Company(
        name=given.company.name,
        language=given.company.language,
        country=given.company.country,
        careers_url=given.company.careers_url,
        links=given.company.links,
        hr_address=given.company.hr_address,
    )


def reasons_path(given: Settings) -> Path:
    """The operator's catalogue of reasons when there is one, else the shipped one."""
    own = given.reasons.catalogue
    return own if own.exists() else SHIPPED / "config" / "reasons.toml"


def house(given: Settings) -> House:
    """All rules for judging. Raises ``SettingsError`` when something a letter needs is missing."""
    if problems := given.problems_for_sending():
        raise SettingsError(problems)
    known = words(given)
    return House(
        words=known,
        reading=Reading(
            outcome=lambda text: columns.read_outcome(text, known),
            zone=given.company.zone,
            date_format=given.csv.date_format,
        ),
        renderer=renderer(given),
        sender=Mailbox(given.smtp.sender_address, given.smtp.sender_name),
        reply_to=Mailbox(given.company.hr_address or given.smtp.sender_address),
        guards=guards(given),
        ours=people.ours_of(given),
        policies=policies(given),
        catalogue=catalogue.load_catalogue(reasons_path(given)),
        timings=given.timing.by_outcome(),
        zone=given.company.zone,
        calendars=calendars(given),
        duty=Duty(given.promises.inform, given.company.country),
        confirm_call=given.channels.confirm_call,
        confirm_in_person=given.channels.confirm_in_person,
    )


def guards(given: Settings) -> Guards:
    """The switches of ``[guards]``; they have the same names in the settings."""
    return Guards(**{each.name: getattr(given.guards, each.name) for each in fields(Guards)})


def taking(store: Store, rules: House, by: By | None = None) -> Taking:
    """How rows are judged and where they go."""
    who = by or By()
    return Taking(
        store=store,
        judge=lambda row: judge(row, rules, who, new_token(), now()),
        reads=lambda row: read_row(row, rules),
        looks=lambda row: judge(row, rules, who.ahead(), new_token(), now()),
        now=now,
        guards=rules.guards,
        zone=rules.zone,
    )


def policies(given: Settings) -> Policies:
    """What may be said about why, by job and country."""
    return Policies(
        default=given.reasons.policy,
        countries=given.reasons.countries,
        jobs=given.reasons.jobs,
        country=given.company.country,
    )


def calendars(given: Settings) -> Calendars:
    """Whose holidays count. Raises ``SettingsError`` for a country without known ones."""
    found = Calendars(given.company.zone, given.company.country, given.timing.holidays)
    if problems := found.mistakes():
        raise SettingsError(problems)
    return found


def decision_address(given: Settings) -> str:
    """The address that leads to the decision mailbox, as far as the settings tell."""
    username = given.mailbox.username or ""
    mailbox = username if "@" in username else given.smtp.sender_address
    return given.mailbox.address or mailbox


def sheet_rules(given: Settings) -> SheetRules:
    """How spreadsheets are read."""
    return SheetRules(
        legacy_encoding=given.csv.legacy_encoding,
        max_rows=given.csv.max_rows,
        max_bytes=given.csv.max_bytes,
    )


def configure_log(given: Settings) -> None:
    """Log to standard error, as the settings say."""
    log.configure(given.log.level, given.log.format, sys.stderr)


def tell_crash() -> None:
    """Log the exception at hand: its type and place; its message may quote somebody's data."""
    log.logger().error("crashed", exc_info=True)


def tell(event: str, **fields: object) -> None:
    """Write one line to the log."""
    log.logger().info(event, **fields)


def account(given: Settings) -> Account:
    """The mail server."""
    return accounts.smtp_account(given, now, pause_of(given))


def mailbox_account(given: Settings) -> MailboxAccount:
    """The decision mailbox; the settings have made sure that all of it is there."""
    return accounts.mailbox_account(given, now)


def pause_of(given: Settings) -> timedelta:
    """How long sending rests after a problem about us: never longer than an entry's first wait."""
    return min(given.smtp.pause, given.retry.first)


def acting(given: Settings, store: Store) -> Acting:
    """What the verbs of people need."""
    return Acting(
        store, given.timing.by_outcome(), calendars(given), given.channels.confirm_call,
        deciders=list(people.deciders(given).values()),
    )  # fmt: skip
