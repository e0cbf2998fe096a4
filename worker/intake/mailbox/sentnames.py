"""Which folders of an account may be its Sent folder. Pure.

For ``sentfolder``. The server's own mark (special use, RFC 6154) wins; without one, folders that
mail programs are known to keep sent mail in. A name that is no Sent folder costs nothing but a
search: a copy counts by what it bears, wherever it lies.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: As Dovecot, Gmail, Exchange, Thunderbird, Apple Mail and their translations call it.
KNOWN = (
    "sent", "sent items", "sent messages", "sent mail", "[gmail]/sent mail",
    "[google mail]/sent mail", "sent-mail", "gesendet", "gesendete elemente", "gesendete objekte",
    "gesendete nachrichten", "[gmail]/gesendet", "envoyés", "éléments envoyés", "messages envoyés",
    "objets envoyés", "[gmail]/messages envoyés", "enviados", "elementos enviados",
    "mensajes enviados", "[gmail]/enviados", "correo enviado", "itens enviados", "posta inviata",
    "inviata", "verzonden", "verzonden items", "wysłane", "elementy wysłane",
)  # fmt: skip

_SENT = b"\\sent"
_NO_FOLDER = frozenset({b"\\noselect", b"\\nonexistent"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as LIST tells it: its flags in lower case, and its name on the server."""

    flags: frozenset[bytes]
    name: str


def sent_folders(listed: Sequence[Listed], separator: str, prefix: str) -> list[str]:
    """The names on the server, most likely first; empty when no folder looks like it.

    ``prefix`` is that of the personal namespace. Shared folders come last.
    """
    usable = [each for each in listed if not each.flags & _NO_FOLDER]
    usable.sort(key=lambda each: not each.name.startswith(prefix))
    if marked := [each.name for each in usable if _SENT in each.flags]:
        return marked
    known = {_plain(name): place for place, name in enumerate(KNOWN)}
    named = {each.name: _without(prefix, each.name).replace(separator, "/") for each in usable}
    found = [name for name, plain in named.items() if _plain(plain) in known]
    return sorted(found, key=lambda name: known[_plain(named[name])])


def _without(prefix: str, name: str) -> str:
    """Below the personal namespace, or below INBOX, where some servers keep all folders."""
    bare = name.removeprefix(prefix)
    return bare[6:] if bare[:5].upper() == "INBOX" and bare[5:6] in {".", "/"} else bare


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
