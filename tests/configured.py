"""Settings as a test gives them: a home of its own, and nothing of the machine under test."""

from pathlib import Path

from worker.settings import Settings, load

#: What a mailbox that is enabled needs.
MAILBOX = {
    "FOLLOWUP_MAILBOX__ENABLED": "true",
    "FOLLOWUP_MAILBOX__HOST": "imap.acme.example",
    "FOLLOWUP_MAILBOX__USERNAME": "decisions",
    "FOLLOWUP_MAILBOX__PASSWORD": "pw",
    "FOLLOWUP_MAILBOX__AUTHSERV_ID": "mx.acme.example",
    "FOLLOWUP_DECIDERS": '[{"address": "dana@acme.example"}]',
}


def write_start_file(home: Path, text: str) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "followup.toml").write_text(text, encoding="utf-8")


def read(home: Path, environ: dict[str, str] | None = None) -> Settings:
    return load(environ or {}, home, secrets=home / "secrets")
