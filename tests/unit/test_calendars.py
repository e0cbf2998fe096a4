"""Whose holidays count, and what is told where none are known."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from worker.calendars import Calendars, place, public_holidays
from worker.reading import read_country

UTC = ZoneInfo("UTC")
XMAS, EPIPHANY = date(2026, 12, 25), date(2026, 1, 6)


def test_a_start_without_a_country_does_not_load_the_library() -> None:
    said = (
        "import sys, worker.cli.main; from zoneinfo import ZoneInfo\n"
        "from worker.calendars import Calendars\n"
        "made = Calendars(ZoneInfo('UTC'))\n"
        "made.company().is_business_day(__import__('datetime').date(2026, 1, 1))\n"
        "assert made.mistakes() == [] and 'holidays' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", said], check=True, cwd=Path(__file__).parents[2])


def test_what_is_observed_in_the_year_before_is_known_there() -> None:
    assert date(2027, 12, 31) in public_holidays("US", 2027), "New Year's Day 2028 is a Saturday"
    assert {day.year for day in public_holidays("US", 2027)} == {2027}


def test_countries_may_be_written_as_people_write_them() -> None:
    assert [read_country(each) for each in ("uk", "EL", "UK-SCT", "DE-BY")] == [
        "GB", "GR", "GB-SCT", "DE-BY",
    ]  # fmt: skip


def test_only_public_holidays_count() -> None:
    assert date(2026, 12, 24) not in public_holidays("DE", 2026)
    assert date(2026, 8, 8) not in public_holidays("DE-BY", 2026), "in Augsburg alone"
    assert date(2026, 12, 24) not in public_holidays("DK", 2026), "a bank holiday"


def test_many_threads_that_ask_first_hear_the_same() -> None:
    public_holidays.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: XMAS in public_holidays("ES-MD", 2026), range(64))
    assert all(found)


@pytest.mark.parametrize(
    ("country", "name", "weekend"),
    [
        ("DE", "DE", {5, 6}),
        ("DE-BY", "DE-BY", {5, 6}),
        ("FR-GP", "FR-GP", {5, 6}),
        ("FR-IDF", "FR", {5, 6}),
        ("DE-XX", "DE", {5, 6}),
        ("XX", None, {5, 6}),
        ("XX-YY", None, {5, 6}),
        ("IL", "IL", {4, 5}),
        ("HK", "HK", {6}),
    ],
)
def test_what_is_known_of_a_country(country: str, name: str | None, weekend: set[int]) -> None:
    assert (place(country).name, set(place(country).weekend)) == (name, weekend)


@pytest.mark.parametrize(
    ("country", "told"),
    [
        (None, None),
        ("DE", None),
        ("CA-ON", None),
        ("XX", "no public holidays are known for XX"),
        ("DE-XX", "no public holidays are known for DE-XX: those of DE count"),
    ],
)
def test_a_row_is_told_of_a_country_that_is_not_known(
    country: str | None, told: str | None
) -> None:
    assert Calendars(UTC, "DE").unknown(country) == told


def test_where_the_settings_list_the_holidays_no_row_is_told_of_its_country() -> None:
    assert Calendars(UTC, listed=()).unknown("XX") is None
    assert Calendars(UTC, listed=("DE",)).unknown("XX") is None


NONE_FOR_XX = (
    "no public holidays are known for XX; list the days themselves in timing.holidays, as"
    " 2026-12-24; [] is none"
)
WRITE_HK = (
    "timing.holidays: no public holidays are known for HK-1; write HK; or list the days themselves"
    " in timing.holidays"
)


@pytest.mark.parametrize(
    ("given", "mistakes"),
    [
        (Calendars(UTC), []),
        (Calendars(UTC, "DE-BY"), []),
        (Calendars(UTC, "XX", ()), []),
        (Calendars(UTC, "XX", ("DE", XMAS)), []),
        (Calendars(UTC, "XX"), [f"company.country: {NONE_FOR_XX}"]),
        (Calendars(UTC, "DE", ("HK-1", "XX")), [WRITE_HK, f"timing.holidays: {NONE_FOR_XX}"]),
    ],
)
def test_a_country_in_the_settings_that_is_not_known_is_a_mistake_with_a_mend(
    given: Calendars, mistakes: list[str]
) -> None:
    assert given.mistakes() == mistakes


def test_for_an_unknown_part_of_a_country_its_known_parts_are_named() -> None:
    (mistake,) = Calendars(UTC, "DE-XX").mistakes()
    assert "write DE, or one of DE-BB, DE-BE, DE-BW, DE-BY, " in mistake
    assert "Augsburg" not in mistake, "a name of the library's own, and not of ISO 3166"


def test_the_country_of_a_job_wins_over_that_of_the_company() -> None:
    made = Calendars(UTC, "DE")
    assert made.of("DE-BY", None).is_holiday(EPIPHANY)
    assert not made.company().is_holiday(EPIPHANY)


def test_a_country_that_is_not_known_does_not_get_the_holidays_of_the_company() -> None:
    assert not Calendars(UTC, "DE").of("XX", None).is_holiday(XMAS)


def test_the_zone_is_the_candidates_or_else_the_companys() -> None:
    made = Calendars(UTC)
    assert made.of(None, "Asia/Tokyo").zone.key == "Asia/Tokyo"
    assert made.of(None, None).zone is UTC
