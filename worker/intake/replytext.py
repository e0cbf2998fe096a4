"""The first line of an answer, which is all of it that may act (CONTRACT section 5).

For ``opened``. What a mail program quotes below it was written by somebody else, often by us.
Nothing can go wrong: a mail without such a line has an empty one.
"""

from __future__ import annotations

from worker.intake.mailparts import find_body, open_mail
from worker.intake.mailtext import above_history, read_lines

#: Longer than any word that acts.
_LONGEST = 200


def first_line(raw: bytes) -> str:
    """The first line that holds something, above history and signature; bounded."""
    try:
        body = find_body(open_mail(raw))
        lines = above_history(read_lines(body)) if body else []
    except Exception:  # noqa: BLE001 - the parser of the standard library raises anything; such a mail has its problem told elsewhere
        return ""
    return next((line.strip()[:_LONGEST] for line in lines if line.strip()), "")
