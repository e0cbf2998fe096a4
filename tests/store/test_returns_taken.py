"""What a bounce, a delay or an answer does to the entry that it names, on both databases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from sample import HOUR, NOW, RETRY, arrival, letter, sealed

from worker.intake.mailform import Envelope
from worker.intake.opened import Opened
from worker.intake.proof import Unproved
from worker.letter import Letter
from worker.lifecycle import Kind, Transition, after
from worker.policy.deciders import Decider
from worker.result import Accepted, Deferred, Refused, Reply, Result, Unsure
from worker.returns import Fate, Returned
from worker.steps.report import Report
from worker.steps.returns import Returning, take_reply, take_return
from worker.store import ledger, outbox, reports, returns, taking, views
from worker.store.engine import Store
from worker.store.ledger import Arrival, Ending
from worker.store.taking import Sealed
from worker.verbs import hold, resend, resolved_not_sent, restored

LATER = NOW + HOUR
ANA = "c1@candidates.example"
SENT = Accepted(Reply(250, "queued"))
DECIDERS = {"dana@acme.example": Decider(address="dana@acme.example")}
BOUNCE = Returned(fate=Fate.FAILED, recipients=(ANA,), status="5.1.1", reporter="mx.acme.example",
                  diagnostic="550 5.1.1 user unknown: C1")  # fmt: skip


@dataclass
class Desk:
    """Who is told, and what the log says."""

    store: Store
    told: list[Report] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    anybody: bool = True

    def into(self) -> Returning:
        def seal(report: Report) -> Letter | None:
            self.told.append(report)
            return letter(report.to or "hr@acme.example") if self.anybody else None

        def tell(event: str, **_: object) -> None:
            self.logged.append(event)

        return Returning(store=self.store, deciders=DECIDERS, seal=seal, zone="UTC",
                         now=lambda: LATER, tell=tell)  # fmt: skip


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def handed_over(store: Store, result: Result | None = SENT, *rows: Sealed) -> str:
    """A letter of which the final dot went out, and what came of it; None is: still sending."""
    (placed,) = taking.put(store, arrival(store), rows or (sealed(1),), NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    if result is not None:
        outbox.settle(store, claimed, after(claimed.attempt, result, NOW, RETRY), NOW, {})
    return placed.token


def notice(store: Store) -> str:
    """A notice that was sent."""
    sent = letter("hr@acme.example")
    with store.write() as connection:
        reports.put(connection, "anything", sent, NOW)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    assert outbox.dot_pending(store, claimed, NOW, LATER)
    outbox.settle(store, claimed, after(claimed.attempt, SENT, NOW, RETRY), NOW, {})
    return sent.token


def mail(name: str = "m1") -> Arrival:
    return Arrival(id=name, source="mailbox", name="uid 1", content_key=name)


def opened(returned: Returned | None = None, *, sender: str = ANA, **more: object) -> Opened:
    return Opened(envelope=Envelope(sender=sender), proof=Unproved("no results"),
                  returned=returned, **more)  # type: ignore[arg-type]  # fmt: skip


def bounced(desk: Desk, token: str, name: str = "m1", **changed: object) -> Ending:
    told = replace(BOUNCE, tokens=(token,), **changed)  # type: ignore[arg-type]
    ending = take_return(opened(told), mail(name), desk.into())
    assert ending is not None
    ledger.finish(desk.store, mail(name), ending, LATER)
    return ending


def entry(store: Store, token: str) -> dict[str, object]:
    return dict(views.find(store, token).fields)


def events(store: Store) -> list[str]:
    return [str(line["event"]) for line in views.journal_lines(store)]


def notices(store: Store) -> Sequence[dict[str, object]]:
    return list(views.entries(store, views.Asked(kind=Kind.NOTICE)))


def test_a_bounce_moves_its_letter_and_tells_hr(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    assert bounced(desk, token).state == "returned"
    found = entry(store, token)
    assert (found["status"], found["why"]) == ("bounced", "no such address")
    assert found["sent_at"] == "2026-11-23T09:00:00Z"
    (told,) = notices(store)
    assert (told["email"], told["status"]) == ("hr@acme.example", "queued")
    assert desk.logged == ["bounced"]


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


@pytest.mark.parametrize("result", [Unsure("closed"), None], ids=["unsure", "sending"])
def test_what_came_back_has_left_whatever_was_known_of_it(
    store: Store, desk: Desk, result: Result | None
) -> None:
    token = handed_over(store, result)
    assert bounced(desk, token).state == "returned"
    assert entry(store, token)["status"] == "bounced"


def test_a_bounce_stops_the_next_try_of_a_letter_that_was_taken_for_not_sent(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store, Unsure("closed"))
    outbox.act(store, views.find(store, token).id, lambda _: resolved_not_sent(NOW), by="Dana",
               now=NOW)  # fmt: skip
    bounced(desk, token)
    claimed = outbox.claim(store, "w2", LATER, LATER + HOUR, limit=9)
    assert token not in {each.letter.token for each in claimed}


def test_an_answer_that_comes_after_the_bounce_changes_nothing(store: Store, desk: Desk) -> None:
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    (claimed,) = outbox.claim(store, "w1", NOW, LATER)
    outbox.dot_pending(store, claimed, NOW, LATER)
    bounced(desk, placed.token)
    late = after(claimed.attempt, SENT, LATER, RETRY)
    assert not outbox.settle(store, claimed, late, LATER, {})
    assert entry(store, placed.token)["status"] == "bounced"


@pytest.mark.parametrize("claims", [False, True], ids=["queued", "before its dot"])
def test_a_letter_that_never_left_can_not_come_back(
    store: Store, desk: Desk, *, claims: bool
) -> None:
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    if claims:
        outbox.claim(store, "w1", NOW, LATER)
    before = entry(store, placed.token)["status"]
    ending = bounced(desk, placed.token)
    assert (ending.state, str(before) in str(ending.problem)) == ("quarantined", True)
    assert entry(store, placed.token)["status"] == before
    assert notices(store) == []


def held(store: Store, change: Transition) -> str:
    """A letter that waits for a person, and never left as far as this database knows."""
    (placed,) = taking.put(store, arrival(store), [sealed(1)], NOW, hold_changed=True)
    which = views.find(store, placed.token).id
    outbox.act(store, which, lambda _: change, by="x", now=NOW)
    return placed.token


def test_a_letter_that_is_held_as_restored_did_leave_when_it_comes_back(
    store: Store, desk: Desk
) -> None:
    token = held(store, restored(()))
    assert bounced(desk, token).state == "returned"
    assert entry(store, token)["status"] == "bounced"
    assert len(notices(store)) == 1


def test_a_letter_that_a_person_holds_is_not_bounced(store: Store, desk: Desk) -> None:
    token = held(store, hold())
    assert bounced(desk, token).state == "quarantined"
    assert entry(store, token)["status"] == "held"


def test_a_letter_that_failed_is_not_bounced_as_well(store: Store, desk: Desk) -> None:
    token = handed_over(store, Refused("550"))
    assert bounced(desk, token).state == "quarantined"
    assert entry(store, token)["status"] == "failed"


def test_a_bounce_without_our_token_moves_nothing(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    for tokens in ((), ("0" * 20,)):
        ending = take_return(opened(replace(BOUNCE, tokens=tokens)), mail(), desk.into())
        assert ending is not None
        assert ending.state == "ignored"
    assert entry(store, token)["status"] == "sent"
    assert notices(store) == []


def test_the_beginning_of_a_token_is_no_token(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    assert bounced(desk, token[:19]).state == "ignored"
    assert entry(store, token)["status"] == "sent"


def test_a_bounce_that_names_two_letters_moves_neither(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    told = replace(BOUNCE, tokens=(token, "0" * 20))
    ending = take_return(opened(told), mail(), desk.into())
    assert ending is not None
    assert ending.state == "quarantined"
    assert entry(store, token)["status"] == "sent"


def test_a_bounce_of_another_recipient_is_for_people_to_look_at(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    ending = bounced(desk, token, recipients=("somebody@else.example",))
    assert ending.state == "quarantined"
    assert token in str(ending.problem)
    assert entry(store, token)["status"] == "sent"
    assert "returned" in events(store)
    assert notices(store) == []


@pytest.mark.parametrize(
    "recipients", [(), ("C1@Candidates.Example",), ("else@where.example", ANA)]
)
def test_whose_bounce_it_is_need_not_be_said_and_case_does_not_count(
    store: Store, desk: Desk, recipients: tuple[str, ...]
) -> None:
    token = handed_over(store)
    assert bounced(desk, token, recipients=recipients).state == "returned"
    assert entry(store, token)["status"] == "bounced"


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


def test_a_delay_is_journalled_once_for_each_mail_and_moves_nothing(
    store: Store, desk: Desk
) -> None:
    token = handed_over(store)
    for name in ("m1", "m1", "m2"):
        assert bounced(desk, token, name, fate=Fate.DELAYED, status="4.4.1").state == "returned"
    assert entry(store, token)["status"] == "sent"
    assert events(store).count("delayed") == 2
    assert notices(store) == []


def test_a_delay_proves_that_an_unsure_letter_was_taken(store: Store, desk: Desk) -> None:
    token = handed_over(store, Unsure("closed"))
    bounced(desk, token, fate=Fate.DELAYED)
    assert entry(store, token)["status"] == "sent"
    assert desk.logged == ["proved_sent"]


@pytest.mark.parametrize("fate", [Fate.DELIVERED, Fate.RELAYED, Fate.EXPANDED])
@pytest.mark.parametrize(("result", "status"), [(SENT, "sent"), (Unsure("closed"), "unsure")])
def test_good_news_is_journalled_and_moves_nothing(
    store: Store, desk: Desk, fate: Fate, result: Result, status: str
) -> None:
    token = handed_over(store, result)
    assert bounced(desk, token, fate=fate).state == "returned"
    assert entry(store, token)["status"] == status
    (line,) = [each for each in views.journal_lines(store) if each["event"] == "returned"]
    assert isinstance(line["detail"], dict)
    assert line["detail"]["fate"] == fate


def test_a_mail_that_is_no_report_is_left_to_others(desk: Desk) -> None:
    assert take_return(opened(), mail(), desk.into()) is None


def test_an_answer_of_a_candidate_is_noted_and_left_where_it_lies(store: Store, desk: Desk) -> None:
    token = handed_over(store)
    for _ in range(2):  # the second after a crash
        ending = take_reply(opened(quotes=(token,), problem="no keys"), mail(), desk.into())
        assert ending == Ending(state="noted", event="reply_noted")
    (line,) = [each for each in views.journal_lines(store) if each["event"] == "replied"]
    assert (line["detail"], line["submission"]) == ({"domain": "candidates.example"}, "m1")
    assert entry(store, token)["status"] == "sent"


@pytest.mark.parametrize(
    ("sender", "status"), [("C1@candidates.example", "sent"), ("ana@private.example", "unsure")]
)
def test_an_answer_proves_an_unsure_letter_when_it_is_the_candidates(
    store: Store, desk: Desk, sender: str, status: str
) -> None:
    token = handed_over(store, Unsure("closed"))
    assert take_reply(opened(sender=sender, quotes=(token,)), mail(), desk.into()) is not None
    assert entry(store, token)["status"] == status


Changed = Callable[[str], Opened]


@pytest.mark.parametrize(
    "changed",
    [
        lambda token: opened(quotes=(token,), automatic="an automatic answer"),
        lambda token: opened(quotes=(token,), sender="DANA@acme.example"),
        lambda token: opened(quotes=(token,), sender=""),
        lambda _: opened(quotes=("0" * 20,)),
        lambda _: opened(),
    ],
    ids=["out of office", "a decider", "nobody", "another token", "no token"],
)
def test_what_is_no_answer_to_a_letter_is_left_to_others(
    store: Store, desk: Desk, changed: Changed
) -> None:
    token = handed_over(store, Unsure("closed"))
    assert take_reply(changed(token), mail(), desk.into()) is None
    assert entry(store, token)["status"] == "unsure"
    assert "replied" not in events(store)


def test_an_answer_to_a_notice_is_left_to_others(store: Store, desk: Desk) -> None:
    token = notice(store)
    answer = opened(sender="hr@acme.example", quotes=(token,))
    assert take_reply(answer, mail(), desk.into()) is None


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


def test_what_a_token_names_has_the_phone_number(store: Store) -> None:
    token = handed_over(store, SENT, sealed(1, phone="+49 30 1234"))
    found = returns.named(store, token)
    assert found is not None
    assert (found.phone, found.sent_at, found.dot_at) == ("+49 30 1234", NOW, NOW)
    assert returns.named(store, "0" * 20) is None


def test_a_deferred_letter_is_stopped_by_its_bounce(store: Store, desk: Desk) -> None:
    token = handed_over(store, Deferred("dot: 451"))
    bounced(desk, token)
    assert entry(store, token)["status"] == "bounced"
