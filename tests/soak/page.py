"""Where the figures of the last full soak stand: one line of docs/reliability.md."""

import re
from datetime import date
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_LINE = re.compile(r"(<!-- soak -->\n).*?(<!-- /soak -->)", re.DOTALL)


def write_line(page: Path, line: str, command: str, day: date) -> None:
    """Put the oracle's line between its marks."""
    told = f"`{command}` on {day:%-d %B %Y}:\n\n    {line}\n"
    text = page.read_text("utf-8")
    page.write_text(_LINE.sub(lambda marks: f"{marks[1]}{told}{marks[2]}", text), "utf-8")
