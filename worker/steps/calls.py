"""Calls: the caller gets a call sheet, is told when not to call, and the letter goes without one.

An entry that waits for nothing but a call is asked for once its letter might go: the undo window
is over and the candidate's hours are open. Whoever calls answers ``CALLED``; when nobody does in
time, the letter goes by mail. Each is one transaction (``store.calls``), so a crash tells nobody
twice and no letter goes twice. Under the shadow nothing waits for a call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from worker import invitation, verbs
from worker.decision import Decision
from worker.errors import BadDecision
from worker.invitation import Invitation
from worker.letter import Mailbox
from worker.plain import plain
from worker.policy import calls as policy
from worker.policy.calendar import Calendar, Wait
from worker.policy.guards import Why, past_promises
from worker.policy.reasons import Told
from worker.policy.timing import Hours, within
from worker.reading import decision_of
from worker.steps.report import Report, Reporting
from worker.store import calls
from worker.store.asked import Untold
from worker.store.calls import Asked
from worker.store.engine import Store

#: At one look; the rest at the next.
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What calls need to know.

    ``call_within`` counts in the calendar of the ``company``; ``hours`` gives the hours and the
    calendar of a candidate, ``told`` what may be said about why, ``caller`` whom to tell (None is
    HR) and ``reads`` at which address, ``title`` the subject of a notice. ``by_reply``: an answer
    to the sheet is read. ``confirms``: what was told by phone goes in writing.
    """

    store: Store
    reporting: Reporting
    company: Calendar
    call_within: Wait
    hours: Callable[[Decision], tuple[Hours, Calendar]]
    told: Callable[[Decision], Told]
    caller: Callable[[Decision], str | None]
    reads: Callable[[str | None], str | None]
    title: Callable[[Report], str]
    organizer: Mailbox
    by_reply: bool
    confirms: bool
    now: Callable[[], datetime]
    tell: Callable[..., None]


def look_at_calls(calling: Calling) -> None:
    """What nobody called for goes by mail, who need not call hears it, who is to call is asked."""
    now = calling.now()
    for late in calls.overdue(calling.store, now, AT_ONCE):
        _fall_back(calling, late, now)
    for gone in calls.off(calling.store, AT_ONCE):
        _call_off(calling, gone, now)
    for due in calls.due(calling.store, now, AT_ONCE):
        _ask(calling, due, now)


def _fall_back(calling: Calling, late: Asked, now: datetime) -> None:
    decision = decision_of(late.decision)
    hours, own = calling.hours(decision)
    # What was promised may have passed while nobody called; such a letter would be untrue.
    today = now.astimezone(calling.company.zone).date()
    waits = (Why.STALE,) if past_promises(decision, today) else ()
    change = verbs.call_overdue(within(now, hours, own), waits)
    if calls.fall_back(calling.store, late, change, now):
        calling.tell("fell_back", entry=late.token)


def _call_off(calling: Calling, gone: Asked, now: datetime) -> None:
    decision = decision_of(gone.decision)
    values = {
        "name": gone.name, "job_title": gone.job_title, "entry": gone.token,
        "why": _why_not(gone), "phone": decision.phone or "", "by_reply": calling.by_reply,
    }  # fmt: skip
    told = Report(key=f"call_off:{gone.token}", template="call_off", values=values,
                  to=calling.caller(decision), answerable={0: gone.token})  # fmt: skip
    starts = policy.slot(now, now, *calling.hours(decision))
    write = partial(invitation.cancel, now=now)
    notice = calling.reporting.seal(_invited(calling, told, starts=starts, write=write))
    if calls.call_off(calling.store, gone, notice, now):
        calling.tell("call_off", entry=gone.token, why=values["why"])


def _why_not(gone: Asked) -> str:
    """superseded, cancelled, held, fell_back, or by_mail: why nobody is to call."""
    if gone.status == "cancelled":
        return "superseded" if gone.why == "superseded" else "cancelled"
    if gone.status == "held":
        return "held"
    return "fell_back" if gone.fell_back else "by_mail"


def _ask(calling: Calling, due: Untold, now: datetime) -> None:
    decision = decision_of(due.decision)
    by = calling.company.later(now, calling.call_within)
    hours, own = calling.hours(decision)
    calls_at = policy.hours_to_call(hours)
    starts = policy.slot(now, by, calls_at, own)
    values = {
        **_sheet(calling, decision, due), "now": now, "call_by": by, "starts": starts,
        "zone": own.zone.key, "office": calling.company.zone.key,
        "windows": [_window(each) for each in policy.windows(now, by, calls_at, own)],
    }  # fmt: skip
    told = Report(key=f"call:{due.token}", template="call", values=values,
                  to=calling.caller(decision), answerable={0: due.token})  # fmt: skip
    write = partial(invitation.request, now=now)
    sheet = calling.reporting.seal(_invited(calling, told, starts=starts, write=write))
    if calls.ask(calling.store, due, sheet, by, now):
        calling.tell("call_asked", entry=due.token)


def _sheet(calling: Calling, decision: Decision, due: Untold) -> Mapping[str, object]:
    """The call in speaking form; what is not given is empty."""
    told, letter = _told(calling, decision), plain(due.content)
    days = ("interviewed_on", "next_step_on", "update_on", "start_on", "expires_on")
    return {
        "entry": due.token, "name": decision.name, "phone": decision.phone or "",
        "job_title": decision.job_title, "outcome": str(decision.outcome),
        "reason": told.reason or "", "recommendation": told.recommendation or "",
        "next_step": decision.next_step or "", "conditions": decision.conditions or "",
        **{name: getattr(decision, name) for name in days},
        "subject": letter.subject if letter else "", "text": letter.quoted if letter else "",
        "zone_known": decision.timezone is not None,
        "by_reply": calling.by_reply, "confirms": calling.confirms,
    }  # fmt: skip


def _told(calling: Calling, decision: Decision) -> Told:
    try:
        return calling.told(decision)
    except BadDecision:  # the catalogue changed since; the letter below the sheet has it
        return Told()


def _window(each: policy.Window) -> Mapping[str, object]:
    return {"opens": each.opens, "until": f"{each.closes:%H:%M}"}


def _invited(
    calling: Calling, told: Report, *, starts: datetime, write: Callable[[Invitation], str]
) -> Report:
    """The same with its invitation, where somebody reads it."""
    reader = calling.reads(told.to)
    if reader is None:
        return told
    about = Invitation(
        token=str(told.values["entry"]), summary=calling.title(told), starts=starts,
        length=policy.LENGTH, organizer=calling.organizer, attendee=reader,
    )  # fmt: skip
    return replace(told, calendar=write(about))
