"""``config/followup.toml`` is what an operator starts from: whole, true and loadable."""

import re
import tomllib
from pathlib import Path
from typing import Any

from configured import read, write_start_file

from worker.settings.model import KEYS

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "config" / "followup.toml").read_text(encoding="utf-8")


def switched_on() -> str:
    """The file with every setting in it uncommented; prose keeps its blank after the #."""
    return re.sub(r"(?m)^#(?=\S)", "", SHIPPED)


def without_examples() -> str:
    """What is left when the examples go shows the defaults; deciders are an example as a whole."""
    lines = [line for line in switched_on().splitlines() if not line.endswith("# example")]
    return "\n".join(lines).replace("[[deciders]]", "").replace("may_approve", "#")


def is_in(tables: Any, key: str) -> bool:
    """A key of ``deciders`` is one of its first block."""
    for part in key.split("."):
        inner = tables[0] if isinstance(tables, list) else tables
        if part not in inner:
            return False
        tables = inner[part]
    return True


def test_it_loads_as_it_is_and_changes_nothing(tmp_path: Path) -> None:
    untouched = read(tmp_path)
    write_start_file(tmp_path, SHIPPED)
    assert read(tmp_path) == untouched


def test_a_line_that_is_no_example_shows_the_default(tmp_path: Path) -> None:
    untouched = read(tmp_path)
    write_start_file(tmp_path, without_examples())
    assert read(tmp_path) == untouched


def test_all_its_examples_load(tmp_path: Path) -> None:
    write_start_file(tmp_path, switched_on())
    assert read(tmp_path).problems_for_sending() == []


def test_every_key_of_the_settings_is_in_it() -> None:
    tables = tomllib.loads(switched_on())
    assert [key for key in KEYS if not is_in(tables, key)] == []


def test_every_variable_of_the_example_environment_is_known(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    environ = dict(re.findall(r"(?m)^#?(FOLLOWUP_\w+)='?(.*?)'?$", text))
    assert len(environ) > 10
    for name in [name for name in environ if name.endswith("_FILE")]:
        secret = tmp_path / name
        secret.write_text("sqlite:///var/followup.db")
        environ[name] = str(secret)
    settings = read(tmp_path, environ)
    assert settings.mailbox.enabled
    assert settings.problems_for_sending() == []
