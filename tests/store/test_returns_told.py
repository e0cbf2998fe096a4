"""Who is told of a bounce, once, and what becomes of the decision afterwards: on both databases."""

from dataclasses import replace

import pytest
from returning import (
    BOUNCE,
    LATER,
    SENT,
    Desk,
    bounced,
    entry,
    events,
    handed_over,
    mail,
    notice,
    notices,
    opened,
)
from sample import HOUR, NOW, RETRY, arrival, sealed

from worker.lifecycle import after
from worker.steps.returns import take_return
from worker.store import outbox, returns, taking, views
from worker.store.engine import Store
from worker.verbs import resend


def test_the_journal_says_what_the_server_said_and_names_nobody(store: Store, desk: Desk) -> None:
    token = handed_over(store, SENT, sealed(1, email="ana.perez@candidates.example"))
    bounced(desk, token, recipients=("ana.perez@candidates.example",),
            diagnostic="550 5.1.1 no mailbox Ana.Perez here")  # fmt: skip
    (line,) = [each for each in views.journal_lines(store) if each["event"] == "bounced"]
    assert line["detail"] == {
        "why": "no such address", "reply": "550 5.1.1 no mailbox … here", "code": "5.1.1",
        "reporter": "mx.acme.example",
    }  # fmt: skip


def test_who_decided_is_told_when_they_are_a_decider(store: Store, desk: Desk) -> None:
    token = handed_over(store, SENT, sealed(1, decided_by="Dana@acme.example", phone="+49 30 1"))
    bounced(desk, token)
    (report,) = desk.told
    assert (report.to, report.values["phone"]) == ("dana@acme.example", "+49 30 1")


@pytest.mark.parametrize("by", ["Dana Miller", "mallory@evil.example", None])
def test_hr_is_told_when_who_decided_is_no_decider(
    store: Store, desk: Desk, by: str | None
) -> None:
    bounced(desk, handed_over(store, SENT, sealed(1, decided_by=by)))
    assert [each.to for each in desk.told] == [None]


def test_with_nobody_to_tell_the_letter_is_bounced_all_the_same(store: Store, desk: Desk) -> None:
    desk.anybody = False
    token = handed_over(store)
    bounced(desk, token)
    assert entry(store, token)["status"] == "bounced"
    assert notices(store) == []


def test_what_a_token_names_has_the_phone_number(store: Store) -> None:
    token = handed_over(store, SENT, sealed(1, phone="+49 30 1234"))
    found = returns.named(store, token)
    assert found is not None
    assert (found.phone, found.sent_at, found.dot_at) == ("+49 30 1234", NOW, NOW)
    assert returns.named(store, "0" * 20) is None


def test_a_second_bounce_tells_nobody_again(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    bounced(desk, token)
    assert bounced(desk, token, "m2").state == "returned"
    assert len(notices(store)) == 1
    assert events(store).count("bounced") == 1


def test_a_crash_between_the_bounce_and_the_end_of_its_mail_tells_once(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store)
    told = replace(BOUNCE, tokens=(token,))
    take_return(opened(told), mail(), desk.into())  # killed here
    assert bounced(desk, token).state == "returned"
    assert len(notices(store)) == 1


def test_a_letter_sent_again_by_a_person_that_comes_back_again_is_told_again(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store)
    bounced(desk, token)
    outbox.act(store, views.find(store, token).id, lambda _: resend(LATER), by="Dana", now=LATER)
    assert bounced(desk, token, "late").state == "quarantined"  # of the first try; the next stands
    claimed = next(each for each in outbox.claim(store, "w2", LATER, LATER + HOUR, limit=9)
                   if each.letter.token == token)  # fmt: skip
    outbox.dot_pending(store, claimed, LATER, LATER + HOUR)
    outbox.settle(store, claimed, after(claimed.attempt, SENT, LATER, RETRY), LATER, {})
    bounced(desk, token, "m2")
    assert entry(store, token)["status"] == "bounced"
    assert len(notices(store)) == 2


def test_a_bounce_of_a_notice_is_journalled_and_makes_no_notice(store: Store, desk: Desk) -> None:
    token = notice(store)
    assert bounced(desk, token, recipients=("hr@acme.example",)).state == "returned"
    (only,) = notices(store)
    assert only["status"] == "bounced"
    assert (desk.told, desk.logged) == ([], ["bounced_untold"])


def test_a_decision_with_a_mended_address_goes_out_after_a_bounce(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    bounced(desk, token)
    (mended,) = taking.put(store, arrival(store, "s2"), [sealed(1, email="ana@right.example")],
                           LATER, hold_changed=True)  # fmt: skip
    assert (mended.status, mended.token != token) == ("queued", True)


def test_with_a_newer_decision_in_the_letter_that_came_back_is_never_sent_again(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store)
    bounced(desk, token)
    taking.put(store, arrival(store, "s2"), [sealed(1, email="ana@right.example")], LATER,
               hold_changed=True)  # fmt: skip
    outbox.act(store, views.find(store, token).id, lambda _: resend(LATER), by="Dana", now=LATER)
    assert entry(store, token)["status"] == "cancelled"


def test_the_same_decision_again_after_a_bounce_is_a_duplicate_that_says_so(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store)
    bounced(desk, token)
    (again,) = taking.put(store, arrival(store, "s2"), [sealed(1)], LATER, hold_changed=True)
    assert (again.status, again.token) == ("duplicate", token)
    assert "bounced" in (again.note or "")
