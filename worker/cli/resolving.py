"""The search for copies of unsure letters, wired; and whether absence may count in this account."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from worker.cli import build
from worker.cli.findings import BAD, GOOD, NOTE, Finding
from worker.cli.reporting import reporting
from worker.errors import SessionError, SettingsError
from worker.intake.mailbox import Searched, Wanted, search_sent
from worker.intake.mailbox.sentfolder import Folders
from worker.policy.calibration import Calibration, is_old, why_absence_says_nothing
from worker.settings import Settings
from worker.steps.judge import House
from worker.steps.resolve import Resolver
from worker.store import calibration
from worker.store.engine import Store

_MEND = (
    "run `followup check --send-test ADDRESS` with the address of this mailbox, or set it to false"
)


def account_name(given: Settings) -> str:
    """Both servers and both logins: what a test message shows is true of these together."""
    smtp, box = given.smtp, given.mailbox
    login = smtp.username or smtp.sender_address
    return f"{login} at {smtp.host}:{smtp.port}, {box.username} at {box.host}:{box.port}"


def resolver(given: Settings, store: Store, rules: House) -> Resolver:
    """Where copies are looked for. Raises ``SettingsError`` when absence never could count here."""
    box = given.mailbox

    def search(wanted: Sequence[Wanted]) -> Searched:
        return search_sent(build.mailbox_account(given), box.sent_folder, wanted)

    return Resolver(
        store=store,
        reporting=reporting(given, store, rules),
        search=search if box.enabled else None,
        place=f"{box.username} at {box.host}" if box.enabled else "",
        zone=given.company.timezone,
        calibration=_calibrated(given, store, build.now()) if box.resend_absent else None,
        alone=store.is_sqlite,
        now=build.now,
        tell=build.tell,
    )


def _calibrated(given: Settings, store: Store, now: datetime) -> Calibration | None:
    """What allows it; None once that is too old, for growing old must not stop a worker."""
    found = calibration.latest(store, account_name(given)) if given.mailbox.enabled else None
    why = why_absence_says_nothing(found, now)
    if why is None:
        return found
    told = f"mailbox.resend_absent: {why}, so an absent letter may have been sent; {_MEND}"
    if found is None or not is_old(found, now):
        raise SettingsError([told])
    build.tell("calibration_old", why=told)
    return None


def findings(given: Settings) -> Iterator[Finding]:
    """For ``check``: where copies are looked for."""
    if not given.mailbox.enabled:
        return
    try:
        with Folders(build.mailbox_account(given)) as folders:
            names = ", ".join(folders.sent(given.mailbox.sent_folder))
        yield Finding("sent folder", GOOD, f"{names}; unsure letters are looked for there")
    except SessionError as why:
        yield Finding("sent folder", NOTE, str(why))


def permission(given: Settings) -> Iterator[Finding]:
    """For ``check``: whether absent letters may be sent again here, where that is asked for."""
    if not given.mailbox.resend_absent:
        return
    store = build.open_store(given)
    try:
        if _calibrated(given, store, build.now()) is None:
            told = "without effect: the last test message is too old"
            yield Finding("resend_absent", BAD, told, _MEND)
        else:
            told = "absent letters are sent again; see docs/decisions.md"
            yield Finding("resend_absent", GOOD, told)
    except SettingsError as why:
        yield Finding("resend_absent", BAD, str(why))
    finally:
        store.close()
