"""Every notice in every language, with the values of ``tests/samples/notices``."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from english import english_in

from worker.render import Company, Renderer

SHIPPED = Path(__file__).parents[2] / "templates"
SAMPLES = Path(__file__).parents[1] / "samples" / "notices"
NOTICES = sorted(each.name for each in (SHIPPED / "notices/en").glob("*/"))
LANGUAGES = ("en", "de", "fr", "es")
RENDERER = Renderer([SHIPPED], Company("Acme GmbH", country="DE"))


def sampled() -> Iterator[Any]:
    for path in sorted(SAMPLES.glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            for language in LANGUAGES:
                yield pytest.param(path.stem, case["values"], language,
                                   id=f"{path.stem}-{language}-{case['says']}")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_stands_in_every_language(notice: str, language: str) -> None:
    place = SHIPPED / "notices" / language / notice
    assert sorted(each.name for each in place.iterdir()) == ["body.txt", "subject.txt"]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_has_values_to_look_at_it_with(notice: str) -> None:
    assert (SAMPLES / f"{notice}.toml").is_file()


@pytest.mark.parametrize(("notice", "values", "language"), list(sampled()))
def test_a_notice_reads_whole_and_in_one_language(
    notice: str, values: Mapping[str, Any], language: str
) -> None:
    subject = RENDERER.notice(f"{notice}/subject.txt", values, language)
    text = RENDERER.notice(f"{notice}/body.txt", values, language)
    assert "\n" not in " ".join(subject.split())
    assert subject.strip()
    assert text.strip()
    if language != "en":
        assert english_in(f"{subject}\n{text}", language) == []
