"""``check``: configuration, templates, database, SMTP and IMAP, each with a mark and a mend.

Nothing is sent: the mail server is asked whether it takes our sender, and then told to forget it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import typer
from rich.console import Console

from worker import catalogue
from worker.cli import build, look
from worker.delivery.smtp import open_session
from worker.errors import FollowupError
from worker.intake.mailbox import Mailbox
from worker.lint import lint, lint_catalogue
from worker.settings import Settings, inert
from worker.store.engine import reachable

app = typer.Typer()

GOOD, BAD, NOTE = "ok", "problem", "note"
_MARKS = {GOOD: ("✓", "green"), BAD: ("✗", "red"), NOTE: ("•", "yellow")}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands (ok, problem, note), and what to do about it."""

    check: str
    mark: str
    text: str
    mend: str = ""


@app.command()
def check(
    as_json: look.Json = False,  # noqa: FBT002 - Typer reads flags so
) -> None:
    """Test the configuration and every server; exit status 3 when something is to mend."""
    given = build.settings()
    console = Console(highlight=False)
    bad = False
    for finding in _findings(given):
        bad = bad or finding.mark == BAD
        if as_json:
            look.write_lines([asdict(finding)])
            continue
        sign, style = _MARKS[finding.mark]
        console.print(f"{sign} {finding.check}: {finding.text}", style=style, markup=False)
        if finding.mend:
            console.print(f"    {finding.mend}", markup=False)
    if bad:
        raise typer.Exit(3)


def _findings(given: Settings) -> Iterator[Finding]:
    yield from _configuration(given)
    for name, looks in _LOOKS.items():
        try:
            yield from looks(given)
        except FollowupError as why:
            yield Finding(name, BAD, str(why))


def _configuration(given: Settings) -> Iterator[Finding]:
    problems = given.problems_for_sending()
    for problem in problems:
        name, _, mend = problem.partition(": ")
        yield Finding("configuration", BAD, f"{name} is missing", mend)
    if not problems:
        yield Finding("configuration", GOOD, f"{given.home}")
    if unused := inert(given):
        yield Finding("configuration", NOTE, f"set, but without effect yet: {', '.join(unused)}")


def _templates(given: Settings) -> Iterator[Finding]:
    if given.company.name is None:
        yield Finding("templates", NOTE, "not looked at: company.name is missing")
        return
    reasons = build.reasons_path(given)
    found = [
        *lint(build.renderer(given)),
        *lint_catalogue(catalogue.load_catalogue(reasons), reasons),
    ]
    for each in found:
        yield Finding("templates", BAD, f"{each.template}: {each.message}", each.mend)
    if not found:
        yield Finding("templates", GOOD, f"every letter reads well; reasons from {reasons}")


def _database(given: Settings) -> Iterator[Finding]:
    store = build.open_store(given)
    yield Finding("database", GOOD, reachable(store))
    store.close()


def _drop(given: Settings) -> Iterator[Finding]:
    if not given.csv.enabled:
        yield Finding("drop folder", NOTE, "switched off (csv.enabled)")
        return
    build.drop(given)
    usable = os.access(given.csv.folder, os.R_OK | os.W_OK | os.X_OK)
    mend = "" if usable else "let the worker's user read and write it"
    yield Finding("drop folder", GOOD if usable else BAD, str(given.csv.folder), mend)


def _smtp(given: Settings) -> Iterator[Finding]:
    server = build.account(given)
    session = open_session(server)
    login = f"logged in as {server.username}" if server.username else "no login"
    yield Finding("smtp", GOOD, f"{server.host}:{server.port}, TLS {session.tls}, {login}")
    sender = given.smtp.sender_address
    if sender:
        reply = session.accepts_sender(sender)
        good = reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1
        mend = "" if good else "set smtp.sender to an address that this login may send as"
        yield Finding("smtp", GOOD if good else BAD, f"sender {sender}: {reply}", mend)
    session.close()


def _mailbox(given: Settings) -> Iterator[Finding]:
    if not given.mailbox.enabled:
        yield Finding("mailbox", NOTE, "switched off (mailbox.enabled)")
        return
    box = Mailbox(build.mailbox_account(given))
    try:
        box.open()
        offered = sorted({"IDLE", "MOVE", "UIDPLUS"} & set(box.capabilities()))
        name = f"{given.mailbox.username} at {given.mailbox.host}:{given.mailbox.port}"
        yield Finding("mailbox", GOOD, f"{name}, offers {', '.join(offered) or 'the least'}")
        folders = (given.mailbox.folder, given.mailbox.done_folder, given.mailbox.problem_folder)
        waiting = len(box.pending())
        yield Finding("mailbox", GOOD, f"folders {', '.join(folders)}; {waiting} mails wait")
    finally:
        box.close()
    if given.mailbox.proof == "none":
        yield Finding("mailbox", NOTE, "proof = none: whoever can write to this mailbox decides",
                      "set mailbox.proof = dmarc and mailbox.authserv_id")  # fmt: skip


_LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "templates": _templates,
    "database": _database,
    "drop folder": _drop,
    "smtp": _smtp,
    "mailbox": _mailbox,
}
