"""``check --send-test``: one test message to ourselves, and what becomes of it.

It shows whether this account keeps Message-ID and X-Followup-Id, whether and how fast a copy lies
in Sent, and whether the server's search finds it: that is, whether an ``unsure`` letter can be
proved here. The result is kept (``policy.calibration``). The message has no entry, is sent once
and never again, and a worker that meets it knows it as its own mail.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from worker.cli import build, resolving
from worker.cli.findings import BAD, GOOD, NOTE, Finding
from worker.cli.watching import Seen, Watched, watch
from worker.delivery.smtp import open_session
from worker.errors import FollowupError, SessionError, SettingsError
from worker.intake.mailbox import Wanted
from worker.intake.mailbox.sentfolder import MESSAGE_ID, TOKEN, Folders
from worker.letter import Letter, Mailbox, Parts, compose
from worker.policy.calibration import Calibration
from worker.result import Accepted, Result, Unsure
from worker.settings import Settings
from worker.settings.texts import read_positive
from worker.store import calibration


@dataclass(frozen=True, slots=True)
class Test:
    """A test that may be made: of which account, to whom, and how many seconds to watch."""

    given: Settings
    address: str
    wait: float


def prepared(given: Settings, address: str, wait: str) -> Test:
    """Raises ``SettingsError`` when the arrival could not be seen, or might reach a stranger."""
    problems = given.problems_for_sending()
    box = given.mailbox
    own = {each.casefold() for each in (given.smtp.sender_address, box.username) if each}
    if not box.enabled:
        problems.append("--send-test: no mailbox to watch; set mailbox.enabled and its login")
    elif address.casefold() not in own:
        problems.append(
            f"--send-test: {address} is not our own; its arrival could not be seen. Write"
            f" {' or '.join(sorted(own))} (mailbox.username or smtp.sender)"
        )
    if problems:
        raise SettingsError(problems)
    return Test(given, address, _seconds(wait))


def _seconds(wait: str) -> float:
    try:
        return read_positive(wait).total_seconds()
    except ValueError as why:
        raise SettingsError([f"--wait: {why}"]) from None


def findings(test: Test) -> Iterator[Finding]:
    """Send it, watch, and tell; what was seen is recorded."""
    try:
        yield from _findings(test)
    except FollowupError as why:
        yield Finding("test message", BAD, str(why))


def _findings(test: Test) -> Iterator[Finding]:
    letter = _sealed(test)
    with Folders(build.mailbox_account(test.given)) as folders:
        sent, trouble = _sent(folders, test.given)
        inboxes = [folders.spelt(each) for each in _inboxes(test.given)]
        begin = {each: folders.next_uid(each) for each in {*inboxes, *sent}}
        result = _send(test.given, letter)
        yield _handed_over(result)
        if not isinstance(result, Accepted | Unsure):
            return
        wanted = Wanted(letter.token, letter.message_id, letter.recipient)
        seen = watch(folders, Watched(begin, inboxes, sent, wanted), test.wait)
    found = _calibration(test.given, seen, wanted)
    _record(test.given, found)
    yield from _arrival(seen, wanted, test)
    yield from _copy(seen, found, trouble)


def _sealed(test: Test) -> Letter:
    token = build.new_token()
    smtp, write = test.given.smtp, build.renderer(test.given).notice
    parts = Parts(
        sender=Mailbox(smtp.sender_address, smtp.sender_name),
        recipient=Mailbox(test.address),
        subject=" ".join(write("sendtest/subject.txt", {"token": token}).split()),
        text=write("sendtest/body.txt", {"token": token}),
    )
    return compose(parts, token, build.now())


def _sent(folders: Folders, given: Settings) -> tuple[list[str], str]:
    """The Sent folders, or none and why."""
    try:
        return folders.sent(given.mailbox.sent_folder), ""
    except SessionError as why:
        return [], str(why)


def _inboxes(given: Settings) -> tuple[str, str]:
    """Where it arrives, and where a running worker puts aside what it knows as its own mail."""
    return given.mailbox.folder, given.mailbox.problem_folder


def _send(given: Settings, letter: Letter) -> Result:
    """Once, whatever comes of it."""
    session = open_session(build.account(given))
    try:
        return session.send(letter, lambda: True)
    finally:
        session.close()


def _calibration(given: Settings, seen: Seen, wanted: Wanted) -> Calibration:
    kept = seen.arrived.bears(wanted) if seen.arrived else None
    return Calibration(
        account=resolving.account_name(given),
        at=build.now(),
        folder=seen.sent.folder if seen.sent else None,
        message_id_survives=None if kept is None else MESSAGE_ID in kept,
        token_survives=None if kept is None else TOKEN in kept,
        sent_after=seen.sent_after if seen.sent else None,
        finds_message_id=MESSAGE_ID in seen.finds,
        finds_token=TOKEN in seen.finds,
    )


def _record(given: Settings, found: Calibration) -> None:
    store = build.open_store(given)
    calibration.record(store, found)
    store.close()


def _handed_over(result: Result) -> Finding:
    match result:
        case Accepted(reply):
            return Finding("test message", GOOD, f"the mail server took it: {reply}")
        case Unsure(detail):
            return Finding("test message", NOTE, f"the answer was lost ({detail}); watching")
        case _:
            return Finding("test message", BAD, f"not sent: {result.detail}")


def _arrival(seen: Seen, wanted: Wanted, test: Test) -> Iterator[Finding]:
    if seen.arrived is None:
        yield Finding("arrival", BAD, f"not seen within {test.wait:.0f} s",
                      f"is mail to {test.address} delivered to {test.given.mailbox.folder} of"
                      " this mailbox? If it comes late, use --wait")  # fmt: skip
        return
    yield Finding("arrival", GOOD, f"in {seen.arrived.folder} after {seen.arrived_after} s")
    kept = seen.arrived.bears(wanted)
    for header, lost in (
        (TOKEN, "a reply or a bounce is matched by Message-ID alone"),
        (MESSAGE_ID, "a reply or a bounce is matched by X-Followup-Id alone"),
    ):
        survives = header in kept
        text = f"{header} {'arrived unchanged' if survives else 'was changed or removed'}"
        yield Finding("headers", GOOD if survives else NOTE, text, "" if survives else lost)


def _copy(seen: Seen, found: Calibration, trouble: str) -> Iterator[Finding]:
    if seen.sent is None:
        why = trouble or "no copy was seen"
        yield Finding("sent folder", NOTE, why, "an unsure letter can't be proved here by a copy;"
                      " name the folder in mailbox.sent_folder, if there is one")  # fmt: skip
        return
    yield Finding("sent folder", GOOD, f"a copy in {seen.sent.folder} after {found.sent_after} s")
    for header in (TOKEN, MESSAGE_ID):
        finds = header in seen.finds
        text = f"by {header} the copy is {'found' if finds else 'not found'}"
        yield Finding("search", GOOD if finds else NOTE, text)
