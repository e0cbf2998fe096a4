"""The digest: when it is due, once for each day, and what HR reads in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from deciding import put, waiting
from promising import Office, become, promised
from sample import NOW, arrival, open_store, sealed
from tables import cases

from worker.lifecycle import Kind
from worker.policy.calendar import Calendar
from worker.policy.digest import LISTED, Rhythm
from worker.policy.timing import DAYS
from worker.steps.report import Reporting
from worker.store import taking, views

#: Entries are taken in and sent at 09:00 on this Monday.
TUESDAY = datetime(2026, 11, 24, 8, 0, 20, tzinfo=UTC)


INTRO = (
    "What happened with your decisions since Monday, November 23, 2026, 08:59 (UTC), and what waits"
    " for you."
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(tmp_path)
    yield Office(store)
    store.close()


@cases("digest")
def test_the_latest_digest(case: dict[str, Any]) -> None:
    berlin = Calendar(ZoneInfo("Europe/Berlin"), lambda day: day == date(2026, 12, 25))
    rhythm = Rhythm(every=case["every"], at=time(8), calendar=berlin,
                    weekday=DAYS.index(case.get("weekday", "mon")))  # fmt: skip
    assert rhythm.latest(case["now"]) == case.get("due")


def test_it_tells_what_happened_and_what_waits(office: Office) -> None:
    become(office.store, sealed(1), "sent")
    become(office.store, sealed(2), "bounced")
    become(office.store, sealed(3), "failed")
    become(office.store, sealed(4), "unsure")
    put(office.store, "s5", waiting(sealed(5), "approval", "call"))
    become(office.store, promised(6, outcome="on_hold", update_on=date(2026, 11, 20)), "sent")
    become(office.store, promised(7, outcome="on_hold", update_on=date(2026, 11, 30)), "sent")
    become(office.store, promised(8, outcome="on_hold", update_on=date(2026, 12, 2)), "sent")
    office.digest(TUESDAY)
    (text,) = office.texts
    parts = [part.strip().splitlines() for part in text.split("\n\n")]
    heads = [part[0] for part in parts]
    assert heads == [
        "Decisions: 5 sent, 5 to look at",
        INTRO,
        "PERHAPS SENT, OR NOT (1)", "PROMISED, AND OVERDUE (1)", "CAME BACK (1)",
        "COULD NOT BE SENT (1)", "WAITS FOR A PERSON (1)",
        "It waits because a second person has to approve it.",
        "PROMISED FOR THE NEXT SEVEN DAYS (1)", "SENT (5)", "LONGEST WAITS BY WHO DECIDED",
        "followup show ENTRY tells everything about an entry.",
    ]  # fmt: skip
    assert "Ana Pérez 4" in "".join(parts[2])
    assert "November 20, 2026: word from us, Ana Pérez 6" in "".join(parts[3])
    assert "November 30" in "".join(parts[8])
    assert "- rejected: 2. From decision to sent: half within 0 h" in "".join(parts[9])
    assert "aim: 3 business days" in "".join(parts[9])
    assert "- nobody named: " in "".join(parts[10])
    assert "Kubernetes" not in text, "no text of a letter"


def test_when_there_is_nothing_to_tell_nobody_is_told(office: Office) -> None:
    become(office.store, sealed(1), "cancelled")
    office.digest(TUESDAY)
    assert office.told == []


def test_it_comes_once_for_all_workers_and_restarts(office: Office) -> None:
    become(office.store, sealed(1), "sent")
    for minutes in range(5):
        office.digest(TUESDAY + timedelta(minutes=minutes), restart=True)
    assert len(office.told) == 1
    found = list(views.entries(office.store, views.Asked(kind=Kind.NOTICE)))
    assert len(found) == 1


def test_a_day_that_had_nothing_to_tell_does_not_get_one_later(office: Office) -> None:
    become(office.store, sealed(1), "cancelled")
    office.digest(TUESDAY)
    late = TUESDAY + timedelta(hours=1)
    made = arrival(office.store, "s2")
    taking.put(office.store, made, [waiting(sealed(2), "person")], late, hold_changed=True)
    office.digest(late + timedelta(hours=1), restart=True)
    assert office.told == []
    office.digest(TUESDAY + timedelta(days=1))
    assert len(office.told) == 1


def test_a_worker_that_was_down_tells_the_latest_one_with_all_since_the_last(
    office: Office,
) -> None:
    become(office.store, sealed(1), "sent")
    office.digest(TUESDAY)
    for _ in range(3):
        office.digest(datetime(2026, 12, 14, 15, 0, tzinfo=UTC), restart=True)
    assert len(office.told) == 1, "nothing happened since"
    put(office.store, "s2", waiting(sealed(2), "person"))
    office.digest(datetime(2026, 12, 17, 15, 0, tzinfo=UTC), restart=True)
    (_, (_, _, values)) = office.told
    assert (values["since"], values["until"]) == (
        datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 12, 17, 8, tzinfo=UTC),
    )  # fmt: skip
    assert values["sent_total"] == 0


def test_there_is_none_for_a_time_before_the_first_decision(office: Office) -> None:
    office.digest(TUESDAY)
    become(office.store, sealed(1), "sent")
    office.digest(NOW + timedelta(hours=5), restart=True)
    assert office.told == []


def test_a_long_list_is_cut_with_the_number_that_was_left_out(office: Office) -> None:
    rows = [waiting(sealed(number), "person") for number in range(1, LISTED + 6)]
    put(office.store, "s1", *rows)
    office.digest(TUESDAY)
    (text,) = office.texts
    assert text.count("- Ana Pérez") == LISTED
    assert f"WAITS FOR A PERSON ({LISTED + 5})" in text
    assert "- and 5 more: followup list" in text


def test_what_is_late_is_told(office: Office) -> None:
    put(office.store, "s1", replace(sealed(1), late_after=NOW + timedelta(hours=3)))
    office.digest(TUESDAY)
    assert "NOT SENT IN TIME (1)" in office.texts[0]


def test_without_an_address_of_hr_nobody_is_told_and_it_is_looked_at_once(office: Office) -> None:
    asked: list[str] = []
    become(office.store, sealed(1), "sent")
    office.digest(NOW.replace(hour=1))
    assert office.digesting is not None
    office.digesting.reporting = Reporting(
        store=office.store, seal=lambda told: asked.append(told.key), now=lambda: office.now
    )
    for minutes in range(3):
        office.digest(TUESDAY + timedelta(minutes=minutes))
    assert asked == ["digest:2026-11-24"]
