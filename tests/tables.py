"""Tables of cases that a person can read: ``tests/rules/NAME.toml``, one ``[[case]]`` each.

``says`` is the sentence that the case shows, and its name in the report.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

RULES = Path(__file__).parent / "rules"


def cases(name: str) -> pytest.MarkDecorator:
    """The cases of a table, for a test that takes one as ``case``."""
    found = tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    names = [each["says"] for each in found]
    assert len(set(names)) == len(names), "two cases say the same"
    return pytest.mark.parametrize("case", [_frozen(each) for each in found], ids=names)


def _frozen(case: dict[str, Any]) -> dict[str, Any]:
    return dict(case)
