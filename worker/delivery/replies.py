"""What a server's answer means: decided by stage, code and enhanced code, never by exceptions.

Pure. smtplib's classes carry a 451 and a 550 alike, so they decide nothing here. The split that
matters is between us and the recipient: what is said at the greeting, EHLO, STARTTLS, AUTH and
MAIL is about us, pauses the sender and costs no entry an attempt. An unknown code is read by its
first digit (RFC 5321 4.3.2); after the final dot only a definite answer counts (4.2.5), anything
else is ``Unsure``.
"""

import re
from datetime import timedelta
from enum import StrEnum

from worker.lifecycle import Accepted, Deferred, NotTried, Refused, Reply, Result, Unsure


class Stage(StrEnum):
    """Where in the dialogue something was said or lost."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


#: RFC 3463 2, at the start of the text only; some servers write #5.1.1.
_ENHANCED = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")

#: At RCPT these are about our right to send at all: RFC 4954 6 (530 and 5.7.0, 5.7.8, 5.7.9), and
#: "Relay access denied" and its like, which every candidate's address would get.
_ABOUT_US = re.compile(
    r"relay(ing)?( access)? (is )?(denied|prohibited|not (allowed|permitted))"
    r"|(unable|not (allowed|permitted)) to relay|authenticat|\bsender\b",
    re.IGNORECASE,
)
#: An address in a reply says nothing: a candidate may live at relay.example.
_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")
_AUTH_CODES = {"5.7.0", "5.7.8", "5.7.9"}

#: RFC 5321 4.5.3.1.10: 552 at RCPT from old servers means "too many recipients", a 4xx in truth.
_TOO_MANY = (552, "")


def enhanced_code(text: str) -> str:
    """The enhanced status code that a reply's text begins with, or ""."""
    found = _ENHANCED.match(text)
    return found.group(1) if found else ""


def judge(stage: Stage, reply: Reply, pause: timedelta) -> Result:
    """The result of a try that ended with ``reply`` at ``stage``; a success only at the dot."""
    if stage is Stage.DOT:
        return _after_dot(reply)
    detail = f"{stage}: {reply}"
    if _is_about_us(stage, reply):
        return NotTried(detail, pause)
    if reply.code // 100 == 5 and (reply.code, reply.enhanced) != _TOO_MANY:  # noqa: PLR2004 - 5yz
        return Refused(detail)
    return Deferred(detail)


def _is_about_us(stage: Stage, reply: Reply) -> bool:
    if reply.code == 421:  # noqa: PLR2004 - RFC 5321 3.8: the server closes the channel
        return True
    if stage not in {Stage.RCPT, Stage.DATA, Stage.BODY}:
        return True
    if reply.code == 530 or reply.enhanced in _AUTH_CODES:  # noqa: PLR2004 - RFC 4954 6
        return True
    if stage is not Stage.RCPT or reply.code < 550 or reply.enhanced.startswith("5.1."):  # noqa: PLR2004 - the codes of a denied relay; RFC 3463 3.2: X.1.Y is the recipient's address
        return False
    return bool(_ABOUT_US.search(_ADDRESS.sub("", reply.text)))


def _after_dot(reply: Reply) -> Result:
    detail = f"{Stage.DOT}: {reply}"
    match reply.code // 100:
        case 2:
            return Accepted(reply)
        case 4:
            return Deferred(detail)
        case 5:
            return Refused(detail)
        case _:
            return Unsure(f"{Stage.DOT}: an answer that means nothing: {reply}")


def lost(stage: Stage, detail: str, pause: timedelta | None) -> Result:
    """The connection broke before the final dot: provably not sent (RFC 5321 4.1.1.10).

    Up to MAIL it is about us. From RCPT on it may be this recipient or this message that breaks
    it, so it costs an attempt and waits its turn instead of going round for ever.
    """
    told = f"{stage}: {detail}"
    if stage in {Stage.RCPT, Stage.DATA, Stage.BODY}:
        return Deferred(told)
    return NotTried(told, pause)
