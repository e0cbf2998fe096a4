"""Several reasons to rest at once, on both databases: each holds for every worker."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sample import HOUR, NOW, RETRY, arrival, letter, sealed
from sqlalchemy import insert, select

from worker.lifecycle import after
from worker.result import Refused, Rest
from worker.store import outbox, pauses, reports, taking, views
from worker.store.engine import Store
from worker.store.pauses import BREAKER, PERSON, SERVER, Pause, standing
from worker.store.records import pause
from worker.store.schema import entry

MINUTE = timedelta(minutes=1)
AWAY = Rest(rule="server-away", why="the server is away", mend="wait",
            waits=(MINUTE, 2 * MINUTE, 4 * MINUTE))  # fmt: skip
LOGIN = Rest(rule="login-refused", why="the login is refused", mend="mend it",
             waits=(15 * MINUTE, 30 * MINUTE))  # fmt: skip


def rest(store: Store, given: Rest, at: timedelta, scope: str = SERVER) -> Pause | None:
    return pauses.rest(store, scope, given, "421 no", now=NOW + at, by="w1")


def by_hand(
    store: Store, scope: str = PERSON, until: timedelta | None = None, at: timedelta = timedelta(0)
) -> bool:
    end = NOW + until if until else None
    made = Pause(scope=scope, why="by hand", mend="resume", since=NOW + at, until=end)
    with store.write() as connection:
        return pauses.pause_sending(connection, made, now=NOW + at, by="dana")


def events(store: Store) -> list[str]:
    return [str(line["event"]) for line in views.journal_lines(store)]


def test_sending_rests_until_the_pause_is_over(store: Store) -> None:
    made = rest(store, AWAY, timedelta(0))
    assert pauses.paused(store, NOW) == made
    assert made is not None
    assert (made.until, made.why) == (NOW + MINUTE, "the server is away (421 no)")
    assert pauses.paused(store, NOW + MINUTE) is None


def test_trouble_that_comes_back_rests_longer_and_is_the_same_episode(store: Store) -> None:
    for at, until in ((0, 1), (1, 3), (3, 7), (7, 11)):
        made = rest(store, AWAY, at * MINUTE)
        assert made is not None
        assert made.until == NOW + until * MINUTE
        assert made.since == NOW


def test_two_senders_that_meet_the_same_trouble_rest_once(store: Store) -> None:
    made = rest(store, AWAY, timedelta(0))
    assert rest(store, AWAY, timedelta(seconds=1)) is None
    assert pauses.paused(store, NOW) == made
    assert events(store) == ["paused"]


def test_a_shorter_reason_does_not_shorten_a_longer_one(store: Store) -> None:
    long = rest(store, LOGIN, timedelta(0))
    assert rest(store, AWAY, timedelta(0)) is None
    assert pauses.paused(store, NOW) == long


def test_a_longer_reason_takes_the_place_of_a_shorter_one(store: Store) -> None:
    rest(store, AWAY, timedelta(0))
    rest(store, LOGIN, timedelta(0))
    found = pauses.paused(store, NOW)
    assert found is not None
    assert (found.rule, found.until) == ("login-refused", NOW + 15 * MINUTE)


def test_another_reason_begins_with_its_own_first_wait(store: Store) -> None:
    for at in (0, 1, 3):
        rest(store, AWAY, at * MINUTE)
    made = rest(store, LOGIN, 7 * MINUTE)
    assert made is not None
    assert made.until == NOW + 22 * MINUTE


def test_a_letter_that_was_taken_ends_the_episode(store: Store) -> None:
    rest(store, AWAY, timedelta(0))
    over = standing(store, NOW + MINUTE).over
    assert [each.scope for each in over] == [SERVER]
    pauses.end(store, over, now=NOW + MINUTE, by="w1")
    made = rest(store, AWAY, 2 * MINUTE)
    assert made is not None
    assert (made.since, made.until) == (NOW + 2 * MINUTE, NOW + 3 * MINUTE)
    assert events(store) == ["paused", "resumed", "paused"]


def test_what_began_anew_meanwhile_is_not_ended_by_a_letter_from_before(store: Store) -> None:
    rest(store, AWAY, timedelta(0))
    over = standing(store, NOW + MINUTE).over
    again = rest(store, AWAY, MINUTE)
    pauses.end(store, over, now=NOW + MINUTE, by="w2")
    assert pauses.paused(store, NOW + MINUTE) == again


def test_a_letter_to_another_domain_does_not_end_the_rest_of_one(store: Store) -> None:
    rest(store, AWAY, timedelta(0), "domain:slow.example")
    later = standing(store, NOW + MINUTE)
    assert later.over_for("fast.example") == []
    assert [each.scope for each in later.over_for("slow.example")] == ["domain:slow.example"]


def test_workers_that_stop_sending_at_once_do_not_get_in_each_others_way(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: by_hand(store, BREAKER), range(8)))
    assert [each.scope for each in standing(store, NOW).holding] == [BREAKER]


def test_after_a_day_it_is_another_episode(store: Store) -> None:
    rest(store, AWAY, timedelta(0))
    made = rest(store, AWAY, timedelta(days=2))
    assert made is not None
    assert (made.since, made.times) == (NOW + timedelta(days=2), 0)


def test_a_pause_by_hand_has_no_end_and_outlasts_the_others(store: Store) -> None:
    rest(store, LOGIN, timedelta(0))
    assert by_hand(store, until=HOUR)
    assert not by_hand(store, until=MINUTE)
    assert by_hand(store)
    assert not by_hand(store, at=MINUTE)
    assert not by_hand(store, until=HOUR)
    found = pauses.paused(store, NOW + timedelta(days=400))
    assert found is not None
    assert found.scope == PERSON
    assert len(standing(store, NOW).holding) == 2


def test_resume_ends_what_is_ours_and_leaves_what_is_somebody_elses(store: Store) -> None:
    for scope in (PERSON, BREAKER, "domain:slow.example", "restored"):
        by_hand(store, scope)
    rest(store, AWAY, timedelta(0))
    ended = pauses.resume(store, now=NOW, by="dana")
    assert {each.scope for each in ended} == {PERSON, BREAKER, SERVER, "domain:slow.example"}
    assert [each.scope for each in standing(store, NOW).holding] == ["restored"]
    assert events(store).count("resumed") == 4


def put(store: Store, *emails: str) -> None:
    rows = [sealed(number, email=email) for number, email in enumerate(emails, 1)]
    taking.put(store, arrival(store), rows, NOW, hold_changed=True)


def claimed(store: Store) -> list[str]:
    found = outbox.claim(store, "w1", NOW, NOW + HOUR, limit=9,
                         which=standing(store, NOW).claimable())  # fmt: skip
    return [each.letter.recipient for each in found]


def test_letters_to_a_domain_that_rests_wait_and_the_others_go(store: Store) -> None:
    put(store, "a@slow.example", "b@fast.example", "c@very-slow.example", "d@SLOW.example")
    by_hand(store, "domain:slow.example", HOUR)
    assert standing(store, NOW).letters_rest() is None
    assert claimed(store) == ["b@fast.example", "c@very-slow.example"]
    assert not outbox.is_due(store, NOW, standing(store, NOW).claimable())
    assert outbox.is_due(store, NOW, standing(store, NOW + HOUR).claimable())


def test_any_number_of_domains_may_rest_at_once(store: Store) -> None:
    put(store, "a@d7.example", "b@fast.example", "c@D1999.example")
    row = {"rule": "r", "why": "w", "mend": "m", "since": NOW, "until": NOW + HOUR, "times": 0}
    rows = [{**row, "scope": f"domain:d{number}.example"} for number in range(2000)]
    with store.write() as connection:
        connection.execute(insert(pause), rows)
    assert claimed(store) == ["b@fast.example"]


def test_the_longest_domain_that_there_is_may_rest(store: Store) -> None:
    domain = f"{'a' * 62}." * 3 + f"{'a' * 55}.example"
    assert len(domain) == 252
    put(store, f"c@{domain}", "b@fast.example")
    assert rest(store, AWAY, timedelta(0), f"domain:{domain}") is not None
    assert claimed(store) == ["b@fast.example"]


def test_when_the_breaker_is_open_notices_go_and_letters_rest(store: Store) -> None:
    put(store, "a@candidates.example")
    with store.write() as connection:
        reports.put(connection, "x", letter("hr@acme.example"), NOW)
    by_hand(store, BREAKER)
    assert standing(store, NOW).all_rests() is None
    assert standing(store, NOW).letters_rest() is not None
    assert claimed(store) == ["hr@acme.example"]


@pytest.mark.parametrize("scope", [SERVER, PERSON, "restored"])
def test_every_other_pause_stops_notices_too(store: Store, scope: str) -> None:
    by_hand(store, scope)
    assert standing(store, NOW).all_rests() is not None


def refuse(store: Store, about: str = "") -> None:
    (found,) = outbox.claim(store, "w1", NOW, NOW + HOUR)
    change = after(found.attempt, Refused("rcpt: 550 no", "x", about=about), NOW, RETRY)
    assert outbox.settle(store, found, change, NOW, {})


def breaker(store: Store) -> Pause | None:
    return next((each for each in standing(store, NOW).holding if each.scope == BREAKER), None)


def test_the_third_refusal_in_a_row_opens_the_breaker_in_its_own_transaction(
    store: Store,
) -> None:
    put(store, *(f"c{number}@candidates.example" for number in range(4)))
    for _ in range(2):
        refuse(store)
    assert breaker(store) is None
    refuse(store)
    opened = breaker(store)
    assert opened is not None
    assert opened.until is None
    assert "candidates.example said rcpt: 550 no" in opened.why
    assert claimed(store) == []


def test_after_resume_the_breaker_counts_from_the_beginning(store: Store) -> None:
    put(store, *(f"c{number}@candidates.example" for number in range(5)))
    for _ in range(3):
        refuse(store)
    pauses.resume(store, now=NOW, by="dana")
    for _ in range(2):
        refuse(store)
    assert breaker(store) is None


def test_two_domains_that_refuse_us_open_the_breaker(store: Store) -> None:
    put(store, "a@one.example", "b@two.example")
    refuse(store, "us")
    assert breaker(store) is None
    refuse(store, "us")
    assert breaker(store) is not None


def test_the_journal_says_what_a_refusal_was_taken_for(store: Store) -> None:
    put(store, "a@one.example")
    refuse(store, "us")
    last = list(views.journal_lines(store))[-1]
    assert last["detail"] == {"why": "refused", "reply": "rcpt: 550 no", "rule": "x", "about": "us"}
    with store.read() as connection:
        assert connection.execute(select(entry.c.status)).scalar() == "failed"
