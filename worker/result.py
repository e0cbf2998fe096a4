"""What came of one try: the values that a mail session gives, and what a server said.

Pure. ``delivery`` makes them, ``lifecycle.after`` turns them into a change of the entry, and
``steps`` rests by them. Expected outcomes are values here, never exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Reply:
    """What an SMTP server answered. ``enhanced`` is the RFC 3463 code, "" when there is none."""

    code: int
    text: str
    enhanced: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Why sending should rest for every worker, and for how long.

    ``scope`` is ``server`` (all sending) or ``domain`` (the recipient's). ``waits`` are the first
    wait, the second and so on while it goes on; the last one stays. ``slower`` halves the pace.
    """

    rule: str
    why: str
    mend: str
    waits: tuple[timedelta, ...]
    scope: str = "server"
    slower: bool = False

    def wait(self, times: int) -> timedelta:
        """How long to rest when that was met ``times`` before."""
        return self.waits[min(times, len(self.waits) - 1)]


# What came of one try. ``detail`` is for the journal and for people, ``rule`` the name of what
# the taxonomy of replies knows about it, "" for what was no reply.


@dataclass(frozen=True, slots=True)
class Accepted:
    """2xx after the final dot: the server took responsibility (RFC 5321 4.2.5)."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken, about this recipient or message, and worth trying later.

    ``waits`` are its own waits, by attempt; without them those of ``retry`` hold. After
    ``patience`` since the first try it is refused. ``rest`` is for the recipient's domain.
    """

    detail: str
    rule: str = ""
    waits: tuple[timedelta, ...] = ()
    patience: timedelta | None = None
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good; the breaker weighs what it is ``about``.

    ``us``: it may be our reputation. ``recipient``: the address. Empty: the letter, or unclear.
    """

    detail: str
    rule: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The connection was lost between the final dot and its answer; nobody can know."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotTried:
    """About us (connect, TLS, login, throttle, sender): costs the entry nothing.

    ``rest`` is how long sending rests for every worker; None when only this connection is over.
    ``past_mail``: the server knew the recipient by then, so it may be about this letter after all.
    """

    detail: str
    rest: Rest | None = None
    rule: str = ""
    past_mail: bool = False


Result = Accepted | Deferred | Refused | Unsure | NotTried
