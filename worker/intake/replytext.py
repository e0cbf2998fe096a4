"""The first line of an answer, which is all of it that may act (CONTRACT section 5).

For ``opened``. What a mail program quotes below it was written by somebody else, often by us: there
stands which notice is answered, for mail programs that leave out the headers that say it.
Nothing can go wrong: a mail without such a line has an empty one.
"""

from __future__ import annotations

import re

from worker.intake.mailparts import find_body, open_mail
from worker.intake.mailtext import above_history, read_lines

#: Longer than any word that acts.
_LONGEST = 200

#: The last line of a notice that can be answered (``notices.referring``); it may be wrapped.
_REFERENCE = re.compile(r"\[followup[\s>|]{1,20}([0-9a-f]{20})\s?\]")
#: More than one is a puzzle already.
_MOST = 10


def first_line(raw: bytes) -> str:
    """The first line that holds something, above history and signature; bounded."""
    try:
        body = find_body(open_mail(raw))
        lines = above_history(read_lines(body)) if body else []
    except Exception:  # noqa: BLE001 - the parser of the standard library raises anything; such a mail has its problem told elsewhere
        return ""
    return next((line.strip()[:_LONGEST] for line in lines if line.strip()), "")


def references(raw: bytes) -> tuple[str, ...]:
    """The tokens of the notices that a mail quotes, wherever in its text; each once."""
    try:
        body = find_body(open_mail(raw))
        lines = read_lines(body) if body else []
    except Exception:  # noqa: BLE001 - as above
        return ()
    return tuple(dict.fromkeys(_REFERENCE.findall("\n".join(lines))))[:_MOST]
