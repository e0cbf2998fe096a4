"""Every error that followup raises on purpose.

Any level may import this module; it imports nothing. What goes wrong as expected (a server
says no, a connection breaks) is a value, see ``lifecycle.Result``; an exception means "can't
go on with this one", and its message tells a person what, where and how to mend it.

    FollowupError
      + SettingsError        a key or value of the configuration; the start stops (exit 2)
      + BadSubmission        a whole file or mail can't be read; nothing of it was taken
      + BadDecision          one row or one decision mail; carries every problem found
        + AdverseAction      it rests on a background check; a person has to act, and HR is told
      + RenderError          a letter can't be made from this template and this decision
      + StoreError           the database is not what it must be (version, lock, network disk)
        + StoreAway          it can't be written or reached now: disk full, locked, connection lost
      + NoSuchEntry          no entry, or more than one, answers to that name
      + NotAllowed           the entry's state does not allow that action
      + SessionError         a mail server or mailbox could not be opened; tells stage and mend
        + TokenRefused       its access token was refused and given up; there is a new one now
      + NoJail               the process in which mail is opened can't be started
"""

from collections.abc import Sequence


class FollowupError(Exception):
    """The root; the command line prints its message and exits with ``exit_code``."""

    exit_code = 1


class SettingsError(FollowupError):
    """A wrong key or value: each problem says its name, its place and what would be right."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class BadSubmission(FollowupError):
    """A file or mail that can't be read as a whole."""


class BadDecision(FollowupError):
    """One row or decision mail that can't be taken; ``problems`` holds every reason found."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class AdverseAction(BadDecision):
    """A decision that no letter of ours may tell; ``what`` of it says so, as it was written."""

    def __init__(self, what: str, problem: str) -> None:
        self.what = what
        super().__init__([problem])


class RenderError(FollowupError):
    """A template and a decision that make no letter fit to be sent."""


class StoreError(FollowupError):
    """The database can't be used as it is."""


class StoreAway(StoreError):
    """The database can't be written or reached right now; what was asked has not happened."""


class NoSuchEntry(FollowupError):
    """No entry answers to that name, or several do."""


class NotAllowed(FollowupError):
    """The state of the entry does not allow the action; the message says which states would."""


class SessionError(FollowupError):
    """A session with a server could not be opened.

    ``stage`` is one of connect, greeting, ehlo, starttls, tls, auth, mail, select; ``reply`` is
    what the server said, if it said anything; ``lasting`` is True when trying again at once
    can't help (a wrong password, a certificate that does not match).
    """

    def __init__(self, message: str, *, stage: str, reply: str = "", lasting: bool = False) -> None:
        self.stage = stage
        self.reply = reply
        self.lasting = lasting
        super().__init__(message)


class NoJail(FollowupError):
    """The process in which mail is opened can't be started; no mail is to blame for that."""


class TokenRefused(SessionError):
    """An access token was refused: open the session again, once, and a new one is used."""
