"""The settings of a login by token: what each provider needs, and where secrets may go."""

import json
from pathlib import Path

import pytest
from configured import MAILBOX, read

from worker.errors import SettingsError

CANARY = "c4n4ry-s3cret"
KEY = json.dumps({
    "client_email": "followup@project.example",
    "private_key": CANARY,
    "token_uri": "https://oauth2.googleapis.com/token",
})  # fmt: skip
PROVIDERS = {
    "microsoft": {"TENANT": "acme", "CLIENT_ID": "app", "CLIENT_SECRET": CANARY},
    "google": {"KEY": KEY},
    "custom": {"TOKEN_URL": "https://t.example", "CLIENT_ID": "app", "CLIENT_SECRET": CANARY},
}
SMTP = {"FOLLOWUP_SMTP__AUTH": "oauth2", "FOLLOWUP_SMTP__USERNAME": "talent@acme.example"}


def oauth2(provider: str, **keys: str) -> dict[str, str]:
    given = {"PROVIDER": provider, **PROVIDERS[provider], **keys}
    return {f"FOLLOWUP_OAUTH2__{key}": value for key, value in given.items() if value}


def problems(home: Path, environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as told:
        read(home, environ)
    assert CANARY not in str(told.value)
    return told.value.problems


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_provider_loads_with_what_it_needs_and_no_password(
    tmp_path: Path, provider: str
) -> None:
    mailbox = MAILBOX | {"FOLLOWUP_MAILBOX__AUTH": "oauth2", "FOLLOWUP_MAILBOX__PASSWORD": ""}
    settings = read(tmp_path, SMTP | mailbox | oauth2(provider))
    assert settings.oauth2.provider == provider
    assert settings.smtp.password is settings.mailbox.password is None
    assert CANARY not in f"{settings!r} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("provider", "key"), [(name, key) for name, keys in PROVIDERS.items() for key in keys]
)
def test_what_a_provider_needs_is_told_by_its_variable(
    tmp_path: Path, provider: str, key: str
) -> None:
    (told,) = problems(tmp_path, SMTP | oauth2(provider, **{key: ""}))
    name = f"oauth2.{key.lower()}"
    assert told.startswith(f"{name}: missing; oauth2.provider = {provider} needs it; set ")
    assert f"set FOLLOWUP_OAUTH2__{key} or {name} in" in told


def test_a_refresh_token_stands_for_the_secret(tmp_path: Path) -> None:
    given = oauth2("custom", CLIENT_SECRET="", REFRESH_TOKEN=CANARY)
    assert read(tmp_path, SMTP | given).oauth2.refresh_token is not None


def test_a_login_by_token_needs_a_provider(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, SMTP)
    assert told.startswith("oauth2.provider: missing; smtp.auth = oauth2 needs it; set ")
    assert "FOLLOWUP_OAUTH2__PROVIDER" in told


def test_a_login_by_token_needs_its_mailbox(tmp_path: Path) -> None:
    given = {"FOLLOWUP_SMTP__AUTH": "oauth2"} | oauth2("microsoft")
    (told,) = problems(tmp_path, given)
    assert told.startswith("smtp.username: missing; smtp.auth = oauth2 needs")


def test_a_token_is_not_said_in_clear_over_the_network(tmp_path: Path) -> None:
    given = SMTP | oauth2("microsoft") | {"FOLLOWUP_SMTP__SECURITY": "none"}
    assert read(tmp_path, given).smtp.auth == "oauth2"
    (told,) = problems(tmp_path, given | {"FOLLOWUP_SMTP__HOST": "smtp.acme.example"})
    assert told.startswith("smtp.security: none would send the login in clear")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/token", "http://localhost/token"])
def test_plain_http_is_for_this_machine(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, SMTP | oauth2("custom", TOKEN_URL=url)).oauth2.token_url == url


def test_a_key_that_names_an_endpoint_in_clear_is_refused(tmp_path: Path) -> None:
    key = KEY.replace("https:", "http:")
    (told,) = problems(tmp_path, SMTP | oauth2("google", KEY=key))
    assert told.startswith("oauth2.key: is not the key of a Google service account")


def test_the_key_is_read_from_the_file_that_google_gives(tmp_path: Path) -> None:
    (tmp_path / "google.json").write_text(json.dumps(json.loads(KEY), indent=2) + "\n")
    given = SMTP | oauth2("google", KEY="") | {"FOLLOWUP_OAUTH2__KEY_FILE": "google.json"}
    key = read(tmp_path, given).oauth2.key
    assert key is not None
    assert json.loads(key.get_secret_value()) == json.loads(KEY)


def test_a_relative_authority_file_lies_at_home(tmp_path: Path) -> None:
    given = oauth2("microsoft", CA_PATH="config/ca.pem")
    assert read(tmp_path, given).oauth2.ca_path == tmp_path / "config" / "ca.pem"
