"""What is to be seen on each picture: pages in HTML, of letters as they are and of notices.

A letter is shown as its HTML part, at the width of a phone. A notice is plain text, so its picture
is a sheet of mails as a mail program shows them, one for each case of its samples.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from letters import LANGUAGES, RENDERER, letters

from worker.decision import Outcome
from worker.render import MAILED

#: Cases of a notice on one picture.
ON_ONE = 2
SAMPLES = Path(__file__).parents[1] / "samples" / "notices"
SENDER = "Acme Talent <talent@acme.example>"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture: its place below ``docs/pictures``, what it shows, and its page in HTML.

    ``scale`` is how many pixels a pixel of the page gets.
    """

    place: str
    title: str
    width: int
    scale: float
    html: str


def titles() -> Mapping[str, tuple[str, str]]:
    """What there is to be seen: place to language and title, letters first."""
    shown = [(f"letters/{tag}/{each}.png", tag, f"letter: {each}")
             for tag in LANGUAGES for each in MAILED]  # fmt: skip
    shown += [(f"notices/{tag}/{notice}-{number}.png", tag, f"notice: {notice}, {number}")
              for tag in LANGUAGES for notice, number in _notices()]  # fmt: skip
    return {place: (tag, title) for place, tag, title in shown}


def _notices() -> Iterator[tuple[str, int]]:
    for path in sorted(SAMPLES.glob("*.toml")):
        pictures = -(-len(_cases(path.stem)) // ON_ONE)
        yield from ((path.stem, number) for number in range(1, pictures + 1))


def _cases(notice: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = tomllib.loads(
        (SAMPLES / f"{notice}.toml").read_text("utf-8")
    )["case"]
    return found


def sheets() -> Iterator[Sheet]:
    """All of them."""
    for place, (tag, title) in titles().items():
        name = Path(place).stem
        if place.startswith("letters/"):
            yield Sheet(place, title, 420, 1.5, letters(Outcome(name), tag)["with everything"].html)
        else:
            notice, _, number = name.rpartition("-")
            yield Sheet(place, title, 640, 1.0, _sheet(notice, int(number), tag))


def _sheet(notice: str, number: int, tag: str) -> str:
    cases = _cases(notice)[(number - 1) * ON_ONE : number * ON_ONE]
    mails = "\n".join(_mail(notice, tag, case) for case in cases)
    return f'<!doctype html>\n<html lang="{tag}"><meta charset="utf-8">{_STYLE}\n{mails}</html>\n'


def _mail(notice: str, tag: str, case: Mapping[str, Any]) -> str:
    subject, text = (RENDERER.notice(f"{notice}/{part}.txt", case["values"], tag)
                     for part in ("subject", "body"))  # fmt: skip
    return f"""<figure><figcaption>{escape(case["says"])}</figcaption>
<article><header>From: {escape(SENDER)}<br><b>{escape(" ".join(subject.split()))}</b></header>
<pre>{escape(text.strip())}</pre></article></figure>"""


_STYLE = """<style>
body { margin: 0; padding: 4px 12px; background: #eee; color: #222; font: 13px sans-serif }
figure { margin: 8px 0 14px }
figcaption { margin: 0 0 4px; color: #666 }
article { background: #fff; border: 1px solid #ccc }
header { padding: 8px 12px; border-bottom: 1px solid #ccc; line-height: 1.5 }
pre { margin: 0; padding: 10px 12px; font: 12px/1.45 monospace; white-space: pre-wrap;
      overflow-wrap: anywhere }
</style>"""
