"""Row 51: the soak in its short form, and what it says when something is wrong."""

import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from soak import plan
from soak.page import PAGE, write_line
from soak.soak import soak
from soak.storm import LETTERS, Storm

LINE = re.compile(
    r"soak seed=\d+ letters=500 kills=5 faults=\d+ doubles=0 lost=0 unsure=\d+ in \d+ s"
)


def test_row_51_five_kills_in_bad_weather_and_the_oracle_holds(
    record_property: Callable[[str, object], None],
) -> None:
    story = soak(random_seed := time.time_ns() % 10**6, 500, 5, until=time.monotonic() + 120)
    assert not story.problems, (random_seed, story.problems[:20])
    assert LINE.fullmatch(story.line), story.line
    record_property("figure", story.line)


def test_row_51_the_same_seed_gives_the_same_plan() -> None:
    assert list(plan.rounds(7, 20_000, 200)) == list(plan.rounds(7, 20_000, 200))
    assert list(plan.rounds(7, 20_000, 200)) != list(plan.rounds(8, 20_000, 200))


def test_row_51_the_plan_has_all_the_letters_and_every_fault_and_ends_with_a_kill() -> None:
    lives = list(plan.rounds(7, 20_000, 200))
    assert sum(each.letters + each.mails for each in lives) == 20_000
    assert {act for each in lives for _, act in each.acts} == set(plan.Act)
    assert {each.acts[-1][1] for each in lives} == {plan.Act.KILL}


def test_row_51_the_same_seed_gives_a_letter_the_same_weather_at_each_try() -> None:
    names = [f"c{number}@d.example" for number in range(500)]
    with Storm(7) as first, Storm(7) as again:
        fates = [first.fate(name, LETTERS) for name in names]
        assert fates == [again.fate(name, LETTERS) for name in reversed(names)][::-1]
    assert len(set(fates)) > len(LETTERS) / 2


def test_row_51_the_line_is_written_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- soak -->\nold\n<!-- /soak -->\nafter\n", "utf-8")
    write_line(page, "soak seed=1", "./run soak --seed 1", date(2026, 11, 23))
    text = page.read_text("utf-8")
    assert "    soak seed=1\n" in text
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")


@pytest.mark.parametrize("mark", ["<!-- soak -->", "<!-- /soak -->"])
def test_row_51_the_page_has_its_marks(mark: str) -> None:
    assert PAGE.read_text("utf-8").count(mark) == 1
