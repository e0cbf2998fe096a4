"""What a failure of the mailbox means: one context manager from foreign errors to ``SessionError``.

For ``session``. Each message says what, where and how to mend it; ``lasting`` tells the loop that
trying again at once can't help.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)

from worker.errors import SessionError
from worker.intake.mailbox.account import MailboxAccount, Refused

T = TypeVar("T")

#: RFC 5530 3, and a connection that broke: another try may help. A wrong password stays wrong.
_TEMPORARY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|EOF|timed out", re.IGNORECASE)

#: Exchange Online takes the login and refuses all that follows, when the mailbox is not granted.
_NOT_GRANTED = re.compile("authenticated but not connected", re.IGNORECASE)


@contextmanager
def mapped(stage: str, account: MailboxAccount) -> Iterator[None]:
    """Turn what imapclient, ssl and socket raise into ``SessionError``, here and nowhere else."""
    try:
        yield
    except (IMAPClientError, OSError, ValueError, LookupError) as why:
        raise _told(why, stage, account) from why


def _told(why: Exception, stage: str, account: MailboxAccount) -> SessionError:
    reply, where = _reply(why), f"mailbox {account.host}:{account.port}"
    match why:
        case ssl.SSLCertVerificationError():
            mend = "set mailbox.host to the name in it, or mailbox.ca_path to who signed it"
            message = f"{where}: the certificate is not trusted ({why.verify_message}); {mend}"
            return SessionError(message, stage="tls", lasting=True)
        case ssl.SSLError():
            mend = "check mailbox.port and mailbox.security (993 is tls, 143 is starttls)"
            return SessionError(f"{where}: TLS failed ({why.reason}); {mend}", stage="tls")
        case CapabilityError():
            mend = "ask for it, or set mailbox.security to tls and mailbox.port to 993"
            message = f"{where}: the server does not offer STARTTLS; {mend}"
            return SessionError(message, stage=stage, lasting=True)
        case LoginError():
            return _refused_login(reply, where, account)
        case OSError() if stage == "connect":
            mend = "check mailbox.host and mailbox.port, and that the server can be reached"
            return SessionError(f"{where}: no connection ({reply}); {mend}", stage=stage)
        case OSError() | IMAPClientAbortError():
            return SessionError(f"{where}: the connection was lost ({reply})", stage=stage)
        case IMAPClientError() if _NOT_GRANTED.search(reply):
            mend = "check mailbox.username, and what this login may open (docs/oauth.md)"
            message = f"{where}: the server said {reply}; {mend}"
            return SessionError(message, stage=stage, reply=reply, lasting=True)
        case IMAPClientError():
            stage = "greeting" if stage == "connect" else stage
            return SessionError(f"{where}: the server said {reply}", stage=stage, reply=reply)
        case _:
            return SessionError(f"{where}: {reply}", stage=stage, lasting=True)


def _refused_login(reply: str, where: str, account: MailboxAccount) -> SessionError:
    mend = "check mailbox.username and mailbox.password, and that IMAP is allowed there"
    if account.by_token is not None:
        mend = "check mailbox.username, and what the server grants it (docs/oauth.md)"
    message = f"{where}: the login was refused ({reply}); {mend}"
    lasting = not _TEMPORARY.search(reply)
    return SessionError(message, stage="auth", reply=reply, lasting=lasting)


def _reply(why: Exception) -> str:
    """The words of the server; imaplib puts its bytes into the exception as they are."""
    text = " ".join(str(why).split()) or type(why).__name__
    return text[2:-1] if text[:2] in {"b'", 'b"'} else text


def attempt(work: Callable[[], T]) -> T | Refused:
    """What came of it: that the server refuses is a value, that the connection is lost is not."""
    try:
        return work()
    except IMAPClientAbortError:
        raise
    except IMAPClientError as why:
        return Refused(_reply(why))
