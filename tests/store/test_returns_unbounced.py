"""What comes back and is no bounce (a delay, good news, an answer): on both databases."""

from collections.abc import Callable

import pytest
from returning import SENT, Desk, bounced, entry, events, handed_over, mail, notice, notices, opened

from worker.intake.opened import Opened
from worker.result import Result, Unsure
from worker.returns import Fate
from worker.steps.returns import take_reply, take_return
from worker.store import views
from worker.store.engine import Store
from worker.store.ledger import Ending


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
