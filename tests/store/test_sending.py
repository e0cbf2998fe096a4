"""One turn of a sender, on both databases: what rests, and for whom."""

from dataclasses import replace
from datetime import datetime

import pytest
from sample import HOUR, NOW, letter, sealed
from sending import MINUTE, STOP, US, Scene
from sqlalchemy import select

from worker.result import NotTried
from worker.steps.resting import begin, remind
from worker.steps.send import LEASE, send_one
from worker.store import outbox, pauses, reports
from worker.store.pauses import BREAKER, PERSON, SERVER, Pause
from worker.store.schema import entry


@pytest.mark.parametrize("scope", [PERSON, BREAKER, "restored", "domain:candidates.example"])
def test_what_began_to_rest_while_the_session_opened_is_heeded(scene: Scene, scope: str) -> None:
    row = sealed()
    scene.put(row)
    made = Pause(scope=scope, why="by hand", mend="resume", since=NOW, until=None)

    def slowly() -> None:
        with scene.store.write() as connection:
            pauses.pause_sending(connection, made, now=NOW, by="dana")

    scene.opening = slowly
    scene.work()
    assert scene.line.taken == []
    assert (scene.found(row)["status"], scene.found(row)["attempts"]) == ("queued", 0)


def test_a_domain_that_began_to_rest_meanwhile_keeps_no_other_letter_back(scene: Scene) -> None:
    scene.put(sealed(1), sealed(2, email="a@other.example"))
    made = Pause(scope="domain:candidates.example", why="w", mend="m", since=NOW, until=NOW + HOUR)

    def slowly() -> None:
        with scene.store.write() as connection:
            pauses.pause_sending(connection, made, now=NOW, by="w2")

    scene.opening = slowly
    scene.work()
    assert scene.line.taken == ["a@other.example"]


def test_a_try_begins_when_the_session_is_open(scene: Scene) -> None:
    row = sealed()
    scene.put(row)

    def slowly() -> None:
        scene.now = NOW + HOUR

    scene.opening = slowly
    scene.work()
    assert scene.found(row)["status"] == "sent"
    with scene.store.read() as connection:
        assert connection.execute(select(entry.c.first_try_at)).scalar() == NOW + HOUR


@pytest.mark.parametrize("taken_over", [False, True])
def test_row_19_a_worker_stopped_between_its_intent_and_its_dot_sends_no_dot(
    scene: Scene, *, taken_over: bool
) -> None:
    """A person may have said meanwhile that it did not go out, and stopped it."""
    row = sealed()
    scene.put(row)

    def woken() -> datetime:
        if "dot_pending" not in scene.events(row):
            return NOW
        if taken_over:
            outbox.reclaim(scene.store, NOW + 2 * LEASE)
        return NOW + LEASE

    send_one(replace(scene.sender(), now=woken))
    assert scene.line.taken == []
    assert scene.found(row)["status"] == ("unsure" if taken_over else "queued")
    assert scene.events(row)[-1] == ("unsure" if taken_over else "not_tried")


def test_one_letter_that_is_stopped_again_and_again_does_not_stop_the_others(scene: Scene) -> None:
    """Its server words what the recipient wants like trouble of ours."""
    bad, good = sealed(1), sealed(2)
    scene.line.says = {bad.decision.email: [US] * 99}
    scene.put(bad, good)
    scene.now += MINUTE
    scene.work()
    assert (scene.found(bad)["attempts"], scene.line.taken) == (0, [])
    scene.now += 15 * MINUTE
    scene.work()
    assert scene.line.taken == [good.decision.email]
    assert scene.events(bad)[-2:] == ["claimed", "deferred"]
    assert (scene.found(bad)["attempts"], pauses.paused(scene.store, scene.now)) == (1, None)
    scene.now += HOUR
    scene.work()
    assert (scene.found(bad)["attempts"], pauses.paused(scene.store, scene.now)) == (2, None)


def test_trouble_of_ours_costs_nothing_while_no_other_letter_is_taken(scene: Scene) -> None:
    rows = [sealed(number) for number in (1, 2)]
    scene.line.says = {row.decision.email: [US] * 99 for row in rows}
    scene.put(*rows)
    with scene.store.write() as connection:
        reports.put(connection, "x", letter("hr@acme.example"), NOW)
    for _ in range(6):
        scene.work()
        scene.now += HOUR
    assert "hr@acme.example" in scene.line.taken, "a notice of our own domain proves nothing"
    assert {scene.found(row)["attempts"] for row in rows} == {0}


@pytest.mark.parametrize(
    "told",
    [replace(US, past_mail=False), replace(US, rest=replace(STOP, slower=True))],
    ids=["before RCPT", "too fast"],
)
def test_what_can_not_be_about_a_letter_never_costs_it_a_try(scene: Scene, told: NotTried) -> None:
    bad, good = sealed(1), sealed(2)
    scene.line.says = {bad.decision.email: [told] * 3}
    scene.put(bad, good)
    for _ in range(3):
        scene.work()
        scene.now += HOUR
    assert scene.line.taken == [good.decision.email]
    assert scene.found(bad)["attempts"] == 0


def test_people_learn_of_the_breaker_although_the_worker_died_when_it_opened(scene: Scene) -> None:
    made = Pause(scope=BREAKER, why="3 in a row", mend="look", since=NOW, until=None)
    with scene.store.write() as connection:
        pauses.pause_sending(connection, made, now=NOW, by="breaker")
    remind(scene.resting(), NOW)
    assert [each.key for each in scene.told] == [f"pause:breaker:{NOW:%Y%m%dT%H%M%S}"]


def test_people_are_reminded_of_long_rests_alone(scene: Scene) -> None:
    begin(scene.resting(), replace(STOP, waits=(MINUTE,)), "421", now=NOW, by="w1")
    remind(scene.resting(), NOW)
    assert scene.told == []
    scene.deaf = True
    begin(scene.resting(), STOP, "550", now=NOW + HOUR, by="w1")
    scene.deaf = False
    remind(scene.resting(), NOW + HOUR)
    assert [each.values["why"] for each in scene.told] == ["not from us (550)"]
    assert outbox.is_due(scene.store, NOW) is False
    assert pauses.standing(scene.store, NOW + HOUR).holding[0].scope == SERVER
