"""Where settings come from, and which source wins."""

from datetime import timedelta
from pathlib import Path

import pytest
from configured import read, write_start_file

from worker.decision import Outcome
from worker.errors import SettingsError
from worker.policy.timing import ALWAYS
from worker.settings import Settings, load
from worker.settings.model import KEYS


def test_home_comes_from_its_variable(tmp_path: Path) -> None:
    write_start_file(tmp_path, '[company]\nname = "Acme"\n')
    settings = load({"FOLLOWUP_HOME": str(tmp_path)}, secrets=tmp_path / "secrets")
    assert (settings.home, settings.company.name) == (tmp_path, "Acme")


def test_a_home_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"FOLLOWUP_HOME: .*nowhere is not a folder"):
        load({"FOLLOWUP_HOME": str(tmp_path / "nowhere")})


def test_the_environment_wins_over_secrets_and_secrets_over_the_start_file(tmp_path: Path) -> None:
    write_start_file(tmp_path, '[smtp]\nhost = "toml"\nusername = "toml"\npassword = "toml"\n')
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "FOLLOWUP_SMTP__PASSWORD").write_text("mounted\n")
    (tmp_path / "secrets" / "FOLLOWUP_SMTP__USERNAME").write_text("mounted\n")
    smtp = read(tmp_path, {"FOLLOWUP_SMTP__USERNAME": "environ"}).smtp
    assert smtp.password
    assert (smtp.host, smtp.username, smtp.password.get_secret_value()) == (
        "toml",
        "environ",
        "mounted",
    )


def test_secrets_may_lie_in_a_folder_for_each_section(tmp_path: Path) -> None:
    folder = tmp_path / "secrets" / "FOLLOWUP_SMTP"
    folder.mkdir(parents=True)
    (folder / "PASSWORD").write_text("mounted")
    (folder / "..data").write_text("not ours")
    (tmp_path / "secrets" / "another-program").write_text("not ours")
    smtp = read(tmp_path, {"FOLLOWUP_SMTP__USERNAME": "talent"}).smtp
    assert smtp.password
    assert smtp.password.get_secret_value() == "mounted"


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "s3cret\r\n", "\ufeffs3cret\n"])
def test_a_value_is_read_from_the_file_that_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "password").write_text(content, encoding="utf-8", newline="")
    environ = {"FOLLOWUP_SMTP__USERNAME": "u", "FOLLOWUP_SMTP__PASSWORD_FILE": "password"}
    password = read(tmp_path, environ).smtp.password
    assert password
    assert password.get_secret_value() == "s3cret"


def test_every_key_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "deciders").write_text('[{"address": "dana@acme.example"}]\n')
    settings = read(tmp_path, {"FOLLOWUP_DECIDERS_FILE": "deciders"})
    assert [decider.address for decider in settings.deciders] == ["dana@acme.example"]


def test_no_key_ends_in_file_so_that_the_suffix_has_one_meaning() -> None:
    assert not [key for key in KEYS if key.endswith("_file")]


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    environ = {"FOLLOWUP_SMTP__USERNAME": "", "FOLLOWUP_SMTP__PASSWORD_FILE": ""}
    assert read(tmp_path, environ).smtp.username is None


def test_lists_and_mappings_are_json_in_a_variable(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        {
            "FOLLOWUP_GUARDS__SECOND_PERSON": "[]",
            "FOLLOWUP_CSV__ALIASES": '{"job_title": ["Requisition"]}',
            "FOLLOWUP_CSV__OUTCOMES__REJECTED": '["nope"]',
            "FOLLOWUP_COMPANY__LINKS__LINKEDIN": "https://linkedin.example/acme",
            "FOLLOWUP_DECIDERS": '[{"address": "Dana@ACME.example", "outcomes": ["offer"]}]',
        },
    )
    assert settings.guards.second_person == frozenset()
    assert settings.csv.aliases == {"job_title": ("Requisition",)}
    assert settings.csv.outcomes == {"rejected": ("nope",)}
    assert settings.company.links == {"linkedin": "https://linkedin.example/acme"}
    assert settings.deciders[0].address == "Dana@acme.example"
    assert settings.deciders[0].outcomes == {Outcome.OFFER}


@pytest.mark.parametrize("password", ['{"a": 1}', "[x", "null", "12345", "true", " a b ", "pä$$"])
def test_a_password_is_taken_as_it_is(tmp_path: Path, password: str) -> None:
    environ = {"FOLLOWUP_SMTP__USERNAME": "u", "FOLLOWUP_SMTP__PASSWORD": password}
    taken = read(tmp_path, environ).smtp.password
    assert taken
    assert taken.get_secret_value() == password


def test_variables_add_to_a_section_of_the_start_file(tmp_path: Path) -> None:
    write_start_file(tmp_path, '[timing]\nhold = "1h"\nrejected.hold = "4h"\n')
    environ = {"FOLLOWUP_TIMING__REJECTED__HOURS": "always"}
    timings = read(tmp_path, environ).timing.by_outcome()
    assert (timings[Outcome.REJECTED].hold, timings[Outcome.REJECTED].hours) == (
        timedelta(hours=4),
        ALWAYS,
    )
    assert timings[Outcome.OFFER].hold == timedelta(hours=1)
    assert timings[Outcome.WITHDRAWN].hold == timedelta(hours=1)


def test_names_of_variables_may_be_in_lower_case(tmp_path: Path) -> None:
    assert read(tmp_path, {"followup_smtp__host": "mx"}).smtp.host == "mx"


def test_variables_that_kubernetes_sets_for_a_service_are_left_alone(tmp_path: Path) -> None:
    environ = {
        "FOLLOWUP_SERVICE_HOST": "10.0.0.7",
        "FOLLOWUP_SERVICE_PORT_HTTP": "8025",
        "FOLLOWUP_PORT": "tcp://10.0.0.7:8025",
        "FOLLOWUP_WEB_PORT_8025_TCP_ADDR": "10.0.0.7",
    }
    assert read(tmp_path, environ) == read(tmp_path)


def test_a_start_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    write_start_file(tmp_path, '\ufeff[company]\nname = "Müller & Söhne"\n')
    assert read(tmp_path).company.name == "Müller & Söhne"


def test_settings_made_by_hand_read_no_environment() -> None:
    assert Settings().home == Path()
