"""Mail that no person wrote, or that this worker wrote itself: never a decision (section 5).

For ``mailform``. It judges by the values of header fields, because honest systems also write
``Auto-Submitted: no`` and ``Precedence: first-class``. Pure; nothing can go wrong here.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message

from worker.intake.mailhead import Head
from worker.intake.mailparts import leaves


def why_automatic(head: Head) -> str | None:
    """Why a mail with this header is no decision, or None."""
    for name, tells, why in _SIGNS:
        if any(tells(value) for value in head.every(name)):
            return why
    return None


def why_machine_made(mail: Message) -> str | None:
    """Why a mail of these parts is no decision, or None."""
    if mail.get_content_type() == "multipart/report":
        return "a report of a mail server: a bounce or a read receipt"
    if any(_is_invitation(part) for part in leaves(mail)):
        return "an answer to an invitation, or an invitation"
    return None


def _is_invitation(part: Message) -> bool:
    # RFC 6047 2.4: what acts on a calendar names its method; a file to look at is attached.
    attached = part.get_content_disposition() == "attachment"
    return (
        part.get_content_type() == "text/calendar"
        and not attached
        and bool(part.get_param("method"))
    )


def _word(value: str) -> str:
    return value.partition(";")[0].partition("(")[0].strip().lower()


def _is_automatic(value: str) -> bool:
    return _word(value) not in {"", "no"}  # RFC 3834 5


def _is_bulk(value: str) -> bool:
    return _word(value) in {"bulk", "list", "junk", "auto_reply"}


def _is_null(value: str) -> bool:
    return value.replace(" ", "") == "<>"  # RFC 5321 4.5.5: the reverse path of a bounce


def _is_yes(value: str) -> bool:
    return _word(value) not in {"", "no", "false", "0"}


def _is_daemon(value: str) -> bool:
    return "mailer-daemon@" in value.lower()


_OUT_OF_OFFICE = "an automatic answer, such as out of office"
_SIGNS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("x-followup-id", bool, "our own mail"),
    ("return-path", _is_null, "a bounce"),
    ("x-failed-recipients", bool, "a bounce"),
    ("from", _is_daemon, "a bounce"),
    ("auto-submitted", _is_automatic, _OUT_OF_OFFICE),
    ("x-autoreply", _is_yes, _OUT_OF_OFFICE),
    ("x-autorespond", _is_yes, _OUT_OF_OFFICE),
    ("x-autoreply-from", bool, _OUT_OF_OFFICE),
    ("x-mail-autoreply", _is_yes, _OUT_OF_OFFICE),
    ("precedence", _is_bulk, "mail to many, or an automatic answer"),
    ("list-id", bool, "mail of a mailing list"),
    ("content-class", lambda value: "calendarmessage" in value.lower(), "an invitation"),
)
