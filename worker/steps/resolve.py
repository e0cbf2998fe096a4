"""Unsure letters: looked for in the Sent folder, again and again for an hour, then told to HR.

A copy that bears the letter's token is proof that the server took it, and the entry is ``sent``.
That none is found proves nothing: providers file copies late, rewrite headers or keep none. So
the entry stays ``unsure`` for a person, unless the operator said (``mailbox.resend_absent``) that
this account shows every letter, and a test message bore that out; rejections and offers stay for
a person even then. A look that failed is no look: it is repeated, and after an hour HR is told of
that as well. What the looks found is in the database, so a restart goes on where it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.errors import SessionError
from worker.intake.mailbox import Copy, Searched, Wanted
from worker.policy.calibration import Calibration, patience, why_absence_says_nothing
from worker.policy.looks import LOOKS, NEVER_AGAIN, is_due, looks_of
from worker.steps.report import Report, Reporting
from worker.store import unsure
from worker.store.engine import Store
from worker.store.unsure import Missing

#: Two notices to HR are at least so far apart; what comes between goes into the later one.
QUIET = timedelta(minutes=15)

#: How long the mailbox is left alone after a failure, and after one that lasts: a wrong password
#: said again and again locks the account.
REST, LONG_REST = timedelta(minutes=2), timedelta(minutes=15)

#: So many letters are looked for in one round; the rest in the next.
AT_ONCE = 200

#: The clock of a mail server may be behind ours.
_SKEW = timedelta(minutes=5)

Search = Callable[[Sequence[Wanted]], Searched]


@dataclass(slots=True, kw_only=True)
class Resolver:
    """Where copies are looked for, and who is told. Without ``search`` there is no mailbox.

    ``place`` names the mailbox for people. ``calibration`` is given when absent letters may be
    sent again. ``alone`` is False when another worker may have the mailbox.
    """

    store: Store
    reporting: Reporting
    search: Search | None
    place: str = ""
    zone: str = "UTC"
    calibration: Calibration | None = None
    alone: bool = True
    now: Callable[[], datetime]
    tell: Callable[..., None]
    folders: Sequence[str] = ()
    trouble: str | None = field(default=None)
    rests_until: datetime | None = field(default=None)


def resolve(resolver: Resolver) -> bool:
    """Look for every unsure letter whose time has come. Always False: there is time to rest."""
    now = resolver.now()
    waiting = unsure.letters(resolver.store)
    resting = resolver.rests_until is not None and now < resolver.rests_until
    due = [
        each for each in waiting if is_due(each.dot_at, each.looked_at, now, _looks(resolver, each))
    ]
    if due and resolver.search is not None and not resting:
        _look(resolver, resolver.search, due[:AT_ONCE])
        waiting = unsure.letters(resolver.store)
    if waiting:
        _tell_hr(resolver, waiting)
    if resolver.search is not None and not resting:
        _look_for_restored(resolver, resolver.search)
    return False


def _look(resolver: Resolver, search: Search, due: Sequence[Missing]) -> None:
    searched = _searched(resolver, search, due)
    if searched is None:
        return
    for each in due:
        if (copy := searched.copies.get(each.token)) is not None:
            _prove(resolver, each, copy)
    absent = [each for each in due if each.token not in searched.copies]
    _miss(resolver, absent, searched)


def _look_for_restored(resolver: Resolver, search: Search) -> None:
    """Once for each: what the database has forgotten was sent long ago, or never."""
    held = unsure.restored(resolver.store, AT_ONCE)
    searched = _searched(resolver, search, held) if held else None
    if searched is None:
        return
    now = resolver.now()
    for each in held:
        if (copy := searched.copies.get(each.token)) is not None:
            sent_at, evidence = _evidence(each, copy, now)
            unsure.proved_restored(resolver.store, each, evidence, now, sent_at=sent_at)
    unsure.missed(resolver.store, [each for each in held if each.token not in searched.copies],
                  _where(searched), now)  # fmt: skip


def _searched(resolver: Resolver, search: Search, due: Sequence[Missing]) -> Searched | None:
    """What the search says; None when it failed, and then the mailbox is left alone a while."""
    try:
        searched = search([_wanted(each) for each in due])
    except SessionError as why:
        resolver.trouble = str(why)
        resolver.rests_until = resolver.now() + (LONG_REST if why.lasting else REST)
        resolver.tell("sent_folder_lost", stage=why.stage, why=str(why))
        return None
    resolver.trouble, resolver.rests_until = None, None
    resolver.folders = searched.folders
    return searched


def _wanted(missing: Missing) -> Wanted:
    return Wanted(missing.token, missing.message_id, missing.recipient)


def _prove(resolver: Resolver, missing: Missing, copy: Copy) -> None:
    now = resolver.now()
    sent_at, evidence = _evidence(missing, copy, now)
    if unsure.proved(resolver.store, missing.token, evidence, now, sent_at=sent_at):
        resolver.tell("proved_sent", entry=missing.token, folder=copy.folder, uid=copy.uid)


def _evidence(
    missing: Missing, copy: Copy, now: datetime
) -> tuple[datetime | None, Mapping[str, str]]:
    """When the server stored the copy, if that makes sense, and all of it for the journal."""
    evidence = {
        "proof": "a copy in the Sent folder", "folder": copy.folder, "uid": str(copy.uid),
        "header": ", ".join(copy.bears(_wanted(missing))),
        "stored": copy.at.isoformat() if copy.at else "",
    }  # fmt: skip
    sensible = copy.at is not None and missing.dot_at - _SKEW <= copy.at <= now
    return copy.at if sensible else None, evidence


def _miss(resolver: Resolver, absent: Sequence[Missing], searched: Searched) -> None:
    if not absent:
        return
    now = resolver.now()
    evidence = _where(searched)
    unsure.missed(resolver.store, absent, evidence, now)
    for each in absent:
        if _counts_as_not_sent(resolver, each, searched, now) and unsure.send_again(
            resolver.store, each, {**evidence, **_calibrated(resolver.calibration)}, now
        ):
            resolver.tell("absent", entry=each.token)


def _where(searched: Searched) -> Mapping[str, str]:
    return {"folder": ", ".join(searched.folders), "by": ", ".join(searched.headers)}


def _counts_as_not_sent(
    resolver: Resolver, missing: Missing, searched: Searched, now: datetime
) -> bool:
    """The one case in which absence says something; see the module's first lines."""
    found = _calibration(resolver, missing)
    return (
        found is not None
        and missing.outcome not in NEVER_AGAIN
        and why_absence_says_nothing(found, now) is None
        and found.folder in searched.folders
        and "X-Followup-Id" in searched.headers
        and now >= missing.dot_at + patience(found)
    )


def _calibration(resolver: Resolver, missing: Missing) -> Calibration | None:
    """What left before the test message may have left through another account."""
    found = resolver.calibration
    return found if found is not None and found.at <= missing.dot_at else None


def _looks(resolver: Resolver, missing: Missing) -> Sequence[timedelta]:
    return looks_of(missing.outcome, _calibration(resolver, missing))


def _calibrated(found: Calibration | None) -> Mapping[str, str]:
    if found is None:
        return {}
    return {"calibrated": found.at.isoformat(), "copy_seen_after": f"{found.sent_after}s"}


def _tell_hr(resolver: Resolver, waiting: Sequence[Missing]) -> None:
    """One notice about all that wait for a person, and none too soon after the last."""
    now = resolver.now()
    about = [each for each in waiting if each.told_at is None and _is_over(resolver, each, now)]
    if not about or any(each.told_at and now < each.told_at + QUIET for each in waiting):
        return
    report = Report(key="unsure", template="unsure", values=_values(resolver, about))
    notice = resolver.reporting.seal(report)
    if unsure.tell(resolver.store, about, notice, now):
        resolver.tell("unsure_told", rows=len(about))


def _is_over(resolver: Resolver, missing: Missing, now: datetime) -> bool:
    """Whether nothing but a person is left to find out."""
    looks = _looks(resolver, missing)
    if resolver.search is None:
        return now >= missing.dot_at + (looks[0] if resolver.alone else looks[-1])
    looked = missing.looked_at is not None and missing.looked_at >= missing.dot_at + looks[-1]
    return looked or (resolver.trouble is not None and now >= missing.dot_at + LOOKS[-1])


def _values(resolver: Resolver, about: Sequence[Missing]) -> Mapping[str, object]:
    return {
        "letters": [
            {
                "entry": each.token, "who": f"{each.name} <{each.recipient}>".strip(),
                "job_title": each.job_title, "outcome": each.outcome,
                "message_id": each.message_id, "dot_at": each.dot_at, "looks": each.looks,
                "last_reply": each.last_reply,
            }
            for each in about
        ],
        "place": resolver.place,
        "folders": ", ".join(resolver.folders),
        "trouble": resolver.trouble or "",
        "zone": resolver.zone,
    }  # fmt: skip
