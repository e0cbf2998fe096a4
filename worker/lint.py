"""What is wrong with the templates and the catalogue, before a candidate is the one to find out.

``lint`` reads every letter in every folder with invented data and returns findings; no finding
is good. It stands on ``render``, which knows how letters are made, and on ``policy.phrases``,
which knows what none should say. A template that can't be filled is a finding, not an error.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from worker.decision import Outcome
from worker.errors import RenderError
from worker.policy.donts import Dont, donts
from worker.policy.phrases import Kind, found, screened
from worker.policy.proofread import visible
from worker.policy.reasons import UNWANTED, Catalogue
from worker.render import FILES, VARIABLES, Rendered, Renderer

#: CONTRACT section 7: the blocks that a letter must have, in the text and in the HTML.
REQUIRED: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.REJECTED: ("decision", "reason", "recommendation", "farewell"),
    Outcome.ADVANCED: ("next_step", "timeline"),
    Outcome.ON_HOLD: ("next_update",),
    Outcome.OFFER: ("conditions", "expiry"),
}

#: What makes a mail program fetch or run something.
_REMOTE = re.compile(
    r"<(?:script|link|iframe|object|embed|form)\b|@import\b|url\(\s*['\"]?(?:https?:)?//"
    r"|<(?:img|video|audio|source)\b[^>]*\bsrc\s*=\s*['\"]?\s*(?:(?:https?:)?//|\{\{)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?P<template>.+?), line (?P<line>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the template or file, the line where it is known, and what to do.

    A ``note`` is only to be known: nothing is wrong that anybody could tell.
    """

    template: str
    line: int | None
    rule: str
    message: str
    mend: str
    note: bool = False


def lint(renderer: Renderer) -> list[Finding]:
    """Everything wrong with every letter there is, in order and each once."""
    findings = [
        finding
        for outcome, language, _ in renderer.templates()
        for finding in _letter(renderer, outcome, language)
    ]
    return list(dict.fromkeys(findings))


def lint_catalogue(catalogue: Catalogue, path: Path) -> list[Finding]:
    """Approved sentences that no letter should say, each by the table of its own language."""
    sentences = [
        (tag, f"[{code}.{tag}]", f"{approved.reason} {approved.recommendation}")
        for code, languages in catalogue.items()
        for tag, approved in languages.items()
    ]
    wording = [
        Finding(str(path), None, "wording", f'{place} "{phrase}": {why}', "write it without")
        for tag, place, text in sentences
        for phrase, why in dict.fromkeys(found(text, [*UNWANTED, Kind.ADVERSE], tag))
    ]
    unread = dict.fromkeys(tag for tag, *_ in sentences if not screened(tag))
    return [*wording, *(_unscreened(str(path), tag) for tag in unread)]


def _unscreened(place: str, language: str) -> Finding:
    message = f"nobody here reads {language}: its wording is not screened"
    mend = "have somebody read it for protected grounds, comparisons and promises"
    return Finding(place, None, "unscreened", message, mend, note=True)


def _letter(renderer: Renderer, outcome: Outcome, language: str) -> Iterator[Finding]:
    place = f"letters/{outcome}/{language}"
    missing = [file for file in FILES if not _exists(renderer, f"{place}/{file}")]
    for file in missing:
        yield Finding(f"{place}/{file}", None, "missing-file", "does not exist", "add it")
    if missing:
        return
    try:
        for file in FILES:
            yield from _sources(renderer, f"{place}/{file}")
        letter = renderer.sample(outcome, language)
        yield from _blocks(renderer, outcome, letter)
        yield from _wording(letter, place, donts(outcome, renderer.company.country))
    except RenderError as why:
        yield _broken(why, place)


def _exists(renderer: Renderer, name: str) -> bool:
    return any((folder / name).is_file() for folder in renderer.folders)


def _broken(why: RenderError, place: str) -> Finding:
    """A letter that can't be made; the error says why, and where if that is known."""
    mend = "mend it; nothing is sent from it until then"
    if match := _PLACE.fullmatch(str(why)):
        return Finding(match["template"], int(match["line"]), "broken", match["message"], mend)
    return Finding(place, None, "broken", str(why), mend)


def _sources(renderer: Renderer, name: str) -> Iterator[Finding]:
    """What can be told from a file as it is written, and from those that it extends."""
    for path, text in renderer.sources(name).items():
        for unknown in sorted(renderer.names_used(text) - VARIABLES.keys()):
            line = _line_of(rf"\b{re.escape(unknown)}\b", text)
            mend = f"use one of {', '.join(VARIABLES)}"
            yield Finding(str(path), line, "unknown-variable", f"{unknown} is not known", mend)
        if path.suffix == ".html" and (remote := _REMOTE.search(text)):
            message = f"{remote[0]!r} fetches or runs something when the letter is opened"
            line = text.count("\n", 0, remote.start()) + 1
            yield Finding(str(path), line, "remote-content", message, "take it out")


def _line_of(pattern: str, text: str) -> int | None:
    match = re.search(pattern, text)
    return text.count("\n", 0, match.start()) + 1 if match else None


def _blocks(renderer: Renderer, outcome: Outcome, letter: Rendered) -> Iterator[Finding]:
    for file, whole in (("body.txt", letter.text), ("body.html", visible(letter.html))):
        name = f"letters/{outcome}/{letter.language}/{file}"
        blocks = renderer.blocks(outcome, letter.language, file)
        for block in REQUIRED.get(outcome, ()):
            message = _block_problem(blocks.get(block), whole, html=file.endswith("html"))
            if message:
                mend = f"give it a {{% block {block} %}} with text, inside the block letter"
                yield Finding(name, None, "block", f"block {block} {message}", mend)


def _block_problem(block: str | None, whole: str, *, html: bool) -> str | None:
    if block is None:
        return "is missing"
    seen = visible(block) if html else " ".join(block.split())
    if not seen:
        return "is empty"
    return None if seen in " ".join(whole.split()) else "is not printed by the layout"


def _wording(letter: Rendered, place: str, unwanted: Iterable[Dont]) -> Iterator[Finding]:
    if not screened(letter.language):
        yield _unscreened(place, letter.language)
    subject = [Dont(Kind.OUTCOME, ""), Dont(Kind.UNFINISHED, "")]
    body = list(unwanted)
    parts = {
        "subject.txt": (letter.subject, subject),
        "body.txt": (letter.text, body),
        "body.html": (visible(letter.html), body),
    }
    for file, (seen, kinds) in parts.items():
        for dont in kinds:
            yield from _phrases(f"{place}/{file}", seen, letter.language, dont)
    if not re.search(r"<html\b[^>]*\slang=.", letter.html):
        mend = 'write <html lang="{{ language }}">'
        yield Finding(f"{place}/body.html", None, "language", "does not name its language", mend)


def _phrases(place: str, seen: str, language: str, dont: Dont) -> Iterator[Finding]:
    for phrase, why in dict.fromkeys(found(seen, [dont.kind], language)):
        told = f"{why}; {dont.because}" if dont.because else why
        yield Finding(place, None, "wording", f'says "{phrase}": {told}', "write it without")
