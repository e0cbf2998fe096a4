"""No letter leaves outside its hours, whatever kept it until then; on both databases."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sample import NOW, letter, sealed
from sending import MINUTE, MORNING, NIGHT, STOP, Scene

from worker.errors import StoreAway
from worker.lifecycle import Status
from worker.result import Deferred, NotTried
from worker.steps.send import send_one
from worker.store import outbox, overdue, pauses, reports
from worker.store.engine import Store
from worker.store.schema import entry


def test_a_letter_that_comes_up_outside_its_hours_waits_for_them_and_loses_no_try(
    scene: Scene,
) -> None:
    row = sealed()
    scene.put(row)
    scene.hours, scene.now = True, NIGHT
    scene.work()
    found = scene.found(row)
    assert (scene.line.taken, found["status"], found["attempts"]) == ([], "queued", 0)
    assert scene.due(row) == MORNING
    assert scene.events(row) == ["taken", "out_of_hours"]
    scene.now = MORNING
    scene.work()
    assert scene.found(row)["status"] == "sent"


def test_what_comes_up_outside_its_hours_keeps_nothing_back_that_is_behind_it(
    scene: Scene,
) -> None:
    """Not at the end of its turn, and not by the pace, of which it spends nothing."""
    here, there = sealed(1), sealed(2, timezone="America/Los_Angeles")
    scene.put(here, there)
    scene.hours, scene.now = True, NIGHT
    paced = replace(scene.sender(), resting=replace(scene.resting(), limit=1.0))
    assert [send_one(paced) for _ in range(3)] == [True, True, False]
    assert scene.line.taken == [there.decision.email]


@dataclass
class Door:
    """Before a database: so many commits come through, and then it is away."""

    lets: int

    def __call__(self, point: str) -> None:
        if point == "commit:before":
            if not self.lets:
                raise StoreAway("gone")
            self.lets -= 1


@pytest.mark.parametrize("lets", [0, 1])
def test_a_database_that_goes_away_keeps_no_letter_from_the_opening_of_its_hours(
    scene: Scene, url: str, lets: int
) -> None:
    row = sealed()
    scene.put(row)
    door = Door(lets)
    with closing(Store(url, door)) as behind:
        asleep = Scene(behind, scene.beside, hours=True, now=NIGHT)
        with pytest.raises(StoreAway):
            asleep.work()
        assert scene.found(row)["status"] == "queued", "nobody holds it"
        door.lets = 99
        asleep.work()
        assert (asleep.line.taken, scene.due(row)) == ([], MORNING)
        asleep.now = MORNING
        asleep.work()
    assert asleep.line.taken == [row.decision.email]


def test_what_may_go_is_not_put_off(scene: Scene) -> None:
    row = sealed()
    scene.put(row)
    which = pauses.standing(scene.store, NOW).claimable()
    hours = replace(scene, hours=True).sender().hours
    put_off = [outbox.put_off(scene.store, at, which=which, hours=hours, by="w1")
               for at in (NOW, NIGHT, NIGHT)]  # fmt: skip
    assert put_off == [None, (row.token, MORNING), None]


def test_after_a_rest_of_ours_that_ends_at_night_a_letter_waits_for_the_morning(
    scene: Scene,
) -> None:
    row = sealed()
    scene.put(row)
    rest = replace(STOP, waits=(timedelta(hours=4),))
    scene.line.says = {row.decision.email: [NotTried("mail: 550 no", rest, rest.rule)]}
    scene.hours, scene.now = True, NOW.replace(hour=17, minute=50)
    scene.work()
    scene.now = NIGHT
    scene.work()
    assert (scene.line.taken, scene.due(row)) == ([], MORNING)


def test_what_waits_for_its_hours_goes_at_once_when_a_person_says_so(scene: Scene) -> None:
    row = sealed()
    scene.put(row)
    scene.hours, scene.now = True, NIGHT
    scene.work()
    scene.act(row, "send-now")
    scene.work()
    assert scene.line.taken == [row.decision.email]


@pytest.mark.parametrize("stops", [0, 1])
def test_what_a_person_sends_now_goes_at_night(scene: Scene, stops: int) -> None:
    row = sealed()
    scene.put(row)
    scene.hours, scene.now = True, NIGHT
    rest = replace(STOP, waits=(MINUTE,))
    scene.line.says = {row.decision.email: [NotTried("mail: 421 no", rest, rest.rule)] * stops}
    scene.act(row, "send-now")
    scene.work()
    scene.now += 2 * MINUTE
    scene.work()
    assert scene.line.taken == [row.decision.email]


def test_what_comes_up_on_a_holiday_waits_for_the_day_after(scene: Scene) -> None:
    row = sealed()
    scene.put(row)
    scene.hours, scene.holidays = True, (NOW.date(),)
    scene.work()
    assert (scene.line.taken, scene.due(row)) == ([], MORNING)
    assert scene.events(row) == ["taken", "out_of_hours"]


def test_the_holidays_of_the_country_of_its_job_hold_back_the_next_try(scene: Scene) -> None:
    """Thanksgiving is over in the office, not in New York."""
    here, there = sealed(1), sealed(2, job_country="US-NY", timezone="America/New_York")
    scene.put(here, there)
    scene.line.says = {each.decision.email: [Deferred("rcpt: 451 later")] for each in (here, there)}
    scene.hours, scene.holidays, scene.now = True, None, NOW.replace(day=25, hour=17)
    scene.work()
    scene.now = NOW.replace(day=26, hour=15)
    scene.work()
    assert scene.line.taken == [here.decision.email]
    assert scene.due(there) == NOW.replace(day=27, hour=13)


@pytest.mark.parametrize("verb", ["release", "resend"])
def test_what_a_person_lets_go_on_a_holiday_waits_for_the_day_after(
    scene: Scene, verb: str
) -> None:
    row = sealed()
    scene.put(row)
    status = {"release": Status.HELD, "resend": Status.FAILED}[verb]
    with scene.store.write() as connection:
        connection.execute(entry.update().values(status=status, why="person", waits=["person"]))
    scene.holidays = (NOW.date(),)
    scene.act(row, verb)
    assert scene.due(row) == MORNING


def test_what_a_person_sends_now_goes_at_night_also_when_it_became_late_meanwhile(
    scene: Scene,
) -> None:
    row = replace(sealed(), late_after=NOW)
    scene.put(row)
    scene.hours, scene.now = True, NIGHT
    scene.act(row, "send-now")
    assert overdue.tell(
        scene.store, overdue.letters(scene.store, NIGHT, "x"), None, NIGHT, period="x"
    )
    scene.work()
    assert scene.line.taken == [row.decision.email]


def test_what_a_person_sends_now_goes_on_a_holiday(scene: Scene) -> None:
    row = sealed()
    scene.put(row)
    scene.hours, scene.holidays = True, (NOW.date(),)
    scene.act(row, "send-now")
    scene.work()
    assert scene.line.taken == [row.decision.email]


def test_a_notice_goes_at_any_hour(scene: Scene) -> None:
    with scene.store.write() as connection:
        reports.put(connection, "x", letter("hr@acme.example"), NOW)
    scene.hours, scene.now = True, NIGHT
    scene.work()
    assert scene.line.taken == ["hr@acme.example"]


@pytest.mark.parametrize("verb", ["resend", "not-sent"])
def test_what_a_person_lets_go_again_at_night_waits_for_the_morning(
    scene: Scene, verb: str
) -> None:
    row = sealed()
    scene.put(row)
    status = {"resend": Status.FAILED, "not-sent": Status.UNSURE}[verb]
    with scene.store.write() as connection:
        connection.execute(entry.update().values(status=status, attempts=1))
    scene.now = NIGHT
    scene.act(row, verb)
    assert scene.due(row) == MORNING


def test_an_attempt_that_is_deferred_at_closing_time_goes_on_in_the_morning(scene: Scene) -> None:
    row = sealed()
    scene.put(row)
    scene.line.says = {row.decision.email: [Deferred("rcpt: 451 later")]}
    scene.hours, scene.now = True, NOW.replace(hour=17, minute=59, second=30)
    scene.work()
    assert (scene.due(row), scene.found(row)["attempts"]) == (MORNING, 1)
