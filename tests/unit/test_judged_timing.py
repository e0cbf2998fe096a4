"""What the settings say about time, in a row that was judged."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from configured import read
from sample import NOW
from workplace import environment, row

from worker.cli import build
from worker.decision import Outcome
from worker.errors import SettingsError
from worker.intake import Row
from worker.steps.judge import By, judge
from worker.store.taking import Sealed


def judged(home: Path, fields: dict[str, str], now: datetime = NOW, **settings: str) -> Sealed:
    environ = {f"FOLLOWUP_{name}": text for name, text in settings.items()}
    house = build.house(read(home, {**environment(25), **environ}))
    return judge(Row(2, fields), house, By(), "t", now).sealed


def test_a_letter_has_its_moment_and_its_deadline(tmp_path: Path) -> None:
    sealed = judged(tmp_path, row(1), TIMING__HOLD="15m", TIMING__DEADLINE="2 business days")
    assert sealed.not_before == NOW + timedelta(minutes=15)
    assert sealed.late_after == NOW + timedelta(days=2)


def test_the_deadline_of_its_outcome_counts(tmp_path: Path) -> None:
    sealed = judged(tmp_path, row(1, "offer"), TIMING__OFFER__DEADLINE="5h")
    assert sealed.late_after == NOW + timedelta(hours=5)


def test_what_is_only_recorded_has_no_deadline(tmp_path: Path) -> None:
    assert judged(tmp_path, row(1, Outcome.WITHDRAWN)).late_after is None


def test_a_holiday_of_the_jobs_country_is_no_day_for_a_letter(tmp_path: Path) -> None:
    christmas = NOW.replace(month=12, day=25)
    sealed = judged(
        tmp_path, row(1, job_country="US"), christmas, TIMING__HOLIDAYS='["US"]',
    )  # fmt: skip
    assert sealed.not_before == christmas.replace(day=26, hour=0)


@pytest.mark.parametrize(
    ("country", "note"),
    [
        ("XX", "no public holidays are known for XX"),
        ("DE-XX", "no public holidays are known for DE-XX: those of DE count"),
    ],
)
def test_a_country_without_known_holidays_is_told_in_the_rows_note(
    tmp_path: Path, country: str, note: str
) -> None:
    environ = {k: v for k, v in environment(25).items() if not k.endswith("HOLIDAYS")}
    house = build.house(read(tmp_path, environ))
    sealed = judge(Row(2, row(1, job_country=country)), house, By(), "t", NOW).sealed
    assert (sealed.status, sealed.note) == ("queued", note)


@pytest.mark.parametrize("country", ["DE-XX", "XX"])
def test_a_country_without_known_holidays_in_the_settings_stops_the_start(
    tmp_path: Path, country: str
) -> None:
    told = f"timing.holidays: no public holidays are known for {country}; "
    with pytest.raises(SettingsError, match=told):
        judged(tmp_path, row(1), TIMING__HOLIDAYS=f'["{country}"]')
