"""The approved reasons, read from ``config/reasons.toml``.

A file that can't be read, or a code without its sentences, is a ``SettingsError`` that names the
file, the code and the language: the start stops, rather than some letters later.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from worker.errors import SettingsError
from worker.policy.reasons import Approved, Catalogue

_SENTENCES = ("reason", "recommendation")


def load_catalogue(path: Path) -> Catalogue:
    """Code -> language -> approved sentences. ``SettingsError`` with every problem at once."""
    tables = _read(path)
    problems = [f"{path}: {problem}" for problem in _problems(tables)]
    if problems:
        raise SettingsError(problems)
    return {
        code: {tag: Approved(**_stripped(sentences)) for tag, sentences in languages.items()}
        for code, languages in tables.items()
    }


def _read(path: Path) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            [f"{path}: the catalogue of reasons is missing; add it, or set reasons.policy to none"]
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise SettingsError([f"{path}: can't be read as TOML in UTF-8: {why}"]) from why


def _problems(tables: Mapping[str, object]) -> Iterator[str]:
    for code, languages in tables.items():
        if not isinstance(languages, dict) or not languages:
            yield f"{code}: write its sentences under a language, as in [{code}.en]"
            continue
        for tag, sentences in languages.items():
            yield from _problems_of_one(f"[{code}.{tag}]", sentences)


def _problems_of_one(place: str, sentences: object) -> Iterator[str]:
    if not isinstance(sentences, dict):
        yield f"{place}: is no table; write reason and recommendation under it"
        return
    for name in _SENTENCES:
        text = sentences.get(name)
        if not isinstance(text, str) or not text.strip():
            yield f'{place}: {name} is missing; write {name} = "one sentence"'
    for name in sentences.keys() - set(_SENTENCES):
        yield f"{place}: {name} is not known; it takes {' and '.join(_SENTENCES)}"


def _stripped(sentences: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in sentences.items()}
