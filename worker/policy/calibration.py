"""What a test message showed of an account, and what follows for letters that can't be found.

Pure. That a copy is not in Sent proves nothing in general: providers file it late, rewrite its
headers, or keep none. It says something only of an account where a test message was seen there,
found by its token, and timed; and even then only after a long wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: An account changes: the provider moves it, or somebody switches off saving in Sent.
_LASTS = timedelta(days=30)
_LONGEST_LOOK = timedelta(minutes=60)
_MARGIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was seen of one test message. None is: it was not seen, so nobody knows.

    ``account`` names both servers and both logins, ``folder`` is where the copy lay, and
    ``sent_after`` after how many seconds.
    """

    account: str
    at: datetime
    folder: str | None = None
    message_id_survives: bool | None = None
    token_survives: bool | None = None
    sent_after: int | None = None
    finds_message_id: bool = False
    finds_token: bool = False


def why_absence_says_nothing(found: Calibration | None, now: datetime) -> str | None:
    """Why a letter that is not in Sent may have been sent all the same; None when it was not."""
    if found is None:
        return "no test message was ever sent with this account"
    if is_old(found, now):
        return f"the last test message is older than {_LASTS.days} days"
    if found.sent_after is None:
        return "the test message did not show up in the Sent folder"
    if not found.finds_token:
        return "the server did not find the test message by its X-Followup-Id"
    return None


def is_old(found: Calibration, now: datetime) -> bool:
    """Whether what was seen may be true no more."""
    return now - found.at > _LASTS


def patience(found: Calibration) -> timedelta:
    """How long after its dot an absent letter counts as not sent."""
    return max(_LONGEST_LOOK, _MARGIN * timedelta(seconds=found.sent_after or 0))
