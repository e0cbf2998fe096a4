"""What the documentation says is there, is there: commands, settings, files, the version."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from configured import read

from worker import __version__
from worker.cli.main import app
from worker.settings.model import HOME, is_setting

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
#: Beside the pages, these show people commands and variables.
SHOWN = [*PAGES, ROOT / "docker-compose.yml", ROOT / ".env.example"]

#: The verbs of ./run itself; everything else goes to followup.
OWN_VERBS = {"test", "lint", "bench", "soak", "pictures", "lock"}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
each_shown = pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)


def code(text: str) -> Iterator[str]:
    """What stands in fences and between backticks; a file that is no page is code as a whole."""
    fenced = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    yield from fenced.findall(text)
    yield from re.findall(r"`([^`\n]+)`", fenced.sub("", text))


def commands(text: str) -> set[str]:
    """``list`` of ``./run list`` and of ``followup list``."""
    return set(re.findall(r"(?:\./run|(?<![\w./-])followup) +([a-z][a-z-]*)", text))


def variables(text: str) -> set[str]:
    """Whole names of variables; ``FOLLOWUP_SMTP__...`` stands for many and is none."""
    return set(re.findall(r"\bFOLLOWUP_\w*[A-Z](?![\w…]|\.\.\.)", text))


def links(text: str) -> set[str]:
    """Targets of links and pictures inside the project, without their anchors."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    inside = {each.partition("#")[0] for each in targets if not re.match(r"[a-z]+:", each)}
    return inside - {""}


@each_shown
def test_every_command_that_is_shown_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    shown = commands("\n".join(code(text)) if page.suffix == ".md" else text)
    known = typer.main.get_group(app).commands.keys() | OWN_VERBS | {"health"}
    assert not shown - known


@each_shown
def test_every_variable_that_is_shown_is_a_setting(page: Path) -> None:
    shown = variables(page.read_text("utf-8"))
    assert not {
        name
        for name in shown - {HOME}
        if not is_setting(name.lower()) and not is_setting(name.lower().removesuffix("_file"))
    }


@each_page
def test_every_file_that_is_linked_is_there(page: Path) -> None:
    gone = {each for each in links(page.read_text("utf-8")) if not (page.parent / each).exists()}
    assert not gone


def test_the_changelog_tells_of_this_version() -> None:
    headings = re.findall(
        r"^## \[?([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert headings[0] == __version__


def test_the_readme_shows_the_two_commands() -> None:
    assert {"demo", "test"} <= commands((ROOT / "README.md").read_text("utf-8"))


def test_the_settings_of_the_try_out_are_settings(tmp_path: Path) -> None:
    lines = (ROOT / "examples" / "try-out.env").read_text("utf-8").splitlines()
    given = read(tmp_path, dict(line.split("=", 1) for line in lines if not line.startswith("#")))
    assert (given.smtp.host, given.smtp.security) == ("catcher", "none")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8")


def test_the_development_lock_pins_what_the_other_one_pins() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_the_readers_of_these_tests_see_what_they_should() -> None:
    page = (
        "followup is\n```\n./run list --json\n```\nor `followup sned` `x/followup y` [it](a.md#b)"
    )
    assert commands("\n".join(code(page))) == {"list", "sned"}
    assert links(page + "[web](https://x.example) [here](#top)") == {"a.md"}
    assert variables("FOLLOWUP_SMTP__HOST FOLLOWUP_SMTP__... FOLLOWUP_") == {"FOLLOWUP_SMTP__HOST"}
