"""``Key: value`` lines: from the lines on top of a mail to the fields of one row.

For ``mailform``. People write these lines by hand, in programs that add bullets, bold, links and
smart quotes, so the form is read kindly; the meaning never: an unknown key, a key that stands
twice or a candidate with two addresses is a problem, and a problem refuses the mail. What can go
wrong is told in ``Keys.problems``, never raised.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import dropwhile

from worker.columns import CANDIDATE_KEYS, Words, fold
from worker.intake.mailtext import PARAGRAPH

_CANDIDATE = "candidate"
_MAX_LINES = 300
#: How keys are best written; the others are their canonical names in words.
_SHOWN = {"outcome": "Decision", "job_title": "Job", "application_id": "Application"}

_BULLET = r"(?:(?:[-*+•‣◦▪·–—]|\d{1,2}[.)])\s+)?"
_PAIR = re.compile(rf"\s*{_BULLET}([^:：﹕]{{1,60}})[:：﹕](.*)", re.DOTALL)
#: A key that nobody knows, in contrast to a sentence with a colon in it.
_KEY_LIKE = re.compile(r"[^\W\d_][\w'’/().-]*(?: [\w'’/().-]+){0,2}")
_EMPHASIS = re.compile(r"([*_]{1,3})(\S|\S.*\S)\1", re.DOTALL)
_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|\"([^\"]+)\"|‘([^‘’]+)’", re.DOTALL)
#: Outlook writes a@b<mailto:a@b>, others write [a@b](mailto:a@b).
_LINKED = re.compile(r"\s*<mailto:[^<>]*>|\]\(mailto:[^()]*\)|\[(?=[^\[\]]*\]\(mailto:)|\bmailto:")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"“”„«»]+@[^\s<>()\[\],;:\"“”„«»]+")
_EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]")


@dataclass(slots=True)
class Keys:
    """What the lines say: canonical name to text. ``known`` if at least one key is one of ours.

    ``labels`` tells under which label a name stands, for the message when it stands twice.
    """

    fields: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    known: bool = False
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Pair:
    label: str
    name: str | None
    value: str


def read_keys(lines: list[str], words: Words) -> Keys:
    """Read the block of keys on top of ``lines``; without any, nothing is known."""
    keys = Keys()
    block = _block(lines, words)
    if len(block) > _MAX_LINES:
        keys.problems.append(f"the text has {len(block)} lines without an empty one below the keys")
        return keys
    for pair in _pairs(block, words):
        if pair.name == _STRAY:
            keys.problems.append(
                f"{pair.label[:60]!r} stands among the keys and is none; put an empty line above"
                " what is not meant for the letter"
            )
        elif pair.name is None:
            keys.problems.append(_unknown(pair.label, words))
        else:
            keys.known = True
            _take(keys, pair.label, pair.name, _tidy(pair.value))
    return keys


def _block(lines: list[str], words: Words) -> list[str]:
    """The lines up to the first empty one.

    In HTML a key may be a paragraph of its own: then paragraphs go on while they hold one line
    each and that line is a key. Text in a further paragraph is free text, as below an empty line.
    """
    top = list(dropwhile(lambda line: line == PARAGRAPH or not line.strip(), lines))
    block: list[str] = []
    size = 0
    for line, following in zip(top, [*top[1:], ""], strict=False):
        if line == PARAGRAPH:
            if size > 1 or _read_line(following, words) is None:
                break
            size = 0
        elif not line.strip():
            break
        else:
            block.append(line)
            size += 1
    return block


#: Values that may run over several lines; under any other key a further line is a slip, and a
#: remark to a colleague must never become part of a job title.
_SENTENCES = frozenset({_CANDIDATE, "reason", "recommendation", "next_step", "conditions"})
_STRAY = "stray"


def _pairs(block: list[str], words: Words) -> list[_Pair]:
    pairs: list[_Pair] = []
    for line in block:
        pair = _read_line(line, words)
        if pair:
            pairs.append(pair)
        elif pairs and pairs[-1].name in _SENTENCES:
            pairs[-1] = replace(pairs[-1], value=f"{pairs[-1].value} {line.strip()}")
        elif pairs:
            pairs.append(_Pair(line.strip(), _STRAY, ""))
            break
        else:
            break
    return pairs


def _read_line(line: str, words: Words) -> _Pair | None:
    found = _PAIR.fullmatch(line)
    if found is None:
        return None
    label, value = found[1].strip(), found[2].strip()
    bare, value = _without_emphasis(label, value)
    name = _CANDIDATE if fold(bare) in CANDIDATE_KEYS else words.aliases.get(fold(bare))
    sentence = not _KEY_LIKE.fullmatch(bare) or value.startswith("//")
    return None if name is None and sentence else _Pair(bare, name, value)


def _without_emphasis(label: str, value: str) -> tuple[str, str]:
    """``*Decision:* reject``, ``**Decision**: reject`` and ``*Decision: reject*`` made plain."""
    bare = label.strip("*_ ")
    mark = label[: len(label) - len(label.lstrip("*_"))]
    if mark and not label.endswith(mark):
        opened = value.startswith(mark)
        value = value.removeprefix(mark) if opened else value.removesuffix(mark)
    return bare, value.strip()


def _take(keys: Keys, label: str, name: str, value: str) -> None:
    if any(each == "\ufffd" or unicodedata.category(each) in {"Cc", "Cs"} for each in value):
        keys.problems.append(f"{label}: has characters that can't be read; send the mail as UTF-8")
        return
    try:
        fields = _read_candidate(value) if name == _CANDIDATE else {name: _plain(name, value)}
    except ValueError as why:
        keys.problems.append(f"{label}: {why}")
        return
    # The candidate counts as a key too, so that two of them clash whatever they hold.
    for each in {name: "", **fields}:
        if each in keys.labels:
            first = keys.labels[each]
            keys.problems.append(f"{label}: stands twice, first as {first}:; keep one of them")
            return
    keys.labels.update(dict.fromkeys({name: "", **fields}, label))
    keys.fields.update({each: text for each, text in fields.items() if text})


def _tidy(value: str) -> str:
    value = _LINKED.sub("", value).strip()
    emphasis = _EMPHASIS.fullmatch(value)
    if emphasis and emphasis[1] not in emphasis[2]:
        value = emphasis[2]
    quoted = _QUOTED.fullmatch(value)
    return next(text for text in quoted.groups() if text).strip() if quoted else value


def _plain(name: str, value: str) -> str:
    return value.strip("<> ") if name.endswith("email") else value


def _read_candidate(value: str) -> dict[str, str]:
    """``Ana Pérez <ana@example.org>``, either half alone, or with brackets of another form."""
    addresses = _ADDRESS.findall(value)
    if len(addresses) > 1:
        raise ValueError(f"names {len(addresses)} addresses; write one candidate in one mail")
    name = _ADDRESS.sub(" ", value)
    if "@" in name:
        raise ValueError(f"{value!r} is not a candidate; write Ana Pérez <ana@example.org>")
    name = " ".join(_EMPTY_BRACKETS.sub(" ", name).split()).strip(" ,;|–—-\"“”„«»'")
    return {key: text for key, text in (("name", name), ("email", "".join(addresses))) if text}


def _unknown(label: str, words: Words) -> str:
    known = [*words.aliases, *CANDIDATE_KEYS]
    near = get_close_matches(fold(label), known, n=1)
    if not near:
        return f"{label}: is not a key that is known; free text belongs below an empty line"
    name = _CANDIDATE if near[0] in CANDIDATE_KEYS else words.aliases[near[0]]
    shown = _SHOWN.get(name, name.replace("_", " ").capitalize())
    return f"{label}: is not a key that is known; the nearest is {shown}"
