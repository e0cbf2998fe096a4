"""``docs/pictures.md``: the page that shows all pictures. Written by ``./run pictures``."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from letters import LANGUAGES

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "pictures"
PAGE = DOCS / "pictures.md"

_IN_ENGLISH = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def index(titles: Mapping[str, tuple[str, str]]) -> str:
    """The page, of place to language and title."""
    return "\n".join(_lines(titles))


def _lines(titles: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    yield "# Every letter and every notice\n"
    yield "With invented data, in each language; `./run pictures` makes them from templates.\n"
    yield " · ".join(f"[{_IN_ENGLISH[tag]}](#{_IN_ENGLISH[tag].lower()})" for tag in LANGUAGES)
    for tag in LANGUAGES:
        yield f"\n## {_IN_ENGLISH[tag]}"
        for place, (language, title) in titles.items():
            if language == tag:
                yield f"\n{title.capitalize()}\n\n![{title}, {_IN_ENGLISH[tag]}](pictures/{place})"
    yield ""
