"""What a person is told when the configuration is wrong."""

from pathlib import Path

import pytest
from configured import MAILBOX, read, write_start_file

from worker.errors import SettingsError

CANARY = "c4n4ry-s3cret"


def problems(home: Path, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as told:
        read(home, environ)
    return told.value.problems


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("FOLLOWUP_SMPT__HOST", "FOLLOWUP_SMTP__HOST"),
        ("FOLLOWUP_SMTP__HSOT", "FOLLOWUP_SMTP__HOST"),
        ("FOLLOWUP_SMTP_HOST", "FOLLOWUP_SMTP__HOST"),
        ("FOLLOWUP_SMTP__PASWORD", "FOLLOWUP_SMTP__PASSWORD"),
        ("FOLLOWUP_SMTP__PASWORD_FILE", "FOLLOWUP_SMTP__PASSWORD_FILE"),
        ("FOLLOWUP_SMPT__PASSWORD_FILE", "FOLLOWUP_SMTP__PASSWORD_FILE"),
        ("FOLLOWUP_TIMING__REJECTD__HOLD", "FOLLOWUP_TIMING__REJECTED__HOLD"),
        ("FOLLOWUP_TEMPLATE_FOLDER", "FOLLOWUP_TEMPLATES_FOLDER"),
    ],
)
def test_a_mistyped_variable_is_told_with_its_nearest_right_name(
    tmp_path: Path, wrong: str, right: str
) -> None:
    assert problems(tmp_path, {wrong: CANARY}) == (
        f"{wrong}: no such setting; did you mean {right}?",
    )


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ('[smpt]\nhost = "x"', "smpt", "smtp"),
        ('[smtp]\nhsot = "x"', "smtp.hsot", "smtp.host"),
        ('[[deciders]]\naddress = "a@b.example"\nnme = "x"', "deciders[1].nme", "deciders.name"),
        ("[timing]\nrejectd.hold = '1h'", "timing.rejectd", "timing.rejected"),
    ],
)
def test_a_mistyped_key_is_told_with_its_nearest_right_name(
    tmp_path: Path, text: str, wrong: str, right: str
) -> None:
    write_start_file(tmp_path, text)
    place = f"{tmp_path}/config/followup.toml: {wrong}"
    assert problems(tmp_path) == (f"{place}: no such setting; did you mean {right}?",)


def test_a_mistyped_secret_is_told_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "FOLLOWUP_SMTP__PASWORD"
    path.write_text(CANARY)
    assert problems(tmp_path) == (
        f"{path}: no such setting; did you mean FOLLOWUP_SMTP__PASSWORD?",
    )


def test_a_name_like_nothing_known_is_to_be_removed(tmp_path: Path) -> None:
    assert problems(tmp_path, {"FOLLOWUP_ZZ": "1"}) == ("FOLLOWUP_ZZ: no such setting; remove it",)


def test_home_can_not_be_moved_by_the_file_that_is_found_through_it(tmp_path: Path) -> None:
    write_start_file(tmp_path, 'home = "/srv"')
    (told,) = problems(tmp_path)
    assert told.endswith("followup.toml: home is set by FOLLOWUP_HOME alone; remove it here")


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    write_start_file(tmp_path, '[retry]\nfirst = "soon"\n[company]\ntimezone = "Berlin"\n')
    told = problems(tmp_path, {"FOLLOWUP_SMTP__PORT": "smtp", "FOLLOWUP_SMPT__HOST": "x"})
    place = f"(in {tmp_path}/config/followup.toml)"
    units = "write a number and its unit: 30s, 15m, 4h, 5d, 3y"
    assert set(told) == {
        f"retry.first: 'soon' is not a duration; {units} {place}",
        f"company.timezone: 'Berlin' is not a time zone; write an IANA name: Europe/Berlin {place}",
        "smtp.port: must be a whole number (in FOLLOWUP_SMTP__PORT)",
        "FOLLOWUP_SMPT__HOST: no such setting; did you mean FOLLOWUP_SMTP__HOST?",
    }


@pytest.mark.parametrize(
    ("variable", "text", "right"),
    [
        ("CSV__SETTLE", "2", "write a number and its unit"),
        ("CSV__SETTLE", "-2s", "write a number and its unit"),
        ("CSV__SETTLE", "99999999999999y", "write a number and its unit"),
        ("CSV__POLL", "0s", "write more than 0s"),
        ("CSV__ENABLED", "perhaps", "must be true or false"),
        ("CSV__LEGACY_ENCODING", "klingon", "write cp1252"),
        ("CSV__DATE_FORMAT", "%d/%m", "write it as %d/%m/%Y"),
        ("CSV__DATE_FORMAT", "DD/MM/%q", "write it as %d/%m/%Y"),
        ("CSV__ALIASES", '{"salary": ["pay"]}', "salary"),
        ("CSV__OUTCOMES", '{"maybe": ["perhaps"]}', "maybe"),
        ("SMTP__HOST", "smtp.acme.example:587", "the port has its own key"),
        ("SMTP__HOST", "smtp://smtp.acme.example", "write its name or address alone"),
        ("SMTP__PORT", "70000", "less than or equal to 65535"),
        ("SMTP__SECURITY", "ssl", "'starttls', 'tls' or 'none'"),
        ("SMTP__SENDER", "a@x.example, b@x.example", "write exactly one"),
        ("SMTP__SENDER", "a@x.example <b@x.example>", "is not one mailbox"),
        ("SMTP__SENDER", "Acme\nBcc: all <b@x.example>", "write one line"),
        ("SMTP__RATE", "fast", "30/min"),
        ("SMTP__USERNAME", " ", "is empty"),
        ("SMTP__AUTH", "ntlm", "must be 'password' or 'oauth2'"),
        ("SMTP__CONNECTIONS", "0", "greater than or equal to 1"),
        ("OAUTH2__PROVIDER", "yahoo", "must be 'microsoft', 'google' or 'custom'"),
        ("OAUTH2__TOKEN_URL", "http://login.acme.example/token", "with https://"),
        ("OAUTH2__TOKEN_URL", "https://u:p@login.acme.example/token", "with https://"),
        ("OAUTH2__AUTHORITY", "login.microsoftonline.com", "with https://"),
        ("OAUTH2__KEY", "/etc/followup/key.json", "put the JSON file that Google gave"),
        ("OAUTH2__KEY", '["client_email"]', "put the JSON file that Google gave"),
        ("MAILBOX__PROOF", "trust", "must be 'dmarc', 'dkim', 'internal' or 'none'"),
        ("STORE__URL", "mysql://u:p@db/x", "write sqlite:///var/followup.db or postgresql+psycopg"),
        ("STORE__URL", "sqlite:///", "write sqlite:///var/followup.db or postgresql+psycopg"),
        ("TIMING__HOURS", "9 to 5", "mon-fri 08:00-18:00"),
        ("TIMING__DEADLINE", "soon", "write 3 business days"),
        ("TIMING__HOLIDAYS", '["24.12."]', "write 2026-12-24, DE or DE-BY"),
        ("COMPANY__LANGUAGE", "deutsch!", "write a tag such as en"),
        ("COMPANY__COUNTRY", "Germany", "by ISO 3166: DE, or CA-ON"),
        ("COMPANY__CAREERS_URL", "acme.example", "https://acme.example/careers"),
        ("COMPANY__HR_ADDRESS", "hr", "write name@domain"),
        ("GUARDS__SECOND_PERSON", "offer", 'it is JSON: ["one", "two"]'),
        ("GUARDS__SECOND_PERSON", '["offers"]', "must be 'rejected'"),
        ("DECIDERS", "dana@acme.example", 'it is JSON: ["one", "two"]'),
        ("REASONS__POLICY", "all", "must be 'none', 'catalogue' or 'free'"),
        ("LOG__LEVEL", "loud", "must be 'debug', 'info', 'warning' or 'error'"),
        ("SMTP", "mail", "set the keys in it"),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(
    tmp_path: Path, variable: str, text: str, right: str
) -> None:
    (told,) = problems(tmp_path, {f"FOLLOWUP_{variable}": text})
    assert right in told
    assert told.endswith(f"(in FOLLOWUP_{variable})")


def test_the_waits_of_retry_must_grow(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, {"FOLLOWUP_RETRY__FIRST": "5h"})
    assert told.startswith("retry.longest: must not be shorter than retry.first")


@pytest.mark.parametrize(
    ("key", "text", "of"),
    [
        ("DEADLINE", "10m", ""),
        ("REJECTED__DEADLINE", "1m", " of rejected"),
        ("OFFER__HOLD", "4 business days", " of offer"),
    ],
)
def test_a_deadline_that_no_letter_could_meet_stops_the_start(
    tmp_path: Path, key: str, text: str, of: str
) -> None:
    (told,) = problems(tmp_path, {f"FOLLOWUP_TIMING__{key}": text})
    assert told.startswith(f"timing.deadline: the deadline{of} is shorter than its hold")
    assert "make it longer, or the hold shorter" in told


@pytest.mark.parametrize("key", ["HOST", "USERNAME", "PASSWORD", "AUTHSERV_ID"])
def test_a_mailbox_that_is_enabled_tells_what_it_needs(tmp_path: Path, key: str) -> None:
    name = f"FOLLOWUP_MAILBOX__{key}"
    (told,) = problems(tmp_path, {k: v for k, v in MAILBOX.items() if k != name})
    assert told.startswith(f"mailbox.{key.lower()}: missing; ")
    assert f"; set {name} or mailbox.{key.lower()} in {tmp_path}/config/followup.toml" in told


def test_a_mailbox_that_is_enabled_needs_a_decider(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, MAILBOX | {"FOLLOWUP_DECIDERS": "[]"})
    assert told.startswith("deciders: missing; ")


def test_a_mailbox_can_not_put_taken_mail_back_where_it_came_from(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, MAILBOX | {"FOLLOWUP_MAILBOX__DONE_FOLDER": "INBOX"})
    assert told.startswith("mailbox.folder: must differ from done_folder")


def test_a_decider_stands_in_the_list_once(tmp_path: Path) -> None:
    both = '[{"address": "dana@acme.example"}, {"address": "Dana@acme.example"}]'
    (told,) = problems(tmp_path, {"FOLLOWUP_DECIDERS": both})
    assert "dana@acme.example is listed twice" in told


def test_a_login_is_a_name_and_a_password(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, {"FOLLOWUP_SMTP__USERNAME": "talent"})
    assert told.startswith("smtp.password: missing; a login needs")


def test_broken_toml_is_told_with_file_and_line(tmp_path: Path) -> None:
    write_start_file(tmp_path, f"[smtp]\npassword = '{CANARY}'\nhost = mail.acme.example\n")
    (told,) = problems(tmp_path)
    assert told.startswith(f"{tmp_path}/config/followup.toml: is not TOML: ")
    assert "at line 3" in told


def test_a_start_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    write_start_file(tmp_path, "")
    (tmp_path / "config" / "followup.toml").write_bytes('[company]\nname = "Köln"'.encode("cp1252"))
    (told,) = problems(tmp_path)
    assert told.endswith("followup.toml: is not UTF-8 text; save it as UTF-8")


def test_a_start_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "config" / "followup.toml").mkdir(parents=True)
    (told,) = problems(tmp_path)
    assert "followup.toml: can't be read (Is a directory)" in told


def test_a_value_and_a_file_for_it_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(CANARY)
    password = "FOLLOWUP_SMTP__PASSWORD"
    environ = {"FOLLOWUP_SMTP__USERNAME": "u", password: CANARY, f"{password}_FILE": "password"}
    told = f"{password}_FILE and {password} are both set; keep one"
    assert problems(tmp_path, environ) == (told,)


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "can't be read"), (b"", "is empty"), (b"\xff\xfe\x00", "is not UTF-8")],
)
def test_a_file_without_a_value_is_told_once(
    tmp_path: Path, content: bytes | None, what: str
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    environ = {"FOLLOWUP_SMTP__USERNAME": "u", "FOLLOWUP_SMTP__PASSWORD_FILE": str(path)}
    (told,) = problems(tmp_path, environ)
    assert told.startswith(f"FOLLOWUP_SMTP__PASSWORD_FILE: {path}: {what}")


def test_no_secret_is_in_an_error_or_in_the_text_of_the_settings(tmp_path: Path) -> None:
    write_start_file(
        tmp_path,
        f'[smtp]\nusername = "u"\npassword = "{CANARY}"\n[oauth2]\nclient_secret = "{CANARY}"\n',
    )
    right = MAILBOX | {
        "FOLLOWUP_MAILBOX__PASSWORD": CANARY,
        "FOLLOWUP_STORE__URL": f"postgresql+psycopg://u:{CANARY}@db/x",
    }
    settings = read(tmp_path, right)
    assert CANARY not in f"{settings} {settings!r} {settings.model_dump()}"
    wrong = right | {
        "FOLLOWUP_STORE__URL": f"postgres://u:{CANARY}@db/x",
        "FOLLOWUP_SMTP__HOST": f"smtp://u:{CANARY}@mail",
        "FOLLOWUP_SMTP__PASWORD": CANARY,
        "FOLLOWUP_COMPANY__CAREERS_URL": f"ftp://u:{CANARY}@acme.example",
        "FOLLOWUP_OAUTH2": f'{{"client_secret": "{CANARY}',
    }
    with pytest.raises(SettingsError) as told:
        read(tmp_path, wrong)
    assert len(told.value.problems) == 5
    assert CANARY not in f"{told.value} {told.value!r}"


def test_a_secret_of_the_wrong_type_is_not_repeated(tmp_path: Path) -> None:
    write_start_file(tmp_path, '[smtp]\nusername = "u"\npassword = 733733\n')
    (told,) = problems(tmp_path)
    assert told.startswith("smtp.password: must be one text in quotes (in ")
    assert "733733" not in told
