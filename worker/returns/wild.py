"""Bounces of no standard, by what flufl.bounce knows of them: qmail, old Exim, Yahoo and others.

For ``reader``; it hands over only what is no RFC 3464 and was plainly sent by a mail server. The
library finds whom a bounce is about; codes and words are found here. Its patterns search line by
line at a cost that grows with the square of a line, so it sees short lines and few. It would also
look into the mail that came back, which is emptied first. Known of flufl.bounce 6.0: it takes
some warnings of a delay for failures (``_LATE`` goes before it), and it raises on odd structures.
"""

from __future__ import annotations

import re
from email.message import Message

from flufl.bounce import all_failures

from worker.returns.bounds import field, leaves, parsed, text
from worker.returns.codes import ANSWER, code_in
from worker.returns.returned import Fate, Returned

_MOST, _LONGEST_LINE = 48 * 1024, 250
_LONGEST_ANSWER = 600
_MOST_RECIPIENTS = 20

_LATE = re.compile(
    r"not yet been delivered|has been delayed|will be retried|attempts will continue"
    r"|this is a warning message only|still trying",
    re.IGNORECASE,
)
#: Where the mail that came back begins, in a bounce of one text.
_COPY = re.compile(
    r"^-+ ?(?:original message|below this line|this is a copy|the message|returned message)"
    r"|^-{2,} ?.*copy of the message|^(?:return-path|received|x-followup-id): ",
    re.IGNORECASE | re.MULTILINE,
)


def read_wild(raw: bytes) -> Returned | None:
    """What the bounce says, or None when nobody knows its form. Names no token."""
    mail = parsed(raw, most=_MOST, longest=_LONGEST_LINE)
    late, failed = all_failures(_closed(mail))
    if not (late or failed):
        return None
    about = sorted(each.decode("ascii", "replace") for each in failed or late)
    told = _COPY.split(_told(mail), maxsplit=1)[0]
    answer = _answer(told)
    return Returned(
        fate=Fate.DELAYED if _LATE.search(told) or not failed else Fate.FAILED,
        recipients=tuple(about[:_MOST_RECIPIENTS]),
        status=code_in(answer),
        diagnostic=answer,
        reporter=field(mail, "from").rpartition("@")[2].rstrip("> "),
    )


def _closed(mail: Message) -> Message:
    """The same mail, and what came back in it out of sight."""
    for part in leaves(mail):
        if part.get_content_maintype() == "message":
            part.set_payload("")
    return mail


def _told(mail: Message) -> str:
    """What the server says in its own words: the first text."""
    texts = (text(part) for part in leaves(mail) if part.get_content_type() == "text/plain")
    return next((each for each in texts if each.strip()), "")


def _answer(told: str) -> str:
    """The paragraph from the first answer of a server on, as one line; "" without one."""
    found = ANSWER.search(told)
    if found is None:
        return ""
    begin = told.rfind("\n", 0, found.start()) + 1
    paragraph = re.split(r"\n[ \t\r]*\n", told[begin : begin + 4 * _LONGEST_ANSWER], maxsplit=1)[0]
    return " ".join(paragraph.split())[:_LONGEST_ANSWER]
