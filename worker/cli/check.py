"""``check``: configuration, templates, database, SMTP and IMAP, each with a mark and a mend.

Nothing is sent: the mail server is asked whether it takes our sender, and then told to forget it.
Only ``--send-test`` sends, one message, to ourselves; see ``sendtest``.
"""

import os
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Annotated

import typer

from worker import catalogue
from worker.cli import (
    accounts,
    build,
    channels,
    dropping,
    look,
    pausing,
    resolving,
    sendtest,
    storage,
    timing,
)
from worker.cli.findings import BAD, GOOD, NOTE, Finding, show
from worker.delivery.smtp import open_session
from worker.errors import FollowupError
from worker.intake.mailbox import Mailbox
from worker.lint import lint, lint_catalogue
from worker.oauth import Tokens
from worker.policy.donts import advice
from worker.settings import Settings, inert
from worker.store import calls, shadow
from worker.store.engine import reachable

app = typer.Typer()

#: Proofs that are weak, and how to have a better one.
_WEAK = {
    "none": (
        "proof = none: whoever can write to this mailbox decides",
        "set mailbox.proof = dmarc and mailbox.authserv_id",
    ),
    "internal": (
        "proof = internal: whoever Exchange takes for a member of the tenant decides as them",
        "keep mailbox.confirm_weak on; see docs/operating.md",
    ),
}

SendTest = Annotated[
    str | None,
    typer.Option("--send-test", metavar="ADDRESS", help="Send a test message to ourselves."),
]
Wait = Annotated[str, typer.Option(help="How long to watch for the test message.")]


@app.command()
def check(
    as_json: look.Json = False,  # noqa: FBT002 - Typer reads flags so
    send_test: SendTest = None,
    wait: Wait = "120s",
) -> None:
    """Test the configuration and every server; exit status 3 when something is to mend."""
    given = build.settings()
    test = sendtest.prepared(given, send_test, wait) if send_test else None
    tested = sendtest.findings(test) if test else ()
    found = chain(_findings(given), tested, resolving.permission(given))
    if show(found, as_json=as_json):
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


def _notices(given: Settings) -> Iterator[Finding]:
    """What waits for a person is worth nothing when no person hears of it."""
    if given.company.hr_address is None:
        told = "nobody at HR is told of what is held, late, failed or promised"
        yield Finding("notices", NOTE, told, "set company.hr_address")


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
        mark = NOTE if each.note else BAD
        yield Finding("templates", mark, f"{each.template}: {each.message}", each.mend)
    if all(each.note for each in found):
        yield Finding("templates", GOOD, f"every letter reads well; reasons from {reasons}")


def _reasons(given: Settings) -> Iterator[Finding]:
    for text, mend in advice(build.policies(given)):
        yield Finding("reasons", NOTE, text, mend)


def _database(given: Settings) -> Iterator[Finding]:
    store = build.open_store(given)
    yield Finding("database", GOOD, reachable(store))
    for good, text, mend in storage.findings(given, store):
        yield Finding("database", NOTE if good else BAD, text, mend)
    store.close()


def _sending(given: Settings) -> Iterator[Finding]:
    store = build.open_store(given)
    found = list(pausing.in_words(store, build.now()))
    store.close()
    for why, mend, meant in found:
        yield Finding("sending", NOTE if meant else BAD, why, mend)
    if not found:
        yield Finding("sending", GOOD, "does not rest")


def _drop(given: Settings) -> Iterator[Finding]:
    if not given.csv.enabled:
        yield Finding("drop folder", NOTE, "switched off (csv.enabled)")
        return
    dropping.drop(given)
    usable = os.access(given.csv.folder, os.R_OK | os.W_OK | os.X_OK)
    mend = "" if usable else "let the worker's user read and write it"
    yield Finding("drop folder", GOOD if usable else BAD, str(given.csv.folder), mend)


def _smtp(given: Settings) -> Iterator[Finding]:
    server = build.account(given)
    session = open_session(server)
    login = f"logged in as {server.username}" if server.username else "no login"
    login += _by_token(accounts.smtp_tokens(given, build.now))
    yield Finding("smtp", GOOD, f"{server.host}:{server.port}, TLS {session.tls}, {login}")
    sender = given.smtp.bounce_address
    if sender:
        reply = session.accepts_sender(sender)
        good = reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1
        key = "smtp.return_path" if given.smtp.return_path else "smtp.sender"
        mend = "" if good else f"set {key} to an address that this login may send as"
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
        login = _by_token(accounts.mailbox_tokens(given, build.now))
        offers = ", ".join(offered) or "the least"
        yield Finding("mailbox", GOOD, f"{name}{login}, offers {offers}")
        folders = (given.mailbox.folder, given.mailbox.done_folder, given.mailbox.problem_folder)
        waiting = len(box.pending())
        yield Finding("mailbox", GOOD, f"folders {', '.join(folders)}; {waiting} mails wait")
    finally:
        box.close()
    if given.mailbox.proof in _WEAK:
        yield Finding("mailbox", NOTE, *_WEAK[given.mailbox.proof])


def _returns(given: Settings) -> Iterator[Finding]:
    """Whether bounces come to where they are read; an address may be another name of the mailbox.

    A user name that is no address tells nothing.
    """
    bounces, read = given.smtp.bounce_address, given.mailbox.username or ""
    elsewhere = "@" in read and bounces.casefold() != read.casefold()
    if given.mailbox.enabled and bounces and elsewhere and given.smtp.return_path is None:
        told = f"letters that can't be delivered come back to {bounces}, and {read} is read"
        mend = f"set smtp.return_path to {read} if this login may send as that, or forward its mail"
        yield Finding("returns", NOTE, told, mend)


def _channels(given: Settings) -> Iterator[Finding]:
    """Letters in the shadow, and calls that nobody can be asked for."""
    store = build.open_store(given)
    waiting, by_phone = shadow.waiting(store), calls.are_wanted(store)
    store.close()
    for told in channels.in_words(given, waiting):
        yield Finding("shadow", NOTE, told.removeprefix("shadow: "))
    if by_phone and given.company.hr_address is None:
        told = "decisions are to be told by phone, and perhaps nobody can be asked to call"
        mend = "set company.hr_address, or such letters go by mail after channels.call_within"
        yield Finding("calls", NOTE, told, mend)


def _by_token(tokens: Tokens | None) -> str:
    if tokens is None or tokens.ends is None:
        return ""
    return f" by OAuth2, token until {tokens.ends:%Y-%m-%d %H:%M} UTC"


_LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "notices": _notices,
    "templates": _templates,
    "reasons": _reasons,
    "database": _database,
    "sending": _sending,
    "drop folder": _drop,
    "smtp": _smtp,
    "mailbox": _mailbox,
    "returns": _returns,
    "channels": _channels,
    "holidays": timing.findings,
    "sent folder": resolving.findings,
}
