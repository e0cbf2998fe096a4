"""What settings are when they are right."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from configured import MAILBOX, read
from pydantic import ValidationError

from worker.decision import Outcome
from worker.errors import SettingsError
from worker.policy.timing import parse_hours
from worker.settings import inert


def test_an_empty_folder_gives_the_defaults_of_the_contract(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.security) == (
        "127.0.0.1",
        25,
        "starttls",
    )
    assert settings.csv.settle == timedelta(seconds=2)
    assert settings.timing.hold == timedelta(minutes=15)
    assert settings.timing.hours == parse_hours("mon-fri 08:00-18:00")
    assert settings.retry.give_up == timedelta(days=5)
    assert settings.guards.second_person == {Outcome.OFFER}
    assert settings.retention.journal == timedelta(days=3 * 365)
    assert settings.reasons.policy == "catalogue"
    assert not settings.mailbox.enabled


def test_relative_paths_start_at_home(tmp_path: Path) -> None:
    settings = read(tmp_path, {"FOLLOWUP_SMTP__CA_PATH": "ca.pem", "FOLLOWUP_CSV__FOLDER": "/in"})
    assert settings.home == tmp_path
    assert settings.smtp.ca_path == tmp_path / "ca.pem"
    assert settings.csv.folder == Path("/in")
    assert settings.reasons.catalogue == tmp_path / "config/reasons.toml"
    assert settings.store.url.get_secret_value() == f"sqlite:///{tmp_path}/var/followup.db"


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/followup.db", "postgresql+psycopg://u:p@db/followup"]
)
def test_a_database_elsewhere_stays_where_it_is(tmp_path: Path, url: str) -> None:
    settings = read(tmp_path, {"FOLLOWUP_STORE__URL": url})
    assert settings.store.url.get_secret_value() == url


def test_an_override_of_nothing_is_an_override(tmp_path: Path) -> None:
    timings = read(tmp_path, {"FOLLOWUP_TIMING__OFFER__HOLD": "0s"}).timing.by_outcome()
    assert timings[Outcome.OFFER].hold == timedelta()


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m-%d-%y", "%d %B %Y"])
def test_a_form_of_dates_names_day_month_and_year(tmp_path: Path, form: str) -> None:
    assert read(tmp_path, {"FOLLOWUP_CSV__DATE_FORMAT": form}).csv.date_format == form


def test_the_zone_of_the_company_is_ready_to_use(tmp_path: Path) -> None:
    settings = read(tmp_path, {"FOLLOWUP_COMPANY__TIMEZONE": "Europe/Berlin"})
    assert settings.company.zone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2s", 2), ("15m", 900), ("4h", 14400), ("5d", 432_000), ("2w", 1_209_600), ("0.5s", 0.5)],
)
def test_durations_are_a_number_and_a_unit(tmp_path: Path, text: str, seconds: float) -> None:
    settings = read(tmp_path, {"FOLLOWUP_CSV__SETTLE": text})
    assert settings.csv.settle == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Acme Talent <talent@acme.example>", "Acme Talent", "talent@acme.example"),
        ('"Acme, Inc." <talent@acme.example>', "Acme, Inc.", "talent@acme.example"),
        ("talent@acme.example", "", "talent@acme.example"),
    ],
)
def test_the_sender_is_a_name_and_an_address(
    tmp_path: Path, text: str, name: str, address: str
) -> None:
    smtp = read(tmp_path, {"FOLLOWUP_SMTP__SENDER": text}).smtp
    assert (smtp.sender_name, smtp.sender_address) == (name, address)


def test_bounces_come_back_to_the_sender_unless_another_address_is_named(tmp_path: Path) -> None:
    environ = {"FOLLOWUP_SMTP__SENDER": "Acme <talent@acme.example>"}
    assert read(tmp_path, environ).smtp.bounce_address == "talent@acme.example"
    named = environ | {"FOLLOWUP_SMTP__RETURN_PATH": "hr@acme.example"}
    assert read(tmp_path, named).smtp.bounce_address == "hr@acme.example"
    assert read(tmp_path).smtp.bounce_address == ""


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143), ("none", 143)])
def test_the_port_of_the_mailbox_follows_its_security(
    tmp_path: Path, security: str, port: int
) -> None:
    assert read(tmp_path, {"FOLLOWUP_MAILBOX__SECURITY": security}).mailbox.port == port


def test_a_mailbox_with_all_it_needs_is_taken(tmp_path: Path) -> None:
    assert read(tmp_path, MAILBOX).mailbox.enabled


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_login_without_encryption_is_for_this_machine_only(tmp_path: Path, host: str) -> None:
    login = {
        "FOLLOWUP_SMTP__SECURITY": "none",
        "FOLLOWUP_SMTP__USERNAME": "u",
        "FOLLOWUP_SMTP__PASSWORD": "p",
    }
    assert read(tmp_path, login | {"FOLLOWUP_SMTP__HOST": host}).smtp.host == host
    with pytest.raises(SettingsError, match=r"^smtp\.security: none would send"):
        read(tmp_path, login | {"FOLLOWUP_SMTP__HOST": "mail.acme.example"})


def test_what_sending_needs_is_told_when_it_is_missing(tmp_path: Path) -> None:
    name, sender = read(tmp_path).problems_for_sending()
    assert name.startswith("company.name: missing; set FOLLOWUP_COMPANY__NAME or company.name in")
    assert name.endswith("config/followup.toml")
    assert sender.startswith("smtp.sender: missing; set FOLLOWUP_SMTP__SENDER")


def test_nothing_is_missing_once_name_and_sender_are_set(tmp_path: Path) -> None:
    environ = {"FOLLOWUP_COMPANY__NAME": "Acme", "FOLLOWUP_SMTP__SENDER": "t@acme.example"}
    assert read(tmp_path, environ).problems_for_sending() == []


def test_settings_without_effect_are_listed_when_they_are_changed(tmp_path: Path) -> None:
    assert inert(read(tmp_path)) == []
    environ = {
        "FOLLOWUP_SMTP__RATE": "30/min",
        "FOLLOWUP_TIMING__OFFER__DEADLINE": "1 business day",
        "FOLLOWUP_RETENTION__LETTER": "7d",
        "FOLLOWUP_TIMING__HOLD": "1h",
    }
    assert inert(read(tmp_path, environ)) == ["retention.letter"]


def test_settings_can_not_be_changed_after_the_start(tmp_path: Path) -> None:
    settings = read(tmp_path)
    with pytest.raises(ValidationError, match="frozen"):
        settings.smtp.port = 26  # type: ignore[misc]
