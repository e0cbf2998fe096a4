"""What the first line of an answer asks for: one word, and about which rows. Pure.

A line acts when it says the word, what it is about, and nothing else but a kind word: a question,
a condition or a second word makes it say nothing. Only STOP is read with doubt (``sure``,
``replydoubts``), for what is held by mistake can be mended, and what has left can't.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from worker.policy.replydoubts import PART, folded, may_mean_stop


class Word(StrEnum):
    """What an answer can ask for (section 5 of the contract)."""

    STOP = "STOP"
    SEND_NOW = "SEND NOW"
    APPROVE = "APPROVE"
    CALLED = "CALLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A word, and the rows or the entries (by their names, or how they begin) that it is about.

    With neither, and not ``all_of_them``, it is about the one entry of its notice. ``sure`` is
    False where a line may mean STOP and says more than is understood, or asks it: such an order
    counts only where it is known what it answers.
    """

    word: Word
    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    all_of_them: bool = False
    sure: bool = True


#: Each way to say a word, in lower case and without accents.
_PHRASES: Mapping[Word, frozenset[str]] = {
    Word.STOP: frozenset({
        "stop", "stopp", "stoppen", "stoppe", "anhalten", "halt", "arreter", "arretez", "arrete",
        "detener", "detenga", "parar", "pare", "cancel", "cancelar", "annuler", "stornieren",
    }),
    Word.SEND_NOW: frozenset({
        "send now", "jetzt senden", "sofort senden", "jetzt versenden", "envoyer maintenant",
        "envoyez maintenant", "enviar ahora", "envie ahora",
    }),
    Word.APPROVE: frozenset({
        "approve", "approved", "freigeben", "freigegeben", "genehmigt", "genehmigen", "approuver",
        "approuve", "approuvee", "aprobar", "aprobado", "aprobada", "apruebo",
    }),
    Word.CALLED: frozenset({"called", "angerufen", "appele", "appelee", "llamado", "llamada"}),
}  # fmt: skip
_WORD_OF = {phrase: word for word, phrases in _PHRASES.items() for phrase in phrases}

_SAYS = frozenset(part for phrase in _WORD_OF for part in phrase.split())

_ALL = frozenset({
    "all", "alle", "alles", "tous", "tout", "toutes", "todo", "todos", "todas",
})  # fmt: skip
_ROW = frozenset({
    "row", "rows", "zeile", "zeilen", "ligne", "lignes", "fila", "filas", "entry", "entries",
    "eintrag", "entree", "entrada", "nr",
})  # fmt: skip
#: With these around it the word still says nothing else.
_BESIDE = frozenset({
    "and", "beaucoup", "bitte", "bonjour", "carta", "courrier", "danke", "dank", "das", "dies",
    "el", "et", "favor", "gracias", "hallo", "hello", "hereby", "hi", "hiermit", "hola", "i", "it",
    "ja", "la", "le", "letter", "lo", "many", "merci", "much", "muchas", "ok", "okay", "oui",
    "plait", "please", "por", "s'il", "schreiben", "thank", "thanks", "that", "the", "them", "this",
    "und", "very", "vielen", "vous", "y", "yes", "you",
})  # fmt: skip

#: "Halt" is a filler too: "Dann ist das halt so".
_MAY_MEAN_STOP = _PHRASES[Word.STOP] - {"halt"}

#: How an entry begins; a shorter number is a row.
_NAME = re.compile(r"(?=\D*\d)[0-9a-f]{8,20}")
_LONGEST_ROW = 7
#: From a row to another, a decimal, a day: nothing that names single rows.
_BETWEEN_NUMBERS = re.compile(r"\d\s*[-–—./:]\s*\d")


def read_order(line: str) -> Order | None:
    """What a line asks for; None when it asks for nothing that is understood."""
    told = folded(line)
    return _plain(told) or _doubtful(told)


def _plain(line: str) -> Order | None:
    """An order, the whole order, and nothing but an order."""
    if "?" in line:
        return None
    parts = PART.findall(line)
    everything = _means_all(parts, line)
    said = _said(parts, everything=everything)
    rows, names = _rows(parts), tuple(part for part in parts if _NAME.fullmatch(part))
    word = _WORD_OF.get(" ".join(said))
    # "ALL -3" may leave one out.
    puzzle = everything and (rows or names) and word is not Word.STOP
    if word is None or puzzle or 0 in rows or _BETWEEN_NUMBERS.search(line):
        return None
    return Order(word=word, rows=rows, names=names, all_of_them=everything)


def _doubtful(line: str) -> Order | None:
    """A STOP that nobody would overhear, and that is not understood in all it says."""
    parts = PART.findall(line)
    said = _said(parts, everything=_means_all(parts, line))
    begins = "?" not in line and said and _WORD_OF.get(said[0]) is Word.STOP
    if begins or may_mean_stop(line, _MAY_MEAN_STOP):
        return Order(word=Word.STOP, sure=False)
    return None


def _said(parts: Iterable[str], *, everything: bool) -> list[str]:
    """The words beside the kind ones and what it is about."""
    known = _BESIDE | _ROW | (_ALL if everything else frozenset())
    return [part for part in parts if part not in known and not _refers(part)]


def _means_all(parts: Sequence[str], line: str) -> bool:
    """Whether ALL stands beside the word: "Thanks, all" speaks to people."""
    for at, part in enumerate(parts):
        if part in _ALL:
            before = parts[at - 1] if at else None
            return before in _SAYS | {"it", "them"} if before else "," not in line
    return False


def _refers(part: str) -> bool:
    return part.isdecimal() or _NAME.fullmatch(part) is not None


def _rows(parts: Iterable[str]) -> tuple[int, ...]:
    found = (int(part) for part in parts if part.isdecimal() and len(part) <= _LONGEST_ROW)
    return tuple(dict.fromkeys(found))
