"""The decision mailbox over IMAP (RFC 9051): the only user of imapclient.

One thread opens it, uses it and closes it; nothing here is thread-safe. It decides nothing: it
lists, fetches and moves. A mail is read with PEEK, so its flags stay as people left them, and it
is moved only by ``move``, which the steps call after the database has committed.

What can go wrong: ``SessionError`` with its stage and its mend, from ``trouble`` alone; after one
the connection is no good, so close it and open it anew. That a mail is gone or too large, or that
the server won't give it or move it, is a value. Known of imapclient 4.1: it hangs for ever without
a read timeout, it puts CR and LF of an argument on the wire (its issue 657), it reads a literal of
any size that is announced, and ``idle_check`` answers a closed connection with an empty list at
once and does not see what came in one segment with the answer to IDLE; each is met below.
"""

from worker.intake.mailbox.account import Gone, MailboxAccount, MailRef, Refused, TooLarge
from worker.intake.mailbox.sentfolder import Copy, Searched, Wanted, search_sent
from worker.intake.mailbox.session import Mailbox

__all__ = [
    "Copy",
    "Gone",
    "MailRef",
    "Mailbox",
    "MailboxAccount",
    "Refused",
    "Searched",
    "TooLarge",
    "Wanted",
    "search_sent",
]
